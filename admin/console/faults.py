"""Errors of the program on a page of the console: staff see a number, the log has the same."""

import logging
import secrets

from bot.errors import where

COOKIE = "xiaosi_fault"
"""Holds the number of the last error that this browser was shown."""
_log = logging.getLogger(__name__)


def numbered(fault: Exception) -> str:
    """Log an error by kind and place. Returns: its number."""
    number = secrets.token_hex(4)
    _log.error("a page of the console failed, number %s: %s", number, where(fault))
    return number
