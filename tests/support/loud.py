"""The program with every log line that its level lets through. ``python -m tests.support.loud run ...``."""

import logging
import sys

from admin import logs
from admin.cli import main

SAID = "every line is written"
_set_up = logs.set_up


def _loudly(level: int = logging.INFO) -> None:
    _set_up(min(level, logging.DEBUG))
    logging.getLogger("loud").debug(SAID)


if __name__ == "__main__":
    logs.set_up = _loudly
    sys.exit(main())
