"""The real service with a constant in place of the matcher. ``python -m admin.bench.constant DATA``.

A program of its own, so that no setting of the service can ever switch its matcher off.
"""

import socket
import sys
from functools import cached_property
from pathlib import Path

from admin import logs
from admin.commands.run import serve
from bot.config import read_settings
from knowledge.decision import Decision
from knowledge.matching import Matcher


class Constant(Matcher):
    """Finds every text complete and answers it with the first adopted entry."""

    @cached_property
    def _found(self) -> Decision:
        found = self.answer(next(iter(self.library)).id)
        if found is None:
            raise LookupError("nothing is adopted")
        return found

    def decide(self, text: str) -> Decision:  # noqa: ARG002 - that it is not looked at is the point
        """The same decision for every text. Raises: LookupError when nothing is adopted."""
        return self._found

    def complete(self, text: str, decision: Decision | None = None) -> bool:  # noqa: ARG002 - as above
        """Always."""
        return True


def main() -> None:
    """Serve on a free port, with the settings of a data folder."""
    logs.set_up()
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    listener.setblocking(False)
    serve(read_settings({}, data_dir=Path(sys.argv[1])), listener, matcher=Constant)


if __name__ == "__main__":
    main()
