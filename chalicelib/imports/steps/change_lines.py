"""The lines of the changes that a merge makes, as parts of its statements.

A line is a JSON object of one changed product. PostgreSQL makes it where it has the row before and
after: in the RETURNING clause of the statement that changes the product.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.objects.writing import Writer
from chalicelib.postgres import queries
from chalicelib.products.fields import FIELDS, NAMES

Parts = dict[str, sql.Composable]

_NOTHING = sql.SQL("")
_SHOWN = (*NAMES, "attributes")  # the members of a line's objects, in this order
# A value as the API has it: a price is a text.
_JSON = {
    "text": "to_json({})::text",
    "long_text": "to_json({})::text",
    "decimal": """coalesce('"' || {} || '"', 'null')""",
    "integer": "coalesce({}::text, 'null')",
    "boolean": "{}::text",
    "attributes": "{}::text",
}
_KINDS = {field.name: field.kind for field in FIELDS} | {"attributes": "attributes"}
_IF_CHANGED = "CASE WHEN {old} IS DISTINCT FROM {new} THEN {member} END"


@dataclass(frozen=True)
class ChangeLines:
    """The lines that the statements of a transaction keep; none if nobody gets them."""

    is_on: bool

    def begin(self, cursor: Cursor) -> None:
        """Make room for the lines of the transaction."""
        if self.is_on:
            cursor.execute(queries("imports")["create_change_lines"])

    def of_merge(self, changed: Collection[str], part: str) -> Parts:
        """Return the parts of a statement that creates and changes products by records.

        `changed`: the columns that an update sets. `part`: the statement's part that returns them.
        """
        line = sql.SQL("new.source_line")
        created, updated = _created(line), _updated(changed, line)
        return {
            "change_line": self._column(_format("merged_line", created=created, updated=updated)),
            "created_line": self._column(created),
            "kept_lines": self._kept(part),
        }

    def of_missing(self, field: str | None, part: str) -> Parts:
        """Return the parts of a statement that changes a field of missing products.

        `field`: None where it deletes them. `part`: the statement's part that returns them.
        """
        line = _updated([field], sql.SQL("'null'")) if field else _deleted()
        return {"change_line": self._column(line), "kept_lines": self._kept(part)}

    def _column(self, line: sql.Composable) -> sql.Composable:
        return sql.SQL(", {} AS change_line").format(line) if self.is_on else _NOTHING

    def _kept(self, part: str) -> sql.Composable:
        kept = _format("keep_change_lines", part=sql.Identifier(part))
        return sql.SQL(", lines AS ({})").format(kept) if self.is_on else _NOTHING


def copy_lines(cursor: Cursor, target: Writer) -> int:
    """Write the lines of the transaction; return how many there are."""
    cursor.copy_expert(queries("imports")["copy_change_lines"], target)
    return cursor.rowcount


def _created(line: sql.Composable) -> sql.Composable:
    after = _join(_member("new", name) for name in _SHOWN)
    return _format("created_line", line=line, after=after)


def _updated(changed: Collection[str], line: sql.Composable) -> sql.Composable:
    names = [name for name in _SHOWN if name in changed]
    before, after = (_join(_if_changed(side, name) for name in names) for side in ("old", "new"))
    return _format("updated_line", line=line, before=before, after=after)


def _deleted() -> sql.Composable:
    return _format("deleted_line", before=_join(_member("old", name) for name in _SHOWN))


def _member(side: str, name: str) -> sql.Composable:
    """Return a member of a JSON object: a field's name and its value before or after."""
    value = sql.SQL(_JSON[_KINDS[name]]).format(sql.Identifier(side, name))
    return sql.SQL("{} || {}").format(sql.Literal(f'"{name}":'), value)


def _if_changed(side: str, name: str) -> sql.Composable:
    old, new = sql.Identifier("old", name), sql.Identifier("new", name)
    return sql.SQL(_IF_CHANGED).format(old=old, new=new, member=_member(side, name))


def _join(members: Iterable[sql.Composable]) -> sql.Composable:
    """Return the members of a JSON object, without those that are null."""
    return sql.SQL("concat_ws({})").format(sql.SQL(", ").join([sql.Literal(","), *members]))


def _format(query: str, **parts: sql.Composable) -> sql.Composable:
    return sql.SQL(queries("imports")[query]).format(**parts)
