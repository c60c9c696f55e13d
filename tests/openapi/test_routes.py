"""GET /openapi.json and GET /docs."""

from pathlib import Path

import pytest

from app import app
from chalicelib.openapi.reader import POLICY, Reader
from infra.packaging.package import ROOT
from infra.packaging.reader import build_reader
from tests.fakes.api import Api, problem_of
from tests.openapi.test_document import DOCUMENT


@pytest.fixture
def api() -> Api:
    return Api(app)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The reader as it is in the zip: the page's files and those of the package."""
    folder = tmp_path_factory.mktemp("page")
    built = build_reader(ROOT / "infra" / "packaging" / "reader.txt", ROOT / "build" / "reader")
    for source in (built, ROOT / "chalicelib" / "openapi" / "page"):
        for path in source.iterdir():
            (folder / path.name).symlink_to(path)
    return Reader(folder)


def test_the_document_is_answered_and_kept(api: Api) -> None:
    answer = api.get("/openapi.json")
    assert (answer.status_code, answer.json_body) == (200, DOCUMENT)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = api.get("/openapi.json", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.body) == (304, b"")
    assert problem_of(api.get("/openapi.json?pretty=1")) == (400, "invalid_query")


def test_the_page_names_its_files_by_what_is_in_them(reader: Reader, tmp_path: Path) -> None:
    page = reader.write_page("../api")
    for part in ("swagger-ui-", "swagger-ui-bundle-", "docs-"):
        assert f'"../api/docs/{part}' in page
    assert 'data-document="../api/openapi.json"' in page
    assert "$" not in page
    (tmp_path / "docs.html").write_text("$docs_js")
    names = []
    for text in ("one", "another"):
        (tmp_path / "docs.js").write_text(text)
        names.append(Reader(tmp_path).write_page("."))
    assert names[0] != names[1]


def test_nothing_but_the_page_s_files_is_found(reader: Reader) -> None:
    found = reader.find_asset(reader.write_page(".").partition("docs/")[2].partition('"')[0])
    assert found is not None
    assert found.media_type == "text/css; charset=utf-8"
    for name in ("docs.html", "docs.js", "LICENSE", "../routes.py", ""):
        assert reader.find_asset(name) is None


def test_an_unknown_file_is_not_found(api: Api) -> None:
    assert problem_of(api.get("/docs/docs.html")) == (404, "not_found")
    assert problem_of(api.get("/docs/..%2Freader.py")) == (404, "not_found")


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    sources = {word for rule in POLICY.split(";") for word in rule.split()[1:]}
    assert sources == {"'none'", "'self'", "data:"}
    assert [rule.strip() for rule in POLICY.split(";") if "data:" in rule] == [
        "img-src 'self' data:"
    ]
