"""The program with every log line that anybody could switch on. ``python -m tests.support.loud run ...``."""

import logging
import sys
from functools import partial

from admin import logs
from admin.cli import main

if __name__ == "__main__":
    logs.set_up = partial(logs.set_up, logging.DEBUG)
    sys.exit(main())
