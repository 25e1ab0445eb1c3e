"""Every module that declares tables, so that migrations see all of them."""

from importlib import import_module

from sqlalchemy import MetaData

from bot.db import Base

MODULES = (
    "admin.console.models",
    "bot.dialogue.models",
    "bot.wechat.models",
    "bot.wechat.outbound_models",
    "bot.work.alarms",
    "bot.work.keyring",
    "bot.work.revisions",
    "handlers.directory.models",
    "handlers.feedback.models",
    "handlers.handoff.models",
    "handlers.library.models",
)


def metadata() -> MetaData:
    """The metadata with all tables."""
    for module in MODULES:
        import_module(module)
    return Base.metadata
