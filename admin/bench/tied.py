"""Child processes that end with the process which started them, whatever ends it."""

import ctypes
import os
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
# loaded here, not between fork and exec, where another thread's lock may be held for ever
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def tied() -> dict[str, Any]:
    """Arguments of `subprocess.Popen` that tie a child to this process.

    A killed parent runs no clean-up, so on Linux the kernel is asked to kill the child when its parent
    ends (prctl(2), PR_SET_PDEATHSIG; it outlasts exec). "Parent" is the thread that starts the child:
    start it from one that lives as long as the process, such as the main one. Elsewhere nothing is done.
    """
    if _prctl is None:
        return {}
    prctl, parent = _prctl, os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the kernel was asked
            os._exit(1)

    return {"preexec_fn": tie}
