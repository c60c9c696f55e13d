"""The deployed stack of these tests, and the three ways to it: its API, its database, its AWS."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import Addresses, start_ephemeral
from tests.fakes.issuer import AUDIENCE, FakeIssuer, serve_issuer
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.emulator import Emulator

MiB = 1024 * 1024
CLIENT_ID = "the-page"  # of the page, at the issuer
_RECORDER = Path(__file__).parent / "recording"
_JUDGED_LAST, _JUDGES_ANY = "test_policies.py", "test_every_call_is_allowed"

# Small files are to reach what is made for large ones: parts, and many spans and ranges.
PARAMETERS = {
    "SinglePutLimitBytes": str(6 * MiB),
    "PartSizeBytes": str(5 * MiB),
    "SpanBytes": str(MiB // 2),
    "WebhookScheduleScale": "0.01",
    "StuckJobSeconds": "3600",
}


@pytest.fixture(scope="session")
def issuer() -> Iterator[FakeIssuer]:
    """An OpenID Connect issuer on this machine, whose JWTs the stack takes."""
    with serve_issuer() as served:
        served.document["token_endpoint"] = f"{served.token_origin}/token"
        yield served


@pytest.fixture(scope="session")
def recording(ephemeral: Path) -> Path:
    """Where the functions' calls of AWS are written down, where they run as MiniStack runs them."""
    folder = ephemeral / "calls"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def stack(ephemeral: Path, issuer: FakeIssuer, recording: Path) -> Iterator[Addresses]:
    """The deployed stack of this run: MiniStack's, or that of STACK_ENDPOINT_URL's emulator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(_RECORDER))
        patch.setenv("RECORDED_CALLS", str(recording))
        # MiniStack shortens the pauses between tries by it; how long they are is tested elsewhere.
        patch.setenv("SFN_WAIT_SCALE", "0.01")
        oidc = {
            "OidcIssuer": issuer.url,
            "OidcAudience": AUDIENCE,
            "OidcClientId": CLIENT_ID,
            "OidcTokenOrigin": issuer.token_origin,
        }
        with start_ephemeral(ephemeral / "stack", PARAMETERS | oidc) as addresses:
            yield addresses


@pytest.fixture(scope="session")
def api(stack: Addresses) -> Iterator[Api]:
    """What a client has: the API's address, and a key with all scopes."""
    client = Api(stack.api_url, stack.api_key)
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
    stack_catalogue.empty()
    return stack_catalogue


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests that judge what the others called last, if there is something to judge."""
    judges = [item for item in items if item.path.name == _JUDGED_LAST]
    folder = Path(__file__).parent
    browser = set(folder.glob("browser/test_*.py"))  # which there need not be, and calls no more
    judged = {item.path for item in items if item.path.is_relative_to(folder)}
    is_whole = judged >= set(folder.rglob("test_*.py")) - browser and not config.option.keyword
    items[:] = [item for item in items if item not in judges]
    if "STACK_ENDPOINT_URL" not in os.environ:  # another emulator's functions are not recorded
        items += [j for j in judges if is_whole or j.name == _JUDGES_ANY]
