"""What the system knows of the other end of a connection, while this process had no time to look.

On a busy machine a request may lie in the system's buffer before it is read, and the platform may have cut
the connection before this process hears of it. An answer that is written then is read by nobody, and must
not count as shown. Linux tells both; elsewhere nothing is known, and the process's own view counts.
"""

import asyncio
import socket
import struct
from typing import Any

_INFO = getattr(socket, "TCP_INFO", None)
_ESTABLISHED = 1
_LAST_DATA = struct.Struct("52xI")
"""`tcp_info.tcpi_last_data_recv`, in milliseconds: the twelfth number after eight bytes."""


def lag(transport: asyncio.Transport | None) -> float:
    """Seconds since the last bytes of a request came in; 0 where the system does not tell."""
    info = _info(transport)
    return _LAST_DATA.unpack_from(info)[0] / 1000 if len(info) >= _LAST_DATA.size else 0.0


def waits(transport: asyncio.Transport | None) -> bool:
    """Whether the other end still waits for an answer, as far as is known here."""
    if transport is None or transport.is_closing():
        return False
    info = _info(transport)
    return not info or info[0] == _ESTABLISHED


def _info(transport: asyncio.Transport | None) -> bytes:
    if transport is None or _INFO is None:
        return b""
    end: Any = transport.get_extra_info("socket")
    number = end.fileno() if end is not None else -1
    if number < 0:
        return b""
    try:
        # uvloop's own view copies the descriptor for each question, which costs ten times as much
        view = socket.SocketType(socket.AF_INET, socket.SOCK_STREAM, 0, number)
        try:
            return view.getsockopt(socket.IPPROTO_TCP, _INFO, _LAST_DATA.size)
        finally:
            view.detach()
    except OSError:  # no TCP: a socket file behind a proxy
        return b""
