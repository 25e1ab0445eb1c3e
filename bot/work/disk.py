"""Names in folders that outlast a power cut."""

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Make names that came into a folder, or went, outlast a power cut. Raises: OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
