"""The deployed stack of these tests, and the three ways to it: its API, its database, its AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import Addresses, start_fleeting
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.emulator import Emulator

MiB = 1024 * 1024

# Small files are to reach what is made for large ones: parts, and many spans and ranges.
PARAMETERS = {
    "SinglePutLimitBytes": str(6 * MiB),
    "PartSizeBytes": str(5 * MiB),
    "SpanBytes": str(MiB // 2),
    "WebhookScheduleScale": "0.01",
}


@pytest.fixture(scope="session")
def stack(fleeting: Path) -> Iterator[Addresses]:
    """The deployed stack of this run: MiniStack's, or that of STACK_ENDPOINT_URL's emulator."""
    with pytest.MonkeyPatch.context() as patch:
        # MiniStack shortens the pauses between tries by it; how long they are is tested elsewhere.
        patch.setenv("SFN_WAIT_SCALE", "0.01")
        with start_fleeting(fleeting / "stack", PARAMETERS) as addresses:
            yield addresses


@pytest.fixture(scope="session")
def api(stack: Addresses) -> Iterator[Api]:
    """What a client has: the API's address."""
    client = Api(stack.api_url)
    with client.session:
        yield client


@pytest.fixture(scope="session")
def emulator(stack: Addresses) -> Emulator:
    return Emulator(stack)


@pytest.fixture(scope="session")
def stack_catalogue(stack: Addresses) -> Catalogue:
    """The catalogue as the test before left it."""
    return Catalogue(stack.database)


@pytest.fixture
def catalogue(stack_catalogue: Catalogue) -> Catalogue:
    """The catalogue, empty at first."""
    stack_catalogue.query("TRUNCATE products")
    return stack_catalogue
