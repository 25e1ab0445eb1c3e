"""One push of every kind that the platform documents, and some of kinds that it does not (yet)."""

from collections.abc import Iterator

from admin.sandbox import events, messages
from admin.sandbox.account import Account
from admin.sandbox.messages import Lines, Push

PICTURES = ("pic_sysphoto", "pic_photo_or_album", "pic_weixin")
PERSONS = ("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation")
GOOD_NEWS = ("qualification_verify_success", "naming_verify_success", "annual_renew", "verify_expired")
BAD_NEWS = ("qualification_verify_fail", "naming_verify_fail")
CHINA_HERE = (34.0151, 112.4412)


def every_kind(account: Account, openid: str, lines: Lines) -> dict[str, Push]:
    """All kinds by a name of their own, each with a line of its own."""
    found = dict(_messages(openid, lines))
    found.update(_events(openid, lines))
    found.update(_reports(account, openid, lines))
    return found


def _messages(openid: str, lines: Lines) -> Iterator[tuple[str, Push]]:
    yield "text", messages.text(lines.next(openid), "老板欠我三个月工资，怎么办？")
    yield "text tapped", messages.text(lines.next(openid), "工资", menu_id="101")
    yield "text odd", messages.text(lines.next(openid), "两行\n<b>&amp;]]>\U0001f4b0 'x' \"y\"")
    yield "text control", messages.text(lines.next(openid), "欠\x08薪\x1f\x00")
    yield (
        "text under article",
        messages.from_article(messages.text(lines.next(openid), "请问"), "2247483648_1"),
    )
    yield "sticker", messages.sticker(lines.next(openid))
    yield "image", messages.image(lines.next(openid), "http://127.0.0.1/p.png", "media-image")
    yield "voice", messages.voice(lines.next(openid), "media-voice")
    yield "voice speex", messages.voice(lines.next(openid), "media-voice", recognition="", sound="speex")
    yield "voice recognised", messages.voice(lines.next(openid), "media-voice", recognition="我要调解。")
    yield "video", messages.video(lines.next(openid), "media-video", "media-thumb")
    yield "shortvideo", messages.video(lines.next(openid), "media-video", "media-thumb", short=True)
    yield "location", messages.location(lines.next(openid), *CHINA_HERE, "柳河村")
    yield "link", messages.link(lines.next(openid), "标题", "描述", "https://example.org/a?b=1&c=2")
    yield "mini card", messages.mini_card(lines.next(openid), "卡片", "wx0000000000000000", "pages/a?x=1")
    yield "unknown type", messages.message(lines.next(openid), "hologram", {"HoloId": "h1"})


def _events(openid: str, lines: Lines) -> Iterator[tuple[str, Push]]:
    yield "subscribe", events.subscribe(lines.next(openid))
    yield "subscribe by code", events.subscribe(lines.next(openid), scene="station-01")
    yield "unsubscribe", events.unsubscribe(lines.next(openid))
    yield "scan", events.scan(lines.next(openid), "station-01")
    yield "whereabouts", events.whereabouts(lines.next(openid), *CHINA_HERE)
    yield "click", events.click(lines.next(openid), "menu-ask")
    yield "view", events.view(lines.next(openid), "https://example.org/")
    yield "view mini", events.view_mini(lines.next(openid), "pages/index/index")
    yield "menu scan push", events.menu_scan(lines.next(openid), "k", "https://example.org/", waits=False)
    yield "menu scan wait", events.menu_scan(lines.next(openid), "k", "ticket-7", waits=True)
    for name in PICTURES:
        yield name, events.menu_pictures(lines.next(openid), name, "k", ["5a75aaca956d97be686719218f275c6b"])
    yield "two pictures", events.menu_pictures(lines.next(openid), PICTURES[0], "k", ["0" * 32, "f" * 32])
    yield "menu location", events.menu_location(lines.next(openid), "k", *CHINA_HERE, "柳河村")
    yield "unknown event", events.event(lines.next(openid), "user_teleports", {"Where": {"Planet": "x"}})


def _reports(account: Account, openid: str, lines: Lines) -> Iterator[tuple[str, Push]]:
    yield "template done", events.template_done(lines.next(openid), 200163836)
    yield "template blocked", events.template_done(lines.next(openid), 200163837, "failed:user block")
    yield "mass done", events.mass_done(lines.next(openid), 3147483650, total=120, sent=118)
    yield "publish done", events.publish_done(lines.next(openid), "100000001")
    yield "publish failed", events.publish_done(lines.next(openid), "100000002", status=2)
    yield "consent", events.consent_asked(lines.next(openid), {"t1": True})
    yield "two consents", events.consent_asked(lines.next(openid), {"t1": True, "t2": False}, scene=2)
    yield "consent withdrawn", events.consent_withdrawn(lines.next(openid), ["t1"])
    yield "notice sent", events.notice_sent(lines.next(openid), "t1", 1864323726461255680)
    for name in PERSONS:
        revoked = "201,205" if name == "user_authorization_revoke" else ""
        yield name, events.person_changed(lines.next(openid), name, account.app_id, revoked=revoked)
    yield "desk create", events.desk(lines.next(openid), "create", "kf1@county")
    yield "desk close", events.desk(lines.next(openid), "close", "kf1@county")
    yield "desk switch", events.desk(lines.next(openid), "switch", "kf1@county", to_account="kf2@county")
    yield "enters chat", events.enters_chat(lines.next(openid), "pages/index")
    yield "media checked", events.media_checked(lines.next(openid), account.app_id, "trace-1")
    for name in GOOD_NEWS:
        yield name, events.verification(lines.next(openid), name, expires=1893427200)
    for name in BAD_NEWS:
        yield name, events.verification(lines.next(openid), name, reason="by mistake")
