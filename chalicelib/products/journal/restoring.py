"""Restore a version of one product, as an edit."""

from collections.abc import Callable
from contextlib import closing
from itertools import chain

from psycopg2.extensions import cursor as Cursor

from chalicelib.products.edits import transaction
from chalicelib.products.edits.transaction import WRITTEN, Edit, ProductMissingError
from chalicelib.products.journal.reading import read_history
from chalicelib.products.journal.writing import Journal
from chalicelib.products.models import Product


class VersionMissingError(Exception):
    """The history doesn't have this version, or the product was deleted by it."""


def restore_version(
    cursor: Cursor,
    journal: Journal,
    product_id: int,
    check: Callable[[Product], None],
    version: int,
) -> Edit:
    """Give a product the values that it had in a version; a deleted product comes back.

    Raises ProductMissingError if the history has nothing of it, VersionMissingError, and what edits
    raise.
    """
    with closing(read_history(cursor.connection, product_id)) as versions:
        newest = next(versions, None)
        if newest is None:
            raise ProductMissingError(product_id)
        found = next((v for v in chain([newest], versions) if v.entry.version == version), None)
    if found is None or found.after is None:
        raise VersionMissingError
    values = {name: found.after[name] for name in WRITTEN}
    if newest.after is None:
        return transaction.restore_product(
            cursor, journal, product_id, newest.entry.version + 1, found.after
        )
    return transaction.change_product(cursor, journal, product_id, check, lambda _: values)
