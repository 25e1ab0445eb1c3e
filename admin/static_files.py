"""Style sheets and scripts: small on the wire, and asked for again only when they changed."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_TYPES = {".css": "text/css", ".js": "text/javascript", ".LICENSE": "text/plain"}
_HEADERS = {
    "Cache-Control": "no-cache",  # kept, and asked about: an upgrade is seen with the next page
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True)
class _File:
    kind: str
    plain: bytes
    packed: bytes
    tag: str


class StaticFiles:
    """The files of a folder, read and packed once; nothing secret stands in them."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: _read(path) for path in folder.iterdir() if path.suffix in _TYPES}

    def routes(self, at: str) -> list[web.RouteDef]:
        """One address for each. Args: at: without a slash at the end."""
        return [web.get(f"{at}/{{name}}", self.file)]

    async def file(self, request: web.Request) -> web.Response:
        """One file; 304 when the browser has it."""
        found = self._files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        headers = {**_HEADERS, "ETag": f'"{found.tag}"'}
        if any(tag.value == found.tag for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        body = found.plain
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = found.packed, "gzip"
        return web.Response(body=body, headers=headers, content_type=found.kind, charset="utf-8")


def _read(path: Path) -> _File:
    plain = path.read_bytes()
    tag = hashlib.sha256(plain).hexdigest()[:20]
    return _File(_TYPES[path.suffix], plain, gzip.compress(plain, 9, mtime=0), tag)
