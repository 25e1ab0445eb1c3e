"""All that we take from wechatpy: the cipher and the passive reply; the checks around them are ours."""

import struct
import time
from xml.sax.saxutils import escape

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import random_string

from bot.errors import XiaosiError

_BLOCK = 32


class Unsealable(XiaosiError):
    """Wrong key, wrong padding, wrong length or another account's message."""


class Sealer:
    """One EncodingAESKey of one account.

    AES-256-CBC with iv = key[:16] and PKCS#7 to blocks of 32; the plain text is 16 random bytes,
    the length (4 bytes, big-endian), the message, the appid.
    """

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        self._crypto = WeChatCrypto(token, aes_key, app_id)
        self._cipher = PrpCrypto(self._crypto.key).cipher
        self._app_id = app_id.encode()

    def open(self, raw: bytes) -> bytes:
        """Decrypt and check a message. Raises: Unsealable."""
        if not raw or len(raw) % 16:
            raise Unsealable("length")
        plain: bytes = self._cipher.decrypt(raw)
        pad = plain[-1]
        if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) < 20 + pad:
            raise Unsealable("padding")
        (length,) = struct.unpack(">I", plain[16:20])
        body = plain[20:-pad]
        if length > len(body):
            raise Unsealable("length")
        if body[length:] != self._app_id:
            raise Unsealable("appid")
        return body[:length]

    def seal(self, message: str, *, is_json: bool) -> str:
        """Encrypt an answer into the platform's envelope, with a fresh nonce."""
        nonce, stamp = random_string(10), str(int(time.time()))
        envelope: str = self._crypto.encrypt_message(message, nonce, stamp)
        if not is_json:
            return envelope
        cipher = envelope.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
        sign = envelope.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]
        return (
            f'{{"Encrypt":"{cipher}","MsgSignature":"{sign}","TimeStamp":{stamp},"Nonce":"{escape(nonce)}"}}'
        )


def passive_text(text: str, *, source: str, target: str) -> str:
    """A passive text reply as XML; a ``]]>`` in the text is split over two CDATA sections."""
    safe = text.replace("]]>", "]]]]><![CDATA[>")
    xml: str = TextReply(content=safe, source=source, target=target, time=int(time.time())).render()
    return xml
