"""Tables whose rows are only ever added: the database itself refuses to change or delete them.

A model says so with ``__table_args__ = {"info": {"append_only": True}}``; a new migration then gets the line
``op.invoke(AppendOnly("audit"))`` by itself. A migration that later rebuilds such a table (SQLite does that
for changed columns) drops the triggers with it and must have the line again.
"""

from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import Operations
from alembic.operations.ops import CreateTableOp, MigrateOperation, MigrationScript, OpContainer

_FUNCTION = """
create or replace function append_only() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are only ever added', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$
"""
_POSTGRES = (
    "create trigger {0}_rows_stay before update or delete on {0} for each row execute function append_only()",
    "create trigger {0}_stays before truncate on {0} for each statement execute function append_only()",
)
_SQLITE = tuple(
    "create trigger {0}_no_" + verb + " before " + verb + " on {0} "
    "begin select raise(abort, 'rows of {0} are only ever added'); end"
    for verb in ("update", "delete")
)


class AppendOnly(MigrateOperation):
    """Make a table append-only. Args: table: its name."""

    def __init__(self, table: str) -> None:
        self.table = table


@Operations.implementation_for(AppendOnly)
def _protect(operations: Operations, operation: AppendOnly) -> None:
    if operations.get_bind().dialect.name == "postgresql":
        operations.execute(_FUNCTION)
        statements: tuple[str, ...] = _POSTGRES
    else:
        statements = _SQLITE
    for one in statements:
        operations.execute(one.format(operation.table))


@renderers.dispatch_for(AppendOnly)
def _render(context: AutogenContext, operation: AppendOnly) -> str:
    context.imports.add("from admin.migrations.append_only import AppendOnly")
    return f'op.invoke(AppendOnly("{operation.table}"))'


def protect_new(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """Add the line for each append-only table that a new migration makes."""
    for script in directives:
        container = script.upgrade_ops
        if isinstance(container, OpContainer):
            tables = [one for one in container.ops if isinstance(one, CreateTableOp)]
            container.ops.extend(AppendOnly(one.table_name) for one in tables if one.info.get("append_only"))
