"""Types by content, and pictures without what the camera wrote into them."""

import struct
import zlib

import pytest

from admin.sandbox.media import SILENCE, picture
from bot.wechat.media_types import EXPECTED, sniffed, stripped, turn_like, turned

SCAN = b"\xff\xda\x00\x02" + b"picture\xff\xd9"


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (SILENCE, "audio/amr"),
        (b"#!AMR-WB\n....", "audio/amr-wb"),
        (b"ID3\x03....", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"OggS\0\2", "audio/ogg"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (picture(), "image/png"),
        (b"GIF89a", "image/gif"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", ""),
        (b"<!doctype html><script>", ""),
        (b"%PDF-1.7", ""),
        (b"PK\x03\x04", ""),
        (b"MZ\x90", ""),
        (b"", ""),
        (b"\xff", ""),
    ],
)
def test_a_type_is_told_by_the_first_bytes(content: bytes, mime: str) -> None:
    assert sniffed(content) == mime


def test_nothing_that_a_browser_could_run_is_ever_kept() -> None:
    kept = {mime for mimes in EXPECTED.values() for mime in mimes}

    assert not {mime for mime in kept if "svg" in mime or "html" in mime or mime.startswith(("text", "appl"))}


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _exif(order: str, orientation: int) -> bytes:
    mark = b"MM" if order == ">" else b"II"
    head = mark + struct.pack(f"{order}HI", 42, 8)
    camera = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0)
    turn = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0" + head + struct.pack(f"{order}H", 2) + camera + turn + b"GPS 34.01 112.44"


@pytest.mark.parametrize("order", [">", "<"])
def test_place_and_camera_go_from_a_jpeg_and_how_it_is_turned_stays(order: str) -> None:
    jfif, words = _segment(0xE0, b"JFIF\0" + bytes(9)), _segment(0xFE, b"by Wang")
    jpeg = b"\xff\xd8" + jfif + _segment(0xE1, _exif(order, 6)) + words + _segment(0xDB, b"table") + SCAN

    clean = stripped(jpeg, "image/jpeg")

    assert turned(clean) == 6
    assert b"GPS" not in clean
    assert b"Wang" not in clean
    assert jfif in clean
    assert clean.endswith(_segment(0xDB, b"table") + SCAN)


def test_a_jpeg_without_words_stays_as_it_is() -> None:
    jpeg = b"\xff\xd8" + _segment(0xE0, b"JFIF\0" + bytes(9)) + SCAN

    assert stripped(jpeg, "image/jpeg") == jpeg
    assert turn_like(jpeg, 1) == jpeg


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_words_and_what_hides_behind_the_end_go_from_a_png() -> None:
    plain = picture()
    head, rest = plain[:33], plain[33:]
    told = head + _chunk(b"tEXt", b"Author\0Wang") + _chunk(b"eXIf", b"GPS") + rest + b"<script>"

    assert stripped(told, "image/png") == plain


def test_words_go_from_a_webp() -> None:
    def part(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    body = b"WEBP" + part(b"VP8 ", b"abc") + part(b"EXIF", b"GPS") + part(b"XMP ", b"Wang")
    webp = b"RIFF" + struct.pack("<I", len(body)) + body

    clean = stripped(webp, "image/webp")

    assert clean == b"RIFF" + struct.pack("<I", 16) + b"WEBP" + part(b"VP8 ", b"abc")


@pytest.mark.parametrize("mime", ["image/jpeg", "image/png", "image/webp"])
@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_broken_picture_breaks_nothing(mime: str, cut: int) -> None:
    jpeg = b"\xff\xd8" + _segment(0xE1, _exif(">", 6)) + SCAN
    whole = {"image/jpeg": jpeg, "image/png": picture(), "image/webp": b"RIFF\x10\0\0\0WEBPVP8 \xff\xff"}[
        mime
    ]

    assert isinstance(stripped(whole[:cut], mime), bytes)
    assert 1 <= turned(whole[:cut]) <= 8
