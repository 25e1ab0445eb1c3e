"""Runs migrations on a connection that `admin.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from admin.migrations.append_only import protect_new
from admin.tables import metadata
from bot.db import Instant, Sealed


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    # migrations outlive the classes: they name the plain types
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    render_item=_render,
    process_revision_directives=protect_new,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
