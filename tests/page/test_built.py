"""The page as the build left it."""

from pathlib import Path

import pytest

from chalicelib.errors import ProblemError
from chalicelib.page.built import BuiltPage

SITE = Path(__file__).parent / "site"
PAGE = BuiltPage(SITE)


@pytest.mark.parametrize("root", [".", "..", "api"])
def test_the_page_finds_its_assets_from_wherever_it_was_asked_for(root: str) -> None:
    html = PAGE.write(root, {})
    for name in ("icon-C96HvoVg.svg", "index-ChXP1EtY.js", "index-3NzoFZY3.css"):
        assert f'"{root}/assets/{name}"' in html
    assert html.count("/assets/") == 3


def test_page_settings_come_first_and_are_escaped() -> None:
    html = PAGE.write(".", {"issuer": "https://a.example", "client": '"><script>alert(1)'})
    settings = (
        '<head>\n<meta name="issuer" content="https://a.example">\n'
        '<meta name="client" content="&quot;&gt;&lt;script&gt;alert(1)">'
    )
    assert settings in html
    assert '"&quot;/assets/' in PAGE.write('"', {})


def test_assets_are_found_by_their_names_alone() -> None:
    found = PAGE.find_asset("icon-C96HvoVg.svg")
    assert found is not None
    assert found.media_type == "image/svg+xml"
    assert found.text.startswith("<svg")
    for name in ("index.html", "../index.html", "../../routes.py", "", ".", "assets"):
        assert PAGE.find_asset(name) is None


def test_binary_file_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "font-C96HvoVg.woff2").write_bytes(b"\xff")
    assert BuiltPage(tmp_path).find_asset("font-C96HvoVg.woff2") is None


def test_without_a_build_there_is_a_problem_that_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="make web") as caught:
        BuiltPage(tmp_path / "nowhere").write(".", {})
    assert (caught.value.status, caught.value.code) == (503, "page_not_built")
    assert BuiltPage(tmp_path / "nowhere").find_asset("index.js") is None
