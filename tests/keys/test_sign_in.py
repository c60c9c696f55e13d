"""Signing in at an issuer, as a browser does, ends with a valid token."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from chalicelib.keys.oidc import OidcVerifier
from tests.fakes.issuer import AUDIENCE, FakeIssuer, serve_issuer
from tests.fakes.sign_in import CLIENT_ID

PAGE, VERIFIER = "https://api.example/api/", "v" * 43


@pytest.fixture
def issuer() -> Iterator[FakeIssuer]:
    with serve_issuer() as served:
        yield served


def come_back(issuer: FakeIssuer, **more: str) -> dict[str, str]:
    """Request authorization; return the parameters of the redirect back."""
    challenge = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": PAGE,
        "response_mode": "fragment",
        "scope": "openid products:read imports:write offline_access",
        "state": "s",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = requests.get(f"{issuer.url}/authorize", asked | more, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["Location"])
    assert back._replace(query="", fragment="").geturl() == PAGE
    return dict(parse_qsl(back.fragment or back.query))


def exchange(issuer: FakeIssuer, **form: str) -> requests.Response:
    whole = {"redirect_uri": PAGE, "client_id": CLIENT_ID} | form
    return requests.post(f"{issuer.url}/token", whole, timeout=5)


def redeem(issuer: FakeIssuer, code: str, verifier: str = VERIFIER) -> requests.Response:
    return exchange(issuer, grant_type="authorization_code", code=code, code_verifier=verifier)


@pytest.mark.parametrize("mode", ["query", "fragment"])
def test_a_code_gives_one_token_that_the_api_accepts(issuer: FakeIssuer, mode: str) -> None:
    code = come_back(issuer, response_mode=mode)["code"]
    caller = OidcVerifier(issuer.url, AUDIENCE).verify(redeem(issuer, code).json()["access_token"])
    assert caller.name == "ada"
    assert caller.scopes == {"products:read", "imports:write"}
    assert redeem(issuer, code).json() == {"error": "invalid_grant"}


def test_a_code_needs_the_verifier_of_its_request(issuer: FakeIssuer) -> None:
    assert redeem(issuer, come_back(issuer)["code"], "w" * 43).status_code == 400


def test_a_token_is_renewed_once(issuer: FakeIssuer) -> None:
    first = redeem(issuer, come_back(issuer)["code"]).json()
    renewal = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = exchange(issuer, **renewal).json()
    assert second["access_token"] != first["access_token"]
    assert exchange(issuer, **renewal).status_code == 400
    assert issuer.sign_in.renewals == 1


def test_a_denied_sign_in_returns_an_error(issuer: FakeIssuer) -> None:
    issuer.sign_in.is_denied = True
    back = come_back(issuer)
    assert (back["error"], back["state"], "code" in back) == ("access_denied", "s", False)
