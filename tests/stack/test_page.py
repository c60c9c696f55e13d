"""The page as the deployed stack serves it, and the endpoints that only the page uses."""

import re
from base64 import b64encode
from urllib.parse import urlsplit

import pytest
import requests

from tests.fakes.issuer import FakeIssuer
from tests.stack.client import Api
from tests.stack.conftest import CLIENT_ID
from tests.stack.files import make_csv

pytestmark = [pytest.mark.stack, pytest.mark.wiring]


@pytest.fixture
def browser(api: Api) -> Api:
    """The API as a browser without a key calls it."""
    return api.with_key("")


def reached_from(page: requests.Response) -> list[str]:
    """Return the origins that the page's scripts may connect to."""
    policy = page.headers["Content-Security-Policy"]
    rules = {kind: sources for kind, *sources in (rule.split() for rule in policy.split(";"))}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == ["'self'"]
    return rules["connect-src"]


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.mark.parametrize("path", ["/", ""])
def test_page_and_assets_are_served(browser: Api, path: str) -> None:
    page = browser.call("GET", path)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    urls = [requests.compat.urljoin(page.url, name) for name in named]
    assert any(url.endswith(".js") for url in urls)
    for url in urls:
        assert url.startswith(f"{browser.url}/assets/")
        asset = browser.session.get(url, timeout=60)
        assert (asset.status_code, asset.headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_cached_page_is_not_sent_again(browser: Api) -> None:
    etag = browser.call("GET", "/").headers["ETag"]
    again = browser.call("GET", "/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_page_may_connect_to_storage_and_issuer(browser: Api, api: Api, issuer: FakeIssuer) -> None:
    page = browser.call("GET", "/")
    put = api.announce(10)["upload"]["url"]
    reached = (origin_of(put), origin_of(issuer.url), issuer.token_origin)
    assert reached_from(page) == ["'self'", *dict.fromkeys(reached)]
    assert f'<meta name="oidc-issuer" content="{issuer.url}">' in page.text
    assert f'<meta name="oidc-client-id" content="{CLIENT_ID}">' in page.text


@pytest.mark.parametrize(
    "content",
    [
        make_csv("A-1;Lamp;12", "A-2;Lamp;12 EUR", header="Artikelnummer;Title;Regular price"),
        "SKU\tName\tGröße\nA-1\tLäufer\t2 m\n".encode("utf-16"),
        b"name,colour\nLamp,red\n",
    ],
    ids=["aliases", "utf-16", "no sku"],
)
def test_preview_matches_import(api: Api, content: bytes) -> None:
    options = {"mapping": {"Artikelnummer": "sku"}} if b"Artikel" in content else {}
    body = {"size_bytes": len(content), "head": b64encode(content).decode(), "options": options}
    answer = api.call("POST", "/imports/preview", json=body)
    assert answer.status_code == 200, answer.text
    preview, job = answer.json(), api.run(content, options)
    assert preview["error"] == job["error"]
    if preview["error"] is None:
        columns = {column["header"]: column["field"] for column in preview["columns"]}
        same = ("encoding", "delimiter", "header_line", "format", "decimal_mark", "currency")
        assert job["detected"] == {name: preview[name] for name in (*same, "evidence")} | {
            "columns": columns,
            "header": list(columns),
        }
    rejects = [(reject["line"], reject["code"]) for reject in api.rejects(job["job_id"])]
    expected = [(r["line"], r["reject"]["code"]) for r in preview["records"] if r["reject"]]
    assert rejects == expected
