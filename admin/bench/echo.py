"""The yardstick: a bare aiohttp + wechatpy echo in safe mode.

Run as ``python -m admin.bench.echo TOKEN KEY APPID``.
"""

import socket
import sys

from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from admin.bench.loops import new_loop


def echo(token: str, aes_key: str, app_id: str) -> web.Application:
    """An application that sends each text back; it stores, screens and looks up nothing."""
    crypto = WeChatCrypto(token, aes_key, app_id)

    async def answer(request: web.Request) -> web.Response:
        query = request.query
        stamp, nonce = query["timestamp"], query["nonce"]
        plain = crypto.decrypt_message(await request.read(), query["msg_signature"], stamp, nonce)
        message = parse_message(plain)
        reply = TextReply(content=message.content, message=message)
        sealed = crypto.encrypt_message(reply.render(), nonce, stamp)
        return web.Response(text=sealed, content_type="text/xml")

    app = web.Application()
    app.router.add_post("/wechat", answer)
    return app


def main() -> None:
    """Serve on a free port and tell it on standard output, as the service does."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    sys.stdout.write(f"echo serves on http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    app = echo(*sys.argv[1:4])
    web.run_app(app, sock=listener, access_log=None, print=None, loop=new_loop())


if __name__ == "__main__":
    main()
