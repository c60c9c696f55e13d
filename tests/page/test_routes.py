"""GET / and GET /assets/{asset}, which nobody needs a key for."""

from collections.abc import Iterator

import pytest

from app import app
from chalicelib.page import routes as page_routes
from chalicelib.page.built import BuiltPage
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import open_account
from tests.page.test_built import SITE

OIDC = {
    "OIDC_ISSUER": "https://id.example.com/realms/shop",
    "OIDC_AUDIENCE": "catalogue",
    "OIDC_CLIENT_ID": "the-page",
}
ELSEWHERE = OIDC | {"OIDC_TOKEN_ORIGIN": "https://tokens.example.com"}


@pytest.fixture(
    params=[{}, OIDC, ELSEWHERE],
    ids=["keys alone", "with an issuer", "whose tokens are elsewhere"],
)
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    found: dict[str, str] = request.param
    return found


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Iterator[Api]:
    """The API with a page that is built, and nobody's key."""
    monkeypatch.setattr(page_routes, "page", BuiltPage(SITE))
    with open_account(monkeypatch, **environment):
        yield Api(app, key="")


def sources_of(policy: str) -> dict[str, list[str]]:
    """Return what a policy lets in, by kind."""
    rules = (rule.split() for rule in policy.split(";"))
    return {kind: sources for kind, *sources in rules}


def test_the_page_is_answered_and_asked_for_again(api: Api) -> None:
    answer = api.get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert b'src="./assets/index-ChXP1EtY.js"' in answer.body
    again = api.get("/", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.body) == (304, b"")


def test_the_page_is_answered_where_an_issuer_sends_people_back(api: Api) -> None:
    answer = api.get("/?code=a&state=b&iss=https%3A%2F%2Fid.example.com&more=c")
    assert (answer.status_code, answer.body) == (200, api.get("/").body)


def test_page_has_the_sign_in_settings(api: Api, environment: dict[str, str]) -> None:
    html = api.get("/").body.decode()
    issuer = environment.get("OIDC_ISSUER", "")
    client_id = environment.get("OIDC_CLIENT_ID", "")
    assert f'<meta name="oidc-issuer" content="{issuer}">' in html
    assert f'<meta name="oidc-client-id" content="{client_id}">' in html
    assert f'<meta name="oidc-audience" content="{environment.get("OIDC_AUDIENCE", "")}">' in html
    token_origin = environment.get("OIDC_TOKEN_ORIGIN", "")
    assert f'<meta name="oidc-token-origin" content="{token_origin}">' in html


def test_the_page_talks_to_nobody_but_its_api_s3_and_the_issuer(
    api: Api, environment: dict[str, str]
) -> None:
    found = sources_of(api.get("/").headers["Content-Security-Policy"])
    reached = ["'self'", "https://bucket.s3.eu-central-1.amazonaws.com"]
    if environment:
        reached.append("https://id.example.com")
    if "OIDC_TOKEN_ORIGIN" in environment:
        reached.append("https://tokens.example.com")
    assert found.pop("connect-src") == reached
    assert found == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


def test_page_has_security_headers(api: Api) -> None:
    headers = api.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_assets_are_cached_permanently(api: Api) -> None:
    answer = api.get("/assets/index-3NzoFZY3.css")
    assert (answer.status_code, answer.body) == (200, b"body { margin: 0; }\n")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_other_files_are_not_found_as_assets(api: Api) -> None:
    for name in ("index.html", "..%2Findex.html", "..%2F..%2Froutes.py", "index.js"):
        assert problem_of(api.get(f"/assets/{name}")) == (404, "not_found")


def test_a_tree_without_a_build_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_account(monkeypatch):
        answer = Api(app, key="").get("/")
    assert problem_of(answer) == (503, "page_not_built")
    assert "make web" in answer.json_body["detail"]
