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
from chalicelib.keys.authentication import RefusedError
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


def test_a_token_tells_whose_it_is_and_which_of_our_scopes_it_has(
    verifier: OidcVerifier, issuer: FakeIssuer
) -> None:
    caller = verifier.verify(issuer.sign(scope="openid products:read imports:write email"))
    assert (caller.caller_id, caller.name) == ("sub:robot", "robot")
    assert caller.scopes == {"products:read", "imports:write"}


@pytest.mark.parametrize(
    ("exp", "year"), [(4_102_444_800, 2100), (4_102_444_800.5, 2100), (10**15, 9999)]
)
def test_a_token_tells_its_end(
    verifier: OidcVerifier, issuer: FakeIssuer, exp: float, year: int
) -> None:
    ends = verifier.verify(issuer.sign(exp=exp)).expires_at
    assert ends is not None
    assert ends.year == year


@pytest.mark.parametrize("scope", [None, "", "openid", ["products:read"], 7])
def test_a_token_without_our_scopes_has_none(
    verifier: OidcVerifier, issuer: FakeIssuer, scope: Any
) -> None:
    assert verifier.verify(issuer.sign(scope=scope)).scopes == frozenset()


def test_es256_is_taken_as_well(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    issuer.add_key("ec", "ES256")
    assert verifier.verify(issuer.sign("ec", "ES256")).name == "robot"


def test_audience_may_be_one_of_several(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
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
        ({"nbf": int(time.time()) + 600}, "ImmatureSignature"),
        ({"sub": None}, "MissingRequiredClaim"),
        ({"sub": ""}, "jwt_bad_subject"),
        ({"sub": "x" * 300}, "jwt_bad_subject"),
        ({"sub": 7}, "InvalidSubject"),
    ],
)
def test_a_claim_that_is_wrong_is_refused(
    verifier: OidcVerifier, issuer: FakeIssuer, claims: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RefusedError, match=reason):
        verifier.verify(_sign_anything(issuer, claims))


def _sign_anything(issuer: FakeIssuer, claims: dict[str, Any]) -> str:
    """Sign also what jwt would not encode: claims of the wrong type."""
    now = int(time.time())
    whole = {"iss": issuer.url, "aud": AUDIENCE, "sub": "robot", "exp": now + 300} | claims
    text = json.dumps({name: value for name, value in whole.items() if value is not None})
    private = issuer.keys["1"]
    return jwt.api_jws.encode(text.encode(), private, "RS256", {"kid": "1"})


def test_a_little_difference_of_clocks_is_forgiven(
    verifier: OidcVerifier, issuer: FakeIssuer
) -> None:
    assert verifier.verify(issuer.sign(exp=int(time.time()) - 3)).name == "robot"


def test_a_token_that_is_not_signed_is_refused(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    text = jwt.encode({"iss": issuer.url, "sub": "robot"}, "", algorithm="none")
    with pytest.raises(RefusedError, match="wrong_algorithm"):
        verifier.verify(text)


def test_the_public_key_is_no_shared_secret(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    public = issuer.keys["1"].public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    forged = _sign_with_hmac(pem, {"alg": "HS256", "kid": "1"}, issuer)
    with pytest.raises(RefusedError, match="wrong_algorithm"):
        verifier.verify(forged)
    # The same bytes under the name of an algorithm that is taken.
    with pytest.raises(RefusedError, match="InvalidSignature"):
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
def test_an_algorithm_that_is_not_pinned_is_refused(
    verifier: OidcVerifier, issuer: FakeIssuer, algorithm: str
) -> None:
    with pytest.raises(RefusedError, match="wrong_algorithm"):
        verifier.verify(issuer.sign(algorithm=algorithm))


def test_a_key_is_used_with_its_own_algorithm(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    issuer.add_key("ec", "ES256")
    with pytest.raises(RefusedError):
        verifier.verify(issuer.sign("ec", "RS256", key=issuer.keys["1"]))


def test_a_signature_of_another_is_refused(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    with pytest.raises(RefusedError, match="InvalidSignature"):
        verifier.verify(issuer.sign(key=stranger))


@pytest.mark.parametrize("text", ["..", "a.b.c", "e30.e30.e30", "é.é.é", "e30.e30.", "W10.e30.x"])
def test_what_is_no_token_is_refused(verifier: OidcVerifier, text: str) -> None:
    with pytest.raises(RefusedError):
        verifier.verify(text)


def test_published_keys_are_read_once(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    before = issuer.key_reads
    for _ in range(5):
        verifier.verify(issuer.sign())
    assert issuer.key_reads == before + 1


def test_a_new_key_of_the_issuer_is_found(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    verifier.verify(issuer.sign())
    issuer.add_key("2")
    assert verifier.verify(issuer.sign("2")).name == "robot"


def test_unknown_keys_do_not_make_us_ask_each_time(
    verifier: OidcVerifier, issuer: FakeIssuer, clock: _Clock
) -> None:
    verifier.verify(issuer.sign())
    before, stranger = issuer.key_reads, rsa.generate_private_key(65537, 2048)
    for _ in range(5):
        with pytest.raises(RefusedError, match="unknown_key"):
            verifier.verify(issuer.sign("x", key=stranger))
    assert issuer.key_reads == before + 1
    issuer.add_key("2")
    clock.now += 31
    assert verifier.verify(issuer.sign("2")).name == "robot"


def test_a_token_that_names_no_key_is_refused(verifier: OidcVerifier, issuer: FakeIssuer) -> None:
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "robot", "exp": int(time.time()) + 300}
    with pytest.raises(RefusedError, match="unknown_key"):
        verifier.verify(jwt.encode(claims, issuer.keys["1"], algorithm="RS256"))


def test_an_issuer_that_does_not_answer_is_a_fault_that_passes(
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
def test_a_document_that_leads_elsewhere_is_not_followed(
    verifier: OidcVerifier, issuer: FakeIssuer, document: dict[str, Any]
) -> None:
    issuer.document = document
    with pytest.raises(TryAgainError):
        verifier.verify(issuer.sign())


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
def test_an_issuer_is_reached_by_https_alone_unless_it_is_here(url: str, *, is_safe: bool) -> None:
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
def test_half_an_issuer_is_refused_at_cold_start(more: dict[str, str]) -> None:
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
def test_where_tokens_are_fetched_is_an_origin_alone(origin: str) -> None:
    whole = {"OIDC_ISSUER": "https://login.example", "OIDC_AUDIENCE": "us"}
    read_settings(ENVIRONMENT | whole | {"OIDC_TOKEN_ORIGIN": "https://tokens.example:8443"})
    with pytest.raises(ValueError, match="oidc_token_origin"):
        read_settings(ENVIRONMENT | whole | {"OIDC_TOKEN_ORIGIN": origin})


@pytest.fixture
def with_issuer(issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIssuer]:
    settings = {"OIDC_ISSUER": issuer.url, "OIDC_AUDIENCE": AUDIENCE}
    with open_account(monkeypatch, **settings):
        yield issuer


def test_routes_take_tokens_and_keys_side_by_side(with_issuer: FakeIssuer) -> None:
    reads = Api(app, with_issuer.sign(scope="products:read"))
    assert reads.get("/jobs").status_code == 200
    assert problem_of(reads.get("/keys")) == (403, "insufficient_scope")
    assert Api(app, with_issuer.sign(scope="keys:write")).get("/keys").status_code == 200
    assert Api(app, KEY).get("/keys").status_code == 200
    mine = reads.get("/keys/current").json_body
    assert (mine["caller_id"], mine["kind"]) == ("sub:robot", "jwt")
    assert (mine["scopes"], mine["expires_at"] is None) == (["products:read"], False)
    assert Api(app, with_issuer.sign(aud="another")).get("/jobs").status_code == 401


def test_a_token_is_refused_while_no_issuer_is_set(
    issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"type": "TOKEN", "authorizationToken": f"Bearer {issuer.sign()}", "methodArn": "a"}
    with open_account(monkeypatch), pytest.raises(UnauthorizedError):
        authorize_request(event, None)
