"""What is locked: every package by version and hash, and never by an address to download from."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

_LOCKS = [
    *sorted(ROOT.glob("requirements*.txt")),
    *sorted((ROOT / "infra/packaging").glob("*.txt")),
]
_PACKAGE = re.compile(r"^([A-Za-z0-9][\w.-]*)(\[[\w,-]+\])?==(\S+)", re.MULTILINE)
_ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|--trusted-host")


def test_there_are_locks_of_what_is_installed() -> None:
    assert {"requirements.txt", "requirements-dev.txt", "node.txt"} <= {p.name for p in _LOCKS}


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_every_package_is_locked_by_a_hash(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    starts = [found.start() for found in _PACKAGE.finditer(text)]
    assert starts
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        assert "--hash=sha256:" in text[start:end]


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_no_lock_says_where_to_download_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in lines if _ADDRESS.search(line)] == []


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_every_lock_is_looked_up_among_the_vulnerable_packages(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\naudit:")[2].partition("\n\n")[0]
    assert f"-r {path.relative_to(ROOT).as_posix()}\n" in recipe


def test_the_pages_packages_are_locked_alike() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) > 50
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "web/.npmrc").read_text("utf-8")
