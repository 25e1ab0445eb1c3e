"""What a browser records or picks, made into what the platform would keep of it."""

from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from admin.rendering import Renderer
from admin.sandbox.media import AMR_SECOND, ENDINGS, TAKEN, type_of
from bot.words import _

LARGEST = 10 << 20
"""The platform takes pictures and videos up to here; voices are smaller anyway."""
LONGEST_SECONDS = 60


@dataclass(frozen=True)
class Sent:
    """Something that was sent from the page: `kind` is ``voice``, ``picture`` or ``video``.

    Attributes: recognition: the words that the platform would add to a voice; None: it adds none.
    """

    kind: str
    player: str
    mime: str
    content: bytes = field(repr=False)
    recognition: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """A file name."""
        return f"{self.kind}.{ENDINGS.get(self.mime, self.mime.rpartition('/')[2])}"


class NotSent(Exception):
    """The phone would not send this. Args: say: why, in Chinese."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


async def read(request: web.Request, renderer: Renderer) -> Sent:
    """Read the form ``as``, ``kind``, ``file``, and maybe ``recognition``. Raises: NotSent."""
    fields, content = await _parts(request)
    kind = fields.get("kind", "")
    if kind not in TAKEN or not content:
        raise NotSent(_("没有收到文件。"))
    mime = type_of(kind, content)
    if kind == "voice" and not mime:  # browsers record in other ways than telephones
        made = await renderer.render(content, "amr")
        if made is None:
            raise NotSent(_("这段录音转不成微信的格式。"))
        content, mime = made, "audio/amr"
    if not mime:
        raise NotSent(_("微信发不了这种文件。"))
    if mime == "audio/amr" and len(content) > AMR_SECOND * (LONGEST_SECONDS + 1):
        raise NotSent(_("语音最长 {seconds} 秒。").format(seconds=LONGEST_SECONDS))
    return Sent(kind, fields.get("as", ""), mime, content, fields.get("recognition"))


async def _parts(request: web.Request) -> tuple[dict[str, str], bytes]:
    if request.content_type != "multipart/form-data":
        raise NotSent(_("没有收到文件。"))
    fields: dict[str, str] = {}
    content = bytearray()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "file":
            while chunk := await part.read_chunk(64 * 1024):
                content += chunk
                if len(content) > LARGEST:
                    raise NotSent(_("太大了，微信最多发 10 MB。"))
        elif part.name in ("as", "kind", "recognition"):
            fields[part.name] = (await part.read(decode=True))[:2000].decode("utf-8", "replace")
    return fields, bytes(content)
