"""All that we take from wechatpy: the key and the cipher; framing and checks around them are ours."""

import base64
import hashlib
import struct
import time

from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot.crypto import random_bytes
from bot.errors import XiaosiError

_BLOCK = 32
_XML = (
    "<xml><Encrypt><![CDATA[{cipher}]]></Encrypt><MsgSignature><![CDATA[{sign}]]></MsgSignature>"
    "<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)
_REPLY = (
    "<xml><ToUserName><![CDATA[{target}]]></ToUserName><FromUserName><![CDATA[{source}]]></FromUserName>"
    "<CreateTime>{stamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{text}]]></Content></xml>"
)
_JSON = '{{"Encrypt":"{cipher}","MsgSignature":"{sign}","TimeStamp":{stamp},"Nonce":"{nonce}"}}'


class Unsealable(XiaosiError):
    """Wrong key, wrong padding, wrong length or another account's message."""


class Sealer:
    """One EncodingAESKey of one account.

    AES-256-CBC with iv = key[:16] and PKCS#7 to blocks of 32; the plain text is 16 random bytes,
    the length (4 bytes, big-endian), the message, the appid.
    """

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        self._cipher = PrpCrypto(WeChatCrypto(token, aes_key, app_id).key).cipher
        self._token, self._app_id = token, app_id.encode()

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
        nonce, stamp = random_bytes(5).hex(), str(int(time.time()))
        cipher = self._close(message.encode())
        sign = signature(self._token, stamp, nonce, cipher)
        return (_JSON if is_json else _XML).format(cipher=cipher, sign=sign, stamp=stamp, nonce=nonce)

    def _close(self, body: bytes) -> str:
        full = b"".join((random_bytes(16), struct.pack(">I", len(body)), body, self._app_id))
        pad = _BLOCK - len(full) % _BLOCK
        sealed: bytes = self._cipher.encrypt(full + bytes([pad]) * pad)
        return base64.b64encode(sealed).decode()


def signature(*parts: str) -> str:
    """The platform's signature: sha1 over the parts, sorted byte-wise and joined without separator."""
    joined = "".join(sorted(parts))  # code points and their UTF-8 bytes sort alike
    return hashlib.sha1(joined.encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324 - the platform's rule


def passive_text(text: str, *, source: str, target: str) -> str:
    """A passive text reply as XML; a ``]]>`` in a value is split over two CDATA sections."""
    text, source, target = (value.replace("]]>", "]]]]><![CDATA[>") for value in (text, source, target))
    return _REPLY.format(text=text, source=source, target=target, stamp=int(time.time()))
