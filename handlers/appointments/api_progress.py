"""Progress by paper code for programs."""

from functools import partial

from bot.errors import Refused
from bot.web.api import Ask, Route, Turned
from bot.words import _
from handlers.appointments import api_models as shown
from handlers.appointments import progress
from handlers.appointments.api_service import Counter


def routes(counter: Counter) -> list[Route]:
    """The one route: whoever has the paper and knows the phone may ask."""
    return [
        Route(
            "GET",
            "/progress/{code}",
            partial(_progress, counter),
            shown.Progress,
            "how a booking stands, in words alone",
            query=shown.ProgressAsked,
            session=False,
        )
    ]


async def _progress(counter: Counter, ask: Ask) -> shown.Progress:
    code, caller = ask.request.match_info["code"], ask.caller
    asker = f"address:{ask.address}" if caller.resident_id is None else caller.name
    found = await counter.service.writer.do(progress.look_up, code[:40], ask.query.phone, asker)
    if found.wait_ms:
        say = _("错得太多了，请过一会儿再查，或者打电话问司法所。")
        raise Turned(Refused(say, code="paused"), 429, retry_after=-(-found.wait_ms // 1000))
    if not found.state:
        raise Turned(Refused(_("没有查到，请看看编号和手机号后四位。"), code="not_found"), 404)
    return shown.Progress(found.state, progress.WORDS[found.state])
