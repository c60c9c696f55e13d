"""The build of the page: by npm, only after changes, and checked against what the API serves."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging.folders import delete_old
from infra.packaging.node import NpmFailedError, find_node, has_node, install_node
from infra.packaging.package import ROOT
from infra.packaging.web import WebBuildError, build_web, check_site, measure_first_load

_PROJECT = Path(__file__).parent / "web"
_SCRIPT = "assets/index-ChXP1EtY.js"
_BUILD = "import sys; from pathlib import Path; from infra.packaging.web import build_web"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with a page whose build script replaces Vite and needs no packages."""
    shutil.copytree(_PROJECT, tmp_path / "web")
    (tmp_path / "infra").symlink_to(ROOT / "infra")
    (tmp_path / "docs").mkdir()
    write_document(tmp_path, "1.0")
    return tmp_path


def write_document(tree: Path, version: str) -> None:
    (tree / "docs" / "openapi.json").write_text(json.dumps({"info": {"version": version}}))


def write_assets(tree: Path, assets: dict[str, str]) -> None:
    (tree / "web" / "src" / "assets.json").write_text(json.dumps(assets))


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_page_is_built_from_its_source_and_the_openapi_document(tree: Path) -> None:
    before = files_of(tree / "web")
    site = build_web(tree)
    assert site.parent == tree / "build" / "web"
    assert files_of(site) == {"index.html", _SCRIPT}
    assert (site / _SCRIPT).read_text() == "console.log('1.0');\n"
    assert files_of(tree / "web") == before, "something landed in the tree"
    assert {path.name for path in (tree / "build").iterdir()} == {"web", "web-modules"}


def test_unchanged_page_is_not_built_again(tree: Path) -> None:
    site = build_web(tree)
    made_at = site.stat().st_mtime_ns
    (tree / "web" / "src" / "api").mkdir()
    (tree / "web" / "src" / "api" / "schema.d.ts").write_text("made by hand")
    (tree / "web" / "node_modules").mkdir()
    assert (build_web(tree), site.stat().st_mtime_ns) == (site, made_at)
    write_document(tree, "2.0")
    assert (build_web(tree) / _SCRIPT).read_text() == "console.log('2.0');\n"
    write_assets(tree, {"assets/other-ChXP1EtY.js": ""})
    assert files_of(build_web(tree)) == {"index.html", "assets/other-ChXP1EtY.js"}


def test_concurrent_builds_give_the_same_page(tree: Path) -> None:
    command = [sys.executable, "-c", f"{_BUILD}; print(build_web(Path(sys.argv[1])))", str(tree)]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    printed = {process.communicate(timeout=60)[0].strip() for process in both}
    assert printed == {str(build_web(tree))}


def test_failed_build_shows_the_output_of_npm(tree: Path) -> None:
    (tree / "web" / "src" / "assets.json").write_text("no JSON")
    with pytest.raises(NpmFailedError, match=r"npm run build failed:\n.*") as caught:
        build_web(tree)
    assert "no JSON" in str(caught.value)
    assert not (tree / "build" / "web").exists()


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ([_SCRIPT], "no index.html"),
        (["index.html", "assets/font-ChXP1EtY.woff2"], "can't serve"),
        (["index.html", f"{_SCRIPT}.map"], "can't serve"),
        (["index.html", "assets/index.js"], "hash"),
        (["index.html", "robots.txt"], "hash"),
        (["index.html", "assets/more/index-ChXP1EtY.js"], "hash"),
    ],
)
def test_file_that_the_api_cannot_serve_is_an_error(
    names: list[str], why: str, tmp_path: Path
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(WebBuildError, match=why):
        check_site(tmp_path)


def test_first_load_is_the_page_with_its_scripts_and_styles() -> None:
    site = ROOT / "tests" / "page" / "site"
    names = ("index.html", "assets/index-ChXP1EtY.js", "assets/index-3NzoFZY3.css")
    compressed = [len(gzip.compress((site / name).read_bytes(), 9)) for name in names]
    assert measure_first_load(site) == sum(compressed)
    check_site(site)


def test_newest_three_folders_are_kept(tmp_path: Path) -> None:
    for second, name in enumerate("abcde"):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (second, second))
    delete_old(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set("cde")


@pytest.mark.parametrize(
    ("version", "is_good"),
    [("v20.18.3", False), ("v20.19.0", True), ("v24.1.0", True), ("v8.99.0", False), ("", False)],
)
def test_old_node_is_not_used(version: str, *, is_good: bool, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    assert has_node(str(tmp_path)) == is_good
    (tmp_path / "npm").unlink()
    assert not has_node(str(tmp_path))


def test_installed_node_is_used(tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v22.0.0\n")
        (tmp_path / name).chmod(0o755)
    assert find_node(tmp_path / "none.txt", tmp_path / "none", str(tmp_path)) == str(tmp_path)


@pytest.mark.slow
def test_missing_node_is_installed_from_pypi_and_builds_the_page(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tree / "bin"  # has what a script needs, but no node
    plain.mkdir()
    for name in ("sh", "env"):
        (plain / name).symlink_to(str(shutil.which(name)))
    (tree / "build").mkdir()
    (tree / "build" / "node").symlink_to(ROOT / "build" / "node")
    requirement = ROOT / "infra/packaging/node.txt"
    installed = install_node(requirement, ROOT / "build/node")
    monkeypatch.setenv("PATH", str(plain))
    assert not has_node(str(plain))
    assert has_node(find_node(requirement, ROOT / "build/node", str(installed)))
    assert files_of(build_web(tree)) == {"index.html", _SCRIPT}
