"""Fixed sentences of the message path, with the numbers of the pinned table."""

from collections.abc import Callable, Sequence

from bot.words import _
from knowledge.danger import Danger
from knowledge.hotlines import Hotlines

_NOBODY = _("现在可能没有人在看这里")
"""What every safety text says of those who could read it."""
_TOLD = _("系统会通知值班的人，但不一定马上有人看到")
"""Said instead when the roster names somebody whom a channel reaches; that anybody reads is never said."""


class Sentences:
    """See `bot.wechat.reception.Words`.

    Args: on_duty: whether somebody on duty would be told now. It must answer at once and from memory.
    """

    def __init__(
        self, danger: Danger, hotlines: Hotlines, on_duty: Callable[[], bool] = lambda: False
    ) -> None:
        self._danger, self._on_duty = danger, on_duty
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
        if alarm is None:
            return None
        return alarm.kind, alarm.text.replace(_NOBODY, _TOLD) if self._on_duty() else alarm.text
