"""The OpenAPI document that the deployed API serves is correct, and its reader works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from app import app
from chalicelib.openapi.document import make_document
from infra.packaging.package import ROOT
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

MiB = 1024 * 1024

# The gateway answers a method without a route: with 404 by the template's gateway responses, with
# 403 if the emulator ignores those, never with 405.
_EXCLUDED = "unsupported_method"

_CONFIG = """\
hooks = "tests.stack.beyond_schema"
reports.directory = "{folder}"
warnings = false

[generation]
deterministic = true
max-examples = 15
database = "none"

[[operations]]
# A schema can't express an upload's parts and their ETags.
include-path = ["/imports/{{job_id}}/parts", "/imports/{{job_id}}/complete"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422]

[[operations]]
# A schema can't express a product's current version.
include-path = [
  "/products/{{product_id}}", "/products/{{product_id}}/restore", "/profiles/{{profile_id}}"
]
checks.positive_data_acceptance.expected-statuses = ["2xx", 304, 401, 403, 404, 409, 412]
checks.missing_required_header.expected-statuses = [401, 428]

[[operations]]
# A schema can't express whether a host name resolves or a webhook still exists.
include-path = ["/webhooks", "/webhooks/{{webhook_id}}"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422]

[[operations]]
# The document describes the length of the base64 text in words only.
include-path = "/imports/preview"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 422]

[[operations]]
# Too many skus or too long a head may exceed the size limit of bodies.
include-path = ["/products/bulk-delete", "/imports/preview"]
checks.negative_data_rejection.expected-statuses = [400, 401, 403, 404, 409, 413, 415, 422]

[dictionaries.products]
values = {products}

[dictionaries.jobs]
values = {jobs}

[dictionaries.assets]
values = {assets}

[parameters]
"path.job_id" = {{dictionary = "jobs", probability = 0.5}}
"path.product_id" = {{dictionary = "products", probability = 0.5}}
"path.asset" = {{dictionary = "assets", probability = 0.5}}
"""


def _make_jobs(api: Api) -> list[str]:
    """Make jobs in several states: completed with rejects, failed, cancelled, pending."""
    completed = api.run(make_csv("A,Lamp,1", "B,Lamp,-1", "C,Lamp,x"))
    failed = api.run(b"not,a,catalogue\n1,2,3\n")
    cancelled, pending = api.announce(10)["job_id"], api.announce(11)["job_id"]
    api.call("POST", f"/imports/{cancelled}/cancel")
    in_parts = api.announce(11 * MiB)["job_id"]
    return [completed["job_id"], failed["job_id"], cancelled, pending, in_parts]


def _make_products(api: Api) -> list[int]:
    bodies = [{"sku": f"schema-{n}", "name": "Lamp"} for n in range(5)]
    return [api.call("POST", "/products", json=body).json()["id"] for body in bodies]


def _find_assets(api: Api) -> list[str]:
    page = api.call("GET", "/docs").text
    return re.findall(r'"\./docs/([^"]+)"', page)


def _find_page_assets(api: Api) -> list[str]:
    return re.findall(r'"\./assets/([^"]+)"', api.call("GET", "/").text)


@pytest.mark.timeout(1800)  # thousands of requests
def test_schemathesis_finds_nothing(api: Api, tmp_path: Path) -> None:
    jobs, products = _make_jobs(api), _make_products(api)
    assets = [*_find_assets(api), *_find_page_assets(api)]
    spare = api.call("POST", "/keys", json={"name": "spare", "scopes": ["products:read"]}).json()
    config = tmp_path / "schemathesis.toml"
    text = _CONFIG.format(folder=tmp_path, jobs=jobs, assets=assets, products=products)
    config.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    command += [f"{api.url}/openapi.json", "--url", api.url, "--no-color"]
    command += ["--header", f"Authorization: Bearer {api.key}"]
    done = subprocess.run(
        [*command, "--checks", "all", "--exclude-checks", _EXCLUDED],
        cwd=tmp_path,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1,localhost"}
        | {"SPARE_KEY_ID": spare["key_id"]},
        capture_output=True,
        text=True,
        check=False,
    )
    output = "\n".join(line[:500] for line in done.stdout.splitlines())
    assert done.returncode == 0, output[-20_000:] + done.stderr
    operations = sum(len(methods) for methods in make_document(app.routes)["paths"].values())
    assert f"Tested: {operations - 1}" in done.stdout  # all except the document's own


@pytest.mark.wiring
def test_served_document_is_that_of_the_routes(api: Api) -> None:
    answer = api.call("GET", "/openapi.json")
    assert answer.json() == make_document(app.routes)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert api.call("GET", "/openapi.json", headers=known).status_code == 304


@pytest.mark.wiring
def test_reader_loads_only_from_the_api(api: Api) -> None:
    page = api.call("GET", "/docs")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]
    named = re.findall(r'(?:src|href|data-document)="([^"]+)"', page.text)
    urls = {name: requests.compat.urljoin(page.url, name) for name in named if name != "data:,"}
    assert len(urls) == 4
    assert f"{api.url}/openapi.json" in urls.values()
    for url in urls.values():
        assert url.startswith(f"{api.url}/")
        assert api.session.get(url, timeout=60).status_code == 200


def test_files_of_the_reader_are_cached_permanently(api: Api) -> None:
    answers = [api.call("GET", f"/docs/{name}") for name in _find_assets(api)]
    assert {answer.headers["Cache-Control"] for answer in answers} == {
        "public, max-age=31536000, immutable"
    }
    assert sorted(answer.headers["Content-Type"].partition(";")[0] for answer in answers) == [
        "text/css",
        "text/javascript",
        "text/javascript",
    ]
    assert b"SwaggerUIBundle" in b"".join(answer.content for answer in answers)
