"""What must be true before the service starts, said in words when it is not."""

import errno
import os
import socket
from pathlib import Path

from bot.errors import SettingsError


def can_listen(host: str, port: int) -> None:
    """See that the address is free, before anything is opened or migrated.

    Args: host, port: as in `Settings.address`. Raises: SettingsError that says what is in the way.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":  # a port left a moment ago is free; on Windows it would mean "take it away"
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(_why_not(error, host, port)) from error


def can_write(folder: Path) -> None:
    """See that the data folder is there, or can be made, and takes a file.

    Raises: SettingsError.
    """
    probe = folder / ".xiaosi-write"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"cannot write in the data folder {folder}: {error.strerror}. "
            "Give another one with --data DIR or XIAOSI_DATA_DIR."
        ) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    other = "Choose another with --listen HOST:PORT or XIAOSI_LISTEN."
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken on {host}: is the service already running? {other}"
    if error.errno == errno.EACCES:
        return f"no right to listen on port {port}: ports below 1024 belong to root. {other}"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine. {other}"
    return f"cannot listen on {host}:{port}: {error.strerror}. {other}"
