"""Answers of other services, read no further than they may be long."""

import aiohttp


async def bounded(answer: aiohttp.ClientResponse, most: int) -> bytes | None:
    """The body of an answer; None, and a closed connection, when it is longer than ``most`` bytes."""
    read = b""
    async for part in answer.content.iter_any():
        read += part
        if len(read) > most:
            answer.close()
            return None
    return read
