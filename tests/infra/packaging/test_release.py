"""A release: version, OpenAPI document and changelog agree, and its files exist."""

import hashlib
import json
from pathlib import Path

import pytest

from infra.packaging.package import Package
from infra.packaging.release import ReleaseError, main, make_release, read_notes

_CHANGELOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added
- Retries.

## [0.1.0] - 2026-11-25

### Added
- All of it.
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    (tmp_path / "docs/openapi.json").write_text(json.dumps({"info": {"version": "0.2.0"}}))
    (tmp_path / "CHANGELOG.md").write_text(_CHANGELOG)
    return tmp_path


def test_notes_are_the_changelog_section_of_the_version(tree: Path) -> None:
    assert read_notes("v0.2.0", tree) == "### Added\n- Retries.\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("pyproject.toml", "0.2.0", "0.3.0", "pyproject.toml has 0.3.0"),
        ("docs/openapi.json", "0.2.0", "0.1.0", "make openapi"),
        ("CHANGELOG.md", "[0.2.0] - 2026-12-01", "[0.2.0]", "no dated section"),
        ("CHANGELOG.md", "### Added\n- Retries.\n", "", "no dated section"),
    ],
)
def test_disagreeing_version_is_an_error(
    tree: Path, name: str, old: str, new: str, message: str
) -> None:
    path = tree / name
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ReleaseError, match=message):
        read_notes("v0.2.0", tree)


def test_tag_of_another_version_fails_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["v99.0.0", "--notes-only"]) == 1
    assert "The tag is v99.0.0" in capsys.readouterr().err


def test_release_has_zip_template_document_and_checksums(tree: Path) -> None:
    package = Package("digest", tree / "template.json", tree / "code.zip")
    package.template_path.write_text("{}")
    package.code_path.write_bytes(b"code")
    (tree / "build/release/assets").mkdir(parents=True)
    (tree / "build/release/assets/old").touch()
    folder = make_release("v0.2.0", package, "python3.12-x86_64", tree)
    names = {path.name for path in (folder / "assets").iterdir()}
    assert names == {
        "SHA256SUMS",
        "product-importer-0.2.0-openapi.json",
        "product-importer-0.2.0-python3.12-x86_64.zip",
        "product-importer-0.2.0-template.json",
    }
    sums = (folder / "assets/SHA256SUMS").read_text().splitlines()
    named = f"{hashlib.sha256(b'code').hexdigest()}  product-importer-0.2.0-python3.12-x86_64.zip"
    assert named in sums
    assert len(sums) == 3
    assert (folder / "notes.md").read_text() == "### Added\n- Retries.\n"
