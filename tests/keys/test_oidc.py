"""JWTs of an issuer: real tokens, signed and published over real HTTP."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app import app
from chalicelib.errors import TryAgainError
from chalicelib.http.callers import UnauthorizedError
from chalicelib.keys.authentication import AuthenticationError
from chalicelib.keys.authorizer import authorize_request
from chalicelib.keys.oidc import OidcVerifier
from chalicelib.settings import is_safe_url, read_settings
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import ENVIRONMENT, open_account
from tests.fakes.issuer import AUDIENCE, FakeIssuer, serve_issuer
from tests.fakes.keys import KEY


@pytest.fixture(scope="module")
def served() -> Iterator[FakeIssuer]:
    with serve_issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(served: FakeIssuer) -> Iterator[FakeIssuer]:
    keys = dict(served.keys)
    yield served
    served.keys, served.document, served.is_away = keys, {}, False


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def verifier(issuer: FakeIssuer, clock: _Clock) -> OidcVerifier:
    return OidcVerifier(issuer.url, AUDIENCE, clock)


def test_a_token_has_a_caller_and_the_known_scopes(
    verifier: OidcVerifier, issuer: FakeIssuer
) -> None:
    caller = verifier.verify(issuer.sign(scope="openid products:read imports:write email"))
    assert (caller.caller_id, caller.name) == ("sub:robot", "robot")
    assert caller.scopes == {"products:read", "imports:write"}


@pytest.mark.parametrize(
    ("exp", "year"), [(4_102_444_800, 2100), (4_102_444_800.5, 2100), (10**15, 9999)]
)
def test_a_token_has_an_expiry(
    verifier: OidcVerifier, issuer: FakeIssuer, exp: float, year: int
) -> None:
    ends = verifier.verify(issuer.sign(exp=exp)).expires_at
    assert ends is not None
    assert ends.year == year


@pytest.mark.parametrize("scope", [None, "", "openid", ["products:read"], 7])
def test_a_token_without_known_scopes_has_no_scopes(
    verifier: OidcVerifier, issuer: FakeIssuer, scope: Any
) -> None:
    assert verifier.verify(issuer.sign(scope=scope)).scopes == frozenset()


def test_es256_is_accepted(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    issuer.add_key("ec", "ES256")
    assert verifier.verify(issuer.sign("ec", "ES256")).name == "robot"


def test_the_audience_may_be_one_of_several(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    assert verifier.verify(issuer.sign(aud=["other", AUDIENCE])).name == "robot"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "InvalidIssuer"),
        ({"iss": None}, "MissingRequiredClaim"),
        ({"aud": "another"}, "InvalidAudience"),
        ({"aud": None}, "MissingRequiredClaim"),
        ({"exp": int(time.time()) - 60}, "ExpiredSignature"),
        ({"exp": None}, "MissingRequiredClaim"),
        ({"exp": "tomorrow"}, "Decode"),
        ({"nbf": int(time.time()) + 86_400}, "ImmatureSignature"),
        ({"sub": None}, "MissingRequiredClaim"),
        ({"sub": ""}, "jwt_bad_subject"),
        ({"sub": "x" * 300}, "jwt_bad_subject"),
        ({"sub": 7}, "InvalidSubject"),
    ],
)
def test_a_wrong_claim_is_rejected(
    verifier: OidcVerifier, issuer: FakeIssuer, claims: dict[str, Any], reason: str
) -> None:
    with pytest.raises(AuthenticationError, match=reason):
        verifier.verify(_sign_anything(issuer, claims))


def _sign_anything(issuer: FakeIssuer, claims: dict[str, Any]) -> str:
    """Sign claims of any type, also those that jwt refuses to encode."""
    now = int(time.time())
    whole = {"iss": issuer.url, "aud": AUDIENCE, "sub": "robot", "exp": now + 300} | claims
    text = json.dumps({name: value for name, value in whole.items() if value is not None})
    private = issuer.keys["1"]
    return jwt.api_jws.encode(text.encode(), private, "RS256", {"kid": "1"})


def test_a_small_clock_difference_is_tolerated(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    assert verifier.verify(issuer.sign(exp=int(time.time()) - 3)).name == "robot"


def test_an_unsigned_token_is_rejected(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    text = jwt.encode({"iss": issuer.url, "sub": "robot"}, "", algorithm="none")
    with pytest.raises(AuthenticationError, match="wrong_algorithm"):
        verifier.verify(text)


def test_a_token_signed_by_hmac_with_the_public_key_is_rejected(
    verifier: OidcVerifier, issuer: FakeIssuer
) -> None:
    public = issuer.keys["1"].public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    forged = _sign_with_hmac(pem, {"alg": "HS256", "kid": "1"}, issuer)
    with pytest.raises(AuthenticationError, match="wrong_algorithm"):
        verifier.verify(forged)
    # The same bytes under the name of an accepted algorithm.
    with pytest.raises(AuthenticationError, match="InvalidSignature"):
        verifier.verify(_sign_with_hmac(pem, {"alg": "RS256", "kid": "1"}, issuer))


def _sign_with_hmac(secret: bytes, header: dict[str, str], issuer: FakeIssuer) -> str:
    import hashlib
    import hmac

    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "robot", "exp": int(time.time()) + 300}
    signed = ".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_is_rejected(
    verifier: OidcVerifier, issuer: FakeIssuer, algorithm: str
) -> None:
    with pytest.raises(AuthenticationError, match="wrong_algorithm"):
        verifier.verify(issuer.sign(algorithm=algorithm))


def test_a_key_is_used_only_with_its_own_algorithm(
    verifier: OidcVerifier, issuer: FakeIssuer
) -> None:
    issuer.add_key("ec", "ES256")
    with pytest.raises(AuthenticationError):
        verifier.verify(issuer.sign("ec", "RS256", key=issuer.keys["1"]))


def test_a_signature_by_another_key_is_rejected(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    with pytest.raises(AuthenticationError, match="InvalidSignature"):
        verifier.verify(issuer.sign(key=stranger))


@pytest.mark.parametrize("text", ["..", "a.b.c", "e30.e30.e30", "é.é.é", "e30.e30.", "W10.e30.x"])
def test_malformed_tokens_are_rejected(verifier: OidcVerifier, text: str) -> None:
    with pytest.raises(AuthenticationError):
        verifier.verify(text)


def test_published_keys_are_fetched_once(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    before = issuer.key_reads
    for _ in range(5):
        verifier.verify(issuer.sign())
    assert issuer.key_reads == before + 1


def test_a_new_key_of_the_issuer_is_found(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    verifier.verify(issuer.sign())
    issuer.add_key("2")
    assert verifier.verify(issuer.sign("2")).name == "robot"


def test_keys_are_not_fetched_for_every_unknown_key_id(
    verifier: OidcVerifier, issuer: FakeIssuer, clock: _Clock
) -> None:
    verifier.verify(issuer.sign())
    before, stranger = issuer.key_reads, rsa.generate_private_key(65537, 2048)
    for _ in range(5):
        with pytest.raises(AuthenticationError, match="unknown_key"):
            verifier.verify(issuer.sign("x", key=stranger))
    assert issuer.key_reads == before + 1
    issuer.add_key("2")
    clock.now += 31
    assert verifier.verify(issuer.sign("2")).name == "robot"


def test_a_token_without_a_key_id_is_rejected(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "robot", "exp": int(time.time()) + 300}
    with pytest.raises(AuthenticationError, match="unknown_key"):
        verifier.verify(jwt.encode(claims, issuer.keys["1"], algorithm="RS256"))


def test_an_issuer_that_does_not_answer_is_a_temporary_error(
    verifier: OidcVerifier, issuer: FakeIssuer
) -> None:
    issuer.is_away = True
    with pytest.raises(TryAgainError):
        verifier.verify(issuer.sign())
    issuer.is_away = False
    assert verifier.verify(issuer.sign()).name == "robot"


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://elsewhere.example"},
        {"jwks_uri": "http://elsewhere.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_discovery_document_that_points_elsewhere_is_rejected(
    verifier: OidcVerifier, issuer: FakeIssuer, document: dict[str, Any]
) -> None:
    issuer.document = document
    with pytest.raises(TryAgainError):
        verifier.verify(issuer.sign())


def test_redirects_of_the_keys_are_not_followed(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    issuer.document = {"jwks_uri": f"{issuer.url}/moved/keys"}
    before = issuer.key_reads
    with pytest.raises(TryAgainError):
        verifier.verify(issuer.sign())
    assert issuer.key_reads == before


def test_redirects_of_the_discovery_document_are_not_followed(issuer: FakeIssuer) -> None:
    moved = OidcVerifier(f"{issuer.url}/moved", AUDIENCE)
    with pytest.raises(TryAgainError, match="HTTPError"):
        moved.verify(issuer.sign(iss=f"{issuer.url}/moved"))


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://login.example/tenant", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000/a", True),
        ("http://login.example", False),
        ("http://127.0.0.1.example", False),
        ("ftp://127.0.0.1", False),
        ("https://", False),
        ("login.example", False),
    ],
)
def test_an_issuer_needs_https_unless_it_is_on_this_machine(url: str, *, is_safe: bool) -> None:
    assert is_safe_url(url) == is_safe


@pytest.mark.parametrize(
    "more",
    [
        {"OIDC_ISSUER": "https://login.example"},
        {"OIDC_AUDIENCE": "us"},
        {"OIDC_CLIENT_ID": "the-page"},
        {"OIDC_TOKEN_ORIGIN": "https://tokens.example"},
        {"OIDC_ISSUER": "http://login.example", "OIDC_AUDIENCE": "us"},
    ],
)
def test_incomplete_issuer_settings_fail_at_cold_start(more: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="oidc_issuer"):
        read_settings(ENVIRONMENT | more)


@pytest.mark.parametrize(
    "origin",
    [
        "http://tokens.example",
        "https://tokens.example/",
        "https://tokens.example/oauth2/token",
        "https://ada@tokens.example",
        "https://tokens.example; script-src *",
        "tokens.example",
    ],
)
def test_the_token_origin_has_no_path(origin: str) -> None:
    whole = {"OIDC_ISSUER": "https://login.example", "OIDC_AUDIENCE": "us"}
    read_settings(ENVIRONMENT | whole | {"OIDC_TOKEN_ORIGIN": "https://tokens.example:8443"})
    with pytest.raises(ValueError, match="oidc_token_origin"):
        read_settings(ENVIRONMENT | whole | {"OIDC_TOKEN_ORIGIN": origin})


@pytest.fixture
def with_issuer(issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIssuer]:
    settings = {"OIDC_ISSUER": issuer.url, "OIDC_AUDIENCE": AUDIENCE}
    with open_account(monkeypatch, **settings):
        yield issuer


def test_routes_accept_tokens_and_keys(with_issuer: FakeIssuer) -> None:
    reads = Api(app, with_issuer.sign(scope="products:read"))
    assert reads.get("/jobs").status_code == 200
    assert problem_of(reads.get("/keys")) == (403, "insufficient_scope")
    assert Api(app, with_issuer.sign(scope="keys:write")).get("/keys").status_code == 200
    assert Api(app, KEY).get("/keys").status_code == 200
    mine = reads.get("/keys/current").json_body
    assert (mine["caller_id"], mine["kind"]) == ("sub:robot", "jwt")
    assert (mine["scopes"], mine["expires_at"] is None) == (["products:read"], False)
    assert Api(app, with_issuer.sign(aud="another")).get("/jobs").status_code == 401


def test_a_token_is_rejected_when_no_issuer_is_set(
    issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"type": "TOKEN", "authorizationToken": f"Bearer {issuer.sign()}", "methodArn": "a"}
    with open_account(monkeypatch), pytest.raises(UnauthorizedError):
        authorize_request(event, None)
