"""Files that the demo phone sends: a plain picture and a second of silence; and which the platform takes."""

import struct
import zlib

AMR_SECOND = 32 * 50  # bytes: 50 frames of 20 ms, AMR narrow band at 12.2 kbit/s
SILENCE = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50


TAKEN = {
    "voice": {b"#!AMR\n": "audio/amr", b"ID3": "audio/mpeg", b"\xff\xfb": "audio/mpeg"},
    "picture": {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG": "image/png",
        b"GIF8": "image/gif",
        b"RIFF": "image/webp",
    },
    "video": {b"ftyp": "video/mp4"},
}
"""By kind: how a file begins, and its type."""
ENDINGS = {"audio/amr": "amr", "audio/mpeg": "mp3", "image/jpeg": "jpg", "video/mp4": "mp4"}


def type_of(kind: str, content: bytes) -> str:
    """The type of a file that the platform takes as this kind, else empty."""
    head = content[4:8] if kind == "video" else content[:8]
    return next((mime for start, mime in TAKEN[kind].items() if head.startswith(start)), "")


def picture(side: int = 64) -> bytes:
    """A square PNG of one colour; side: pixels."""
    rows = (b"\x00" + b"\xdd\xd9\xcf" * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
