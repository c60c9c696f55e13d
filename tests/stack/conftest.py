"""The deployed stack of these tests, and the three ways to it: its API, its database, its AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import Addresses, start_fleeting
from tests.fakes.issuer import AUDIENCE, FakeIssuer, serve_issuer
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.emulator import Emulator

MiB = 1024 * 1024
CLIENT_ID = "the-page"  # of the page, at the issuer

# Small files are to reach what is made for large ones: parts, and many spans and ranges.
PARAMETERS = {
    "SinglePutLimitBytes": str(6 * MiB),
    "PartSizeBytes": str(5 * MiB),
    "SpanBytes": str(MiB // 2),
    "WebhookScheduleScale": "0.01",
}


@pytest.fixture(scope="session")
def issuer() -> Iterator[FakeIssuer]:
    """An OpenID Connect issuer on this machine, whose JWTs the stack takes."""
    with serve_issuer() as served:
        served.document["token_endpoint"] = f"{served.token_origin}/token"
        yield served


@pytest.fixture(scope="session")
def stack(fleeting: Path, issuer: FakeIssuer) -> Iterator[Addresses]:
    """The deployed stack of this run: MiniStack's, or that of STACK_ENDPOINT_URL's emulator."""
    with pytest.MonkeyPatch.context() as patch:
        # MiniStack shortens the pauses between tries by it; how long they are is tested elsewhere.
        patch.setenv("SFN_WAIT_SCALE", "0.01")
        oidc = {
            "OidcIssuer": issuer.url,
            "OidcAudience": AUDIENCE,
            "OidcClientId": CLIENT_ID,
            "OidcTokenOrigin": issuer.token_origin,
        }
        with start_fleeting(fleeting / "stack", PARAMETERS | oidc) as addresses:
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
