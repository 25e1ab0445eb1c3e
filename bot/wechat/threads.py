"""Who holds a resident's thread, as far as the message path must know it."""

from bot.wechat import sql
from bot.work.unit import Work


def hold_thread(work: Work, resident_id: int, until_ms: int) -> None:
    """Act: a person holds the thread until an instant (ms UTC); 0 gives it back to the bot."""
    work.run(sql.HOLD_THREAD, resident=resident_id, until=until_ms)
