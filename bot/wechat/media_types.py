"""What a file really is, by its first bytes, and pictures without what their camera wrote into them."""

import struct
from collections.abc import Iterator

EXPECTED = {
    "voice": ("audio/amr", "audio/amr-wb", "audio/mpeg", "audio/ogg", "audio/wav", "audio/speex"),
    "image": ("image/jpeg", "image/png", "image/gif", "image/webp"),
    "video": ("video/mp4",),
}
"""Kinds of messages, and the types that are kept for each. Nothing that a browser could run is among them."""

ENDINGS = {
    "audio/amr": "amr",
    "audio/amr-wb": "awb",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/speex": "spx",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
}
_STARTS = (
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"#!SPEEX", "audio/speex"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp"}
_PNG_TOLD = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")
_ORIENTATION = 0x0112
_START_OF_SCAN, _ALONE = 0xDA, (0x01, *range(0xD0, 0xD9))


def sniffed(content: bytes) -> str:
    """The type by content, empty when it is none that we know. A name or a label is never believed."""
    for start, mime in _STARTS:
        if content.startswith(start):
            return mime
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        return "video/mp4"
    # MPEG audio without a tag: eleven set bits, layer III
    if len(content) > 3 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    return ""


def stripped(content: bytes, mime: str) -> bytes:
    """A picture without place, time, owner and other words of the camera; other types as they are.

    How it is to be turned stays. What cannot be read as its type stays too: it is only ever shown as
    that type.
    """
    try:
        if mime == "image/jpeg":
            return _jpeg(content)
        if mime == "image/png":
            return _png(content)
        if mime == "image/webp":
            return _webp(content)
    except (struct.error, IndexError):
        return content
    return content


def turned(jpeg: bytes) -> int:
    """How a JPEG is to be turned: EXIF's orientation, 1 to 8; 1 where it does not say."""
    try:
        for marker, part in _segments(jpeg):
            if marker == 0xE1 and part[4:10] == b"Exif\0\0":
                return _orientation(part[10:])
    except (struct.error, IndexError):
        pass
    return 1


def turn_like(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG with nothing but its orientation told."""
    if orientation == 1 or not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def _jpeg(content: bytes) -> bytes:
    out = [b"\xff\xd8"]
    for marker, part in _segments(content):
        told = marker == 0xFE or (
            0xE1 <= marker <= 0xEF and marker != 0xEE
        )  # 0xEE tells how colours are meant
        if not told:
            out.append(part)
    return turn_like(b"".join(out), turned(content))


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment; the last one holds all from the start of the scan on."""
    at = 2
    while at < len(content):
        if content[at] != 0xFF:
            raise struct.error("no marker")
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == _START_OF_SCAN:
            yield marker, content[at:]
            return
        length = 2 if marker in _ALONE else 2 + struct.unpack_from(">H", content, at + 2)[0]
        yield marker, content[at : at + length]
        at += length


def _orientation(tiff: bytes) -> int:
    order = ">" if tiff[:2] == b"MM" else "<"
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for place in range(at + 2, at + 2 + 12 * min(count, 100), 12):
        tag, _kind, _many, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if tag == _ORIENTATION:
            return int(value) if 1 <= value <= 8 else 1
    return 1


def _png(content: bytes) -> bytes:
    out, at = [content[:8]], 8
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if name not in _PNG_TOLD:
            out.append(content[at:end])
        at = end
        if name == b"IEND":  # whatever stands behind the end is no part of the picture
            break
    return b"".join(out)


def _webp(content: bytes) -> bytes:
    out, at = [], 12
    while at + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        if name not in (b"EXIF", b"XMP "):
            out.append(content[at:end])
        at = end
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body
