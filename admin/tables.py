"""Every module that declares tables, so that migrations see all of them."""

from dataclasses import dataclass
from importlib import import_module

from sqlalchemy import MetaData

from bot.db import Base, Sealed

MODULES = (
    "admin.audit.models",
    "admin.console.models",
    "admin.console.problem_models",
    "bot.dialogue.models",
    "bot.web.models",
    "bot.wechat.media_models",
    "bot.wechat.models",
    "bot.wechat.outbound_models",
    "bot.work.alarms",
    "bot.work.keyring",
    "bot.work.news",
    "bot.work.revisions",
    "handlers.alerts.models",
    "handlers.appointments.feed_models",
    "handlers.appointments.models",
    "handlers.appointments.supply_models",
    "handlers.appointments.telling_models",
    "handlers.appointments.ticket_models",
    "handlers.consult.models",
    "handlers.correspondence.models",
    "handlers.directory.models",
    "handlers.feedback.models",
    "handlers.handoff.engaged_models",
    "handlers.handoff.models",
    "handlers.handoff.named_models",
    "handlers.handoff.roster_models",
    "handlers.library.models",
    "handlers.registers.models",
)


def metadata() -> MetaData:
    """The metadata with all tables."""
    for module in MODULES:
        import_module(module)
    return Base.metadata


@dataclass(frozen=True)
class Place:
    """One sealed column."""

    table: str
    column: str


def places() -> list[Place]:
    """All sealed columns of all tables."""
    return [
        Place(table.name, column.name)
        for table in metadata().sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]
