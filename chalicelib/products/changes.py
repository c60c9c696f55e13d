"""What else has to know of a change of products, in the transaction of the change."""

from collections.abc import Sequence

from psycopg2.extensions import cursor as Cursor


def note_deleted(cursor: Cursor, ids: Sequence[int]) -> None:
    """Note that the transaction has deleted these products; nothing else knows of products yet."""
