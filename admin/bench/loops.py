"""The event loop that the service uses, for yardstick and client too."""

import asyncio


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop of uvloop where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def name() -> str:
    """``uvloop`` or ``asyncio``."""
    loop = new_loop()
    loop.close()
    return type(loop).__module__.partition(".")[0]
