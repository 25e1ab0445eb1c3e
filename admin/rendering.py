"""Renditions that a browser can show: AMR as WAV, a small JPEG of a picture; made in a child process."""

import asyncio
import contextlib
import importlib.util
import logging
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Literal

Form = Literal["wav", "thumb", "amr"]
SECONDS = 20.0
AT_ONCE = 2
KEPT_BYTES = 16 << 20
_CHILD = Path(__file__).with_name("render_child.py")
_log = logging.getLogger(__name__)


class Renderer:
    """Makes renditions, a few at once, and remembers the last ones: a player asks in pieces.

    Without the optional package ``av`` it makes none.
    """

    def __init__(self) -> None:
        self.able = importlib.util.find_spec("av") is not None
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._kept: OrderedDict[tuple[int, Form], bytes] = OrderedDict()

    async def of(self, media_id: int, content: bytes, form: Form) -> bytes | None:
        """A rendition of a kept file; None when it cannot be made."""
        found = self._kept.get((media_id, form))
        if found is None:
            found = await self.render(content, form)
            if found is None:
                return None
            self._kept[media_id, form] = found
            while sum(map(len, self._kept.values())) > KEPT_BYTES:
                self._kept.popitem(last=False)
        self._kept.move_to_end((media_id, form))
        return found

    async def render(self, content: bytes, form: Form) -> bytes | None:
        """A rendition of any content; None when it cannot be made."""
        if not self.able:
            return None
        async with self._turn:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(_CHILD),
                form,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={},  # no settings and no keys where hostile files are read
            )
            try:
                async with asyncio.timeout(SECONDS):
                    made, why = await child.communicate(content)
            except TimeoutError:
                made, why = b"", b"TimeoutError"
            finally:
                if child.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        child.kill()
                    await child.wait()
        if child.returncode or not made:
            _log.info("a rendition as %s could not be made: %s", form, why[-60:].decode("ascii", "replace"))
            return None
        return made
