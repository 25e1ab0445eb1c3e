"""What staff are told. None of it holds a word, a name or a number of a resident."""

from bot.words import _


def number_words(task_id: int) -> str:
    """A task's number as people say it: ``R-0412``."""
    return f"R-{task_id:04d}"


def task_link(base: str, task_id: int) -> str:
    """The address of a task in the console."""
    return f"{base}/admin/tasks/{task_id}"


def notice_words(task_id: int | None, *, urgent: bool) -> str:
    """One line: what waits, without what it is about."""
    if task_id is None:
        return _("这是一条测试通知，不用处理。")
    number = number_words(task_id)
    if urgent:
        return _("有一件紧急的事等人接 {number}，打开工作台看").format(number=number)
    return _("有一件事等人回 {number}，打开工作台看").format(number=number)


def markdown_words(task_id: int | None, *, urgent: bool, link: str) -> str:
    """The same for a group robot, with the link."""
    words = notice_words(task_id, urgent=urgent)
    if task_id is None:
        return words
    open_it = _("[打开工作台]({link})").format(link=task_link(link, task_id))
    return f"**{words}**\n{open_it}" if urgent else f"{words}\n{open_it}"


def message_words(task_id: int | None, *, urgent: bool, link: str) -> str:
    """The same for a WeChat message or a short message, with the link on a line of its own."""
    words = notice_words(task_id, urgent=urgent)
    return words if task_id is None else f"{words}\n{task_link(link, task_id)}"


def digest_link(base: str) -> str:
    """The address of the digest in the console."""
    return f"{base}/admin/reveals"


def digest_words(link: str) -> str:
    """One line, and where to look: that names or phones were looked at, without whose and by whom."""
    said = _("前一个工作日以来，有人看过居民的姓名、电话，或者导出过表格，请看一眼")
    return f"{said}\n{digest_link(link)}"


def bound_words() -> str:
    """A WeChat was bound."""
    return _(
        "绑好了。有事等您接的时候，这个微信会收到通知。微信只让我们在您发话后的 48 小时里通知您，"
        "平时每两天在这里发一个字就行。不要了，发“解除绑定”。"
    )


def unbound_words() -> str:
    """A WeChat was unbound."""
    return _("解除了，这个微信不再收到工作通知。")


def wrong_code_words() -> str:
    """A code that is wrong or over."""
    return _("这个码不对，或者过了 10 分钟。请在工作台“我的通知”里再取一个。")


def locked_words() -> str:
    """Too many wrong codes."""
    return _("错的次数太多了，15 分钟后再试。")


def unstored_words() -> str:
    """Danger was heard while the database was away."""
    return _(
        "**有人紧急求助，系统这会儿存不进去**\n安全提示已自动发出。请值班的人盯着工作台，并通知管电脑的人。"
    )
