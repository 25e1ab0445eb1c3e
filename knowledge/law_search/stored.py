"""Arrays in one file that is mapped into memory: a start reads it once to check it, and keeps none of it.

The file: a line with the check sum of all that follows, a line of JSON (mark, and each array's kind, shape
and place), then the arrays, each at a multiple of 64 bytes. A file that is cut, changed or made for
another mark is no file.
"""

import json
import mmap
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

_ALIGN = 64
_SUM = 9
"""Bytes of the first line."""
_BLOCK = 1 << 20
_LONGEST_HEAD = 1 << 16
_KINDS = {"|b1", "|u1", "<u2", "<u4", "<u8", "<f4"}


def keep(path: Path, mark: str, arrays: dict[str, npt.NDArray[Any]]) -> bool:
    """Write all arrays, whole or not at all. Returns: whether they could be written."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        _write(part, mark, arrays)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def recall(path: Path, mark: str) -> dict[str, npt.NDArray[Any]] | None:
    """The arrays that were kept under this mark; None when there are none or anything about them is wrong."""
    try:
        with path.open("rb") as file:
            total = int(file.readline(_LONGEST_HEAD), 16)
            head = file.readline(_LONGEST_HEAD)
            start = file.tell()
            if json.loads(head)["mark"] != mark or _sum(file, zlib.crc32(head)) != total:
                return None
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        _sparsely(whole)
        return {name: _array(whole, start, *one) for name, one in json.loads(head)["arrays"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(path: Path, mark: str, arrays: dict[str, npt.NDArray[Any]]) -> None:
    places: dict[str, tuple[str, list[int], int]] = {}
    at = 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, list(array.shape), at)
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    head = json.dumps({"mark": mark, "arrays": places}).encode()
    head += b" " * (-(len(head) + 1 + _SUM) % _ALIGN) + b"\n"
    total = zlib.crc32(head)
    for array in arrays.values():
        total = zlib.crc32(_padded(array), total)
    with path.open("wb") as file:
        file.write(f"{total:08x}\n".encode() + head)
        for array in arrays.values():
            file.write(_padded(array))


def _padded(array: npt.NDArray[Any]) -> bytes:
    body = np.ascontiguousarray(array).tobytes()
    return body + b"\0" * (-len(body) % _ALIGN)


def _sum(file: IO[bytes], total: int) -> int:
    """Read in blocks and not through the map, so that what is only checked takes no memory."""
    while block := file.read(_BLOCK):
        total = zlib.crc32(block, total)
    return total


def _sparsely(whole: mmap.mmap) -> None:
    """Only pages that are touched shall count; without this the system maps their neighbours too."""
    if hasattr(mmap, "MADV_RANDOM"):
        whole.madvise(mmap.MADV_RANDOM)


def _array(whole: mmap.mmap, start: int, kind: str, shape: list[int], at: int) -> npt.NDArray[Any]:
    if kind not in _KINDS:
        raise ValueError(kind)
    count = int(np.prod(shape))
    return np.frombuffer(whole, dtype=np.dtype(kind), count=count, offset=start + at).reshape(shape)
