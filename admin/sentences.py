"""Fixed sentences of the message path, with the numbers of the pinned table."""

from collections.abc import Sequence

from bot.words import _
from knowledge.danger import Danger
from knowledge.hotlines import Hotlines


class Sentences:
    """See `bot.wechat.reception.Words`."""

    def __init__(self, danger: Danger, hotlines: Hotlines) -> None:
        self._danger = danger
        fixed = danger.fixed
        self.listening = fixed["listening"]
        self.send_any_word = fixed["send_any_word"]
        self.store_away = fixed["store_away"]
        self.not_stored = fixed["not_stored"]
        self.sorry = hotlines.fill(
            _("这一条没处理好，请换个说法再发一次，或拨打法律服务热线 {tel:law}。有危险请打 {tel:police}。")
        )
        self.too_fast = hotlines.fill(
            _("您发得太快了，请过一分钟再发。有危险请打 {tel:police}；法律上的急事请打 {tel:law}。")
        )

    def danger(self, texts: Sequence[str]) -> tuple[str, str] | None:
        """Kind and safety text of the danger in these texts, else None."""
        alarm = self._danger.screen(texts)
        return (alarm.kind, alarm.text) if alarm else None
