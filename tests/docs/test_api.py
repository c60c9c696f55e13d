"""The API reference lists every route, option, filter, scope and event type of the API."""

import json
import re
from typing import Any

from tests.architecture.tree import ROOT
from tests.docs.pages import read_prose

_PAGE = read_prose(ROOT / "docs" / "API.md")
_DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
_SCHEMAS = _DOCUMENT["components"]["schemas"]
_METHODS = {"get", "post", "put", "patch", "delete"}


def find_codes(text: str) -> set[str]:
    """Return the texts between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def find_section(heading: str) -> str:
    return _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def test_every_route_is_listed_and_no_other() -> None:
    routes = {
        f"{method.upper()} {path}"
        for path, operations in _DOCUMENT["paths"].items()
        for method in operations.keys() & _METHODS
        if not path.endswith("{asset}")
    }
    listed = {code for code in find_codes(_PAGE) if re.fullmatch(r"[A-Z]+ /\S*", code)}
    assert listed == routes


def test_every_import_option_is_listed() -> None:
    options = _SCHEMAS["ImportOptions"]["properties"].keys()
    fields = _SCHEMAS["BlankOptions"]["properties"].keys()
    assert options | fields <= find_codes(find_section("Import options").replace("\\", ""))


def test_every_filter_of_products_is_listed() -> None:
    parameters = _DOCUMENT["paths"]["/products"]["get"]["parameters"]
    names = {parameter["name"] for parameter in parameters if "name" in parameter}
    assert names <= find_codes(find_section("Products")) | {"limit", "cursor"}


def test_every_scope_is_listed() -> None:
    scopes = _SCHEMAS["CreateKey"]["properties"]["scopes"]["items"]["enum"]
    assert set(scopes) <= find_codes(find_section("Keys and sign-in"))


def test_every_event_type_is_listed() -> None:
    types = _SCHEMAS["CreateWebhook"]["properties"]["event_types"]["items"]["enum"]
    assert set(types) - {"*"} <= find_codes(find_section("Webhooks"))


def test_the_readme_is_short() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 250
