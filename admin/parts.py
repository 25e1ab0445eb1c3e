"""A file over HTTP, whole or in the part that a player asks for."""

from aiohttp import web

_HEADERS = {
    "Accept-Ranges": "bytes",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # browsers show a lone picture with a style of their own; nothing else may act in its name
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
        "frame-ancestors 'none'; sandbox"
    ),
}


def part_of(request: web.Request, content: bytes, mime: str) -> web.Response:
    """The content, or the part of it that was asked for: players of telephones want to be given parts.

    Raises: HTTPRequestRangeNotSatisfiable.
    """
    try:
        asked = request.http_range
    except ValueError:
        raise web.HTTPRequestRangeNotSatisfiable from None
    if asked.start is None and asked.stop is None:
        return web.Response(body=content, content_type=mime, headers=_HEADERS)
    start, stop, _step = asked.indices(len(content))
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{len(content)}"})
    told = {"Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"}
    return web.Response(body=content[start:stop], status=206, content_type=mime, headers={**_HEADERS, **told})
