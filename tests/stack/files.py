"""Files to import."""

from collections.abc import Iterable
from functools import cache

from bench.generate import Catalogue, read_blocks

HEADER = "sku,name,description,price,quantity,active"


def make_csv(*records: str, header: str = "sku,name,price") -> bytes:
    """Return a CSV file with these records, in UTF-8."""
    return "".join(f"{line}\n" for line in (header, *records)).encode()


def make_numbered(numbers: Iterable[int], name: str = "Lamp", price: str = "1.00") -> bytes:
    """Return a CSV file with one product per number."""
    return make_csv(*(f"N-{number:06d},{name} {number},{price}" for number in numbers))


@cache
def make_catalogue(records: int, seed: int = 1, changed_rate: float = 0.0) -> bytes:
    """Return a supplier's catalogue: quotes, lines in quotes, repeated skus, bad records."""
    return b"".join(read_blocks(Catalogue(records, seed=seed, changed_rate=changed_rate)))
