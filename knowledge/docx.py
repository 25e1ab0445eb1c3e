"""Paragraphs of a .docx file, read with care: such a file is a ZIP of XML and may come from anywhere."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

from knowledge.errors import KnowledgeError

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_BYTES = 30_000_000
"""Size of the unpacked text part that is still read; the longest national law needs under two million."""


def paragraphs(path: Path) -> list[str]:
    """The text of each paragraph, in order.

    Raises: KnowledgeError for what is no such document, unpacks to too much, or declares entities.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as part:
            xml = part.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise KnowledgeError(f"{path.name}: no .docx document ({error})") from error
    if len(xml) > MOST_BYTES:
        raise KnowledgeError(f"{path.name}: unpacks to more than {MOST_BYTES} bytes")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise KnowledgeError(f"{path.name}: declares entities or an odd encoding, so it is not read")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314  (no document type, bounded size)
    except ElementTree.ParseError as error:
        raise KnowledgeError(f"{path.name}: broken XML ({error})") from error
    return [_text(node) for node in root.iter(f"{_WORD}p")]


def _text(paragraph: ElementTree.Element) -> str:
    out: list[str] = []
    for node in paragraph.iter():
        if node.tag == f"{_WORD}t":
            out.append(node.text or "")
        elif node.tag in (f"{_WORD}tab", f"{_WORD}br"):
            out.append(" ")
    return "".join(out)
