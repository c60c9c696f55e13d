"""Every package is locked by version and hash, without download URLs."""

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


def test_lock_files_exist() -> None:
    assert {"requirements.txt", "requirements-dev.txt", "node.txt"} <= {p.name for p in _LOCKS}


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_every_package_is_locked_by_a_hash(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    starts = [found.start() for found in _PACKAGE.finditer(text)]
    assert starts
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        assert "--hash=sha256:" in text[start:end]


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_locks_have_no_download_urls(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in lines if _ADDRESS.search(line)] == []


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_make_audit_checks_every_lock(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\naudit:")[2].partition("\n\n")[0]
    assert f"-r {path.relative_to(ROOT).as_posix()}\n" in recipe


def test_packages_of_the_page_are_locked_by_hash() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) > 50
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "web/.npmrc").read_text("utf-8")
