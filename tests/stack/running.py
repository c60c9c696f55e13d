"""An import that runs for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api


@contextmanager
def running_import(
    api: Api, catalogue: Catalogue, content: bytes, name: str = "a.csv"
) -> Iterator[str]:
    """Start an import; yield its id while a worker that has staged can't write to the ledger."""
    with catalogue.hold("import_ranges"):
        job_id = api.begin(content, name=name)
        catalogue.wait_for("stage_range", job_id, is_waiting=True)
        yield job_id
