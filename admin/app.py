"""The composition root: `build` puts the service together, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from aiohttp import web

from admin.alerts import AlertRounds, CryingSpool
from admin.api import add_api
from admin.console.app import add_console
from admin.desk import DeskHolder, Reference
from admin.housekeeping import Housekeeping
from admin.learning import Learning
from admin.media import MediaRounds
from admin.pages import Pages
from admin.sentences import Sentences
from admin.slices import SLICES
from admin.static_files import StaticFiles
from admin.store import Store
from bot.config import Account, Settings
from bot.dialogue.router import Router
from bot.wechat import inbox
from bot.wechat.fitting import fit
from bot.wechat.gateway import HttpGateway
from bot.wechat.reception import Reception
from bot.wechat.sender import Sender
from bot.wechat.turn import Links, Parts, Turns
from bot.wechat.webhook import Webhook
from bot.work.rounds import Rounds
from bot.work.shared import MemoryShared, Shared
from handlers.alerts.chat import is_meant as binds
from handlers.appointments import board_page, feed_page
from handlers.appointments.listening import is_whole as books
from handlers.appointments.telling_jobs import TellingRounds, Tools
from handlers.consult import api as answers
from handlers.consult.chat import Counsel
from handlers.library import layers
from handlers.media.chat import Receiver
from knowledge.matching import Matcher

STATIC = Path(__file__).parent / "static"
DESK = web.AppKey("desk", DeskHolder)
"""Where the application keeps the desk that answers."""


def build(
    store: Store,
    *,
    accounts: tuple[Account, ...],
    link_base: str,
    county: str = "",
    matcher: type[Matcher] = Matcher,
    reference: Reference | None = None,
) -> web.Application:
    """The service on an open store.

    Args: accounts: those that have a door; in trial mode the sandbox's. link_base: root of links.
    county: its name, for pages. matcher: another one only where the message path is measured without
    it. reference: the pack, if it is loaded already.
    """
    settings = _live(store.settings, accounts)
    reference = reference or Reference(store.settings.store_dir)
    desk = DeskHolder(
        store,
        reference,
        lambda pack: store.reader.now(partial(layers.in_force, trial=store.settings.trial), pack),
        link_base,
        matcher,
        county=county,
    )
    words = Sentences(reference.danger, reference.hotlines, lambda: alerts.duty())
    spool = CryingSpool(store.spool_dir, lambda: alerts.telling.cry())
    pages = Pages(store, spool, link_base, trial=store.settings.trial)
    shared = _shared(settings)
    gateway = HttpGateway(store.writer, store.clock, store.node)
    sender = Sender(store.writer, store.reader, gateway, settings, store.clock, store.node)
    alerts = AlertRounds(store, link=link_base, may_push=sender.rights.may_push, poke=sender.poke)
    counsel = Receiver(
        Counsel(desk.current),
        keeps=any(account.can_call for account in accounts),
        hears=bool(settings.asr_url),
    )
    router = Router(
        [one for part in SLICES for one in part.journeys],
        counsel,
        holders=[one for part in SLICES for one in part.holders],
        menu=[one for part in SLICES for one in part.menu],
        acts={kind: taker for part in SLICES for kind, taker in part.acts.items()},
        after=[one for part in SLICES for one in part.after],
    )
    reception = Reception(
        writer=store.writer,
        node=store.node,
        words=words,
        spool=spool,
        shared=shared,
        may_push=sender.rights.may_push,
        poke=sender.poke,
    )
    turns = Turns(
        Parts(
            writer=store.writer,
            reader=store.reader,
            clock=store.clock,
            node=store.node,
            router=router,
            adviser=counsel,
            words=words,
            complete=lambda text: binds(text) or books(text) or desk.complete(text),
            may_push=sender.rights.may_push,
            poke=sender.poke,
            links=Links(fit, pages.link, link_base.rstrip("/")),
        ),
        reception.tell,
    )
    reception.turns = turns
    media = MediaRounds(
        store, settings, gateway, words, turns, may_push=sender.rights.may_push, poke=sender.poke
    )
    learning = Learning(store, reference.library, sender.poke)
    tellings = TellingRounds(
        Tools(
            store.writer,
            store.reader,
            store.clock,
            store.node,
            gateway,
            accounts,
            sender.rights.may_push,
            sender.poke,
        )
    )
    keeping = Housekeeping(store, reception, turns, SLICES, desk.rebuild, tellings.means)

    async def life(_app: web.Application) -> AsyncIterator[None]:
        await store.writer.do(inbox.start_node, store.node)
        await shared.open(reception.heard)
        await sender.start()
        await reception.replay()
        await media.start()
        await alerts.start()
        await tellings.start()
        rounds = Rounds(
            [
                *keeping.rounds(),
                *media.rounds(),
                *alerts.rounds(),
                *learning.rounds(),
                *tellings.rounds(),
            ]
        )
        rounds.start()
        warm = asyncio.create_task(asyncio.to_thread(reference.masker.warm))
        yield
        await warm
        await turns.finish()
        await rounds.stop()
        await media.stop()
        await alerts.stop()
        await tellings.stop()
        await reception.flush()
        await sender.stop()
        await gateway.close()
        await shared.close()

    app = web.Application(client_max_size=1 << 20)
    app[DESK] = desk
    app.cleanup_ctx.append(life)
    for account in accounts:
        path = "/wechat" if account.door == "oa" else "/wechat/mini"
        app.add_routes(Webhook(account, reception, store.writer, store.clock).routes(path))
    app.add_routes(pages.routes())
    app.add_routes(answers.routes(lambda _request: desk.current()))
    add_console(
        app,
        store,
        county=county,
        may_push=sender.rights.may_push,
        poke=sender.poke,
        desk=desk.current,
        pack=reference.library,
        link_base=link_base,
    )
    add_api(app, store, accounts)
    app.add_routes(feed_page.routes(store.reader, store.clock))
    law, trial = reference.hotlines.number("law"), store.settings.trial
    app.add_routes(board_page.routes(store.reader, store.clock, county, law, trial=trial))
    app.add_routes(StaticFiles(STATIC).routes("/static"))
    return app


def _shared(settings: Settings) -> Shared:
    if not settings.redis_url:
        return MemoryShared()
    from bot.work.redis_shared import RedisShared

    return RedisShared(settings.redis_url)


def _live(settings: Settings, accounts: tuple[Account, ...]) -> Settings:
    """The settings with the accounts that are really used."""
    doors = {account.door: account for account in accounts}
    return replace(
        settings,
        data_dir=settings.store_dir,
        wechat=doors.get("oa", Account("oa")),
        mini=doors.get("mini", Account("mini")),
    )
