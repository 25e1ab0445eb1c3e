"""Files that the demo phone sends: a plain picture and a second of silence."""

import struct
import zlib

SILENCE = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50  # 50 frames of 20 ms, AMR narrow band at 12.2 kbit/s


def picture(side: int = 64) -> bytes:
    """A square PNG of one colour; side: pixels."""
    rows = (b"\x00" + b"\xdd\xd9\xcf" * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
