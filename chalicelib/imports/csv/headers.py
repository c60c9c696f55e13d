"""Compare header names in any spelling and script, and with patterns such as `inventory_*`."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from chalicelib.imports.csv.spreadsheets import unprotect_name
from chalicelib.products.invisible import clean

# What an export of this product puts before the name of an attribute that would be read as
# something else, such as attributes.price. A number keeps names apart that differ only in case.
ATTRIBUTE_PREFIX = re.compile(r"attributes[0-9]*\.", re.IGNORECASE)
REST = "*"  # the pattern of every header that nothing else names


def clean_name(name: str) -> str:
    """Return the name of a column without what isn't seen of it.

    An export of this product puts the prefix of attributes before a name that has such characters.
    """
    given = unprotect_name(name.strip())
    return given if ATTRIBUTE_PREFIX.match(given) else clean(given)


@lru_cache(maxsize=8192)
def reduce_name(name: str) -> str:
    """Return a name without what differs between its spellings: case, accents, spaces, marks."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum() or unicodedata.category(c) == "Mc")


def find_headers(header: str, names: Sequence[str]) -> list[int]:
    """Return the positions of the names that a header or a pattern matches.

    In a pattern `*` is any text of at least one character.
    """
    if "*" in header:
        pattern = _compile(header)
        return [i for i, name in enumerate(names) if pattern.fullmatch(name.strip(" *"))]
    return list(_index(tuple(names)).get(reduce_name(header), ()))


@lru_cache(maxsize=64)
def _index(names: tuple[str, ...]) -> dict[str, list[int]]:
    """Return the positions of each reduced name."""
    found: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        found.setdefault(reduce_name(name), []).append(i)
    return found


@lru_cache(maxsize=1024)
def _compile(header: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, header.split("*"))), re.IGNORECASE | re.DOTALL)
