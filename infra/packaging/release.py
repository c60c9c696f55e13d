"""Makes a release: the zip, the template, the OpenAPI document and the release notes.

    python -m infra.packaging.release v0.2.0 --notes-only   check tag, version and changelog
    python -m infra.packaging.release v0.2.0                write build/release/

.github/workflows/release.yml runs it for a tag and publishes the result.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

from infra.packaging.dependencies import host_runtime
from infra.packaging.package import ROOT, Package, build_package

_FOLDER = Path("build/release")
_SECTION = r"^## \[{version}\] - \d{{4}}-\d\d-\d\d$\n(.*?)(?=^## \[|\Z)"


class ReleaseError(Exception):
    """The tree doesn't match its tag; the message says what to do."""


def read_notes(tag: str, root: Path = ROOT) -> str:
    """Return the changelog's section for a tag; raises ReleaseError if anything disagrees."""
    version = tag.removeprefix("v")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if tag != f"v{project['version']}":
        raise ReleaseError(f"The tag is {tag}, but pyproject.toml has {project['version']}.")
    document = json.loads((root / "docs/openapi.json").read_text(encoding="utf-8"))
    if document["info"]["version"] != version:
        raise ReleaseError(
            f"docs/openapi.json has version {document['info']['version']}. Run `make openapi`."
        )
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    pattern = _SECTION.format(version=re.escape(version))
    found = re.search(pattern, changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise ReleaseError(f"CHANGELOG.md has no dated section with entries for {version}.")
    return found[1].strip() + "\n"


def make_release(tag: str, package: Package, runtime: str, root: Path = ROOT) -> Path:
    """Make a release and return its folder, replacing an earlier one."""
    notes, folder = read_notes(tag, root), root / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    assets = folder / "assets"
    assets.mkdir(parents=True)
    name = f"product-importer-{tag.removeprefix('v')}"
    shutil.copyfile(package.code_path, assets / f"{name}-{runtime}.zip")
    shutil.copyfile(package.template_path, assets / f"{name}-template.json")
    shutil.copyfile(root / "docs/openapi.json", assets / f"{name}-openapi.json")
    (assets / "SHA256SUMS").write_text(_sum_up(assets), encoding="ascii")
    (folder / "notes.md").write_text(notes, encoding="utf-8")
    return folder


def _sum_up(folder: Path) -> str:
    paths = sorted(folder.iterdir())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths
    )


def main(words: list[str] | None = None) -> int:
    """Make the release for a tag, or only check it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.packaging.release", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("tag", help="such as v1.2.3")
    parser.add_argument("--notes-only", action="store_true", help="check, and print the notes")
    given = parser.parse_args(words)
    try:
        if given.notes_only:
            print(read_notes(given.tag), end="")
        else:
            runtime = host_runtime()
            name = f"python{runtime.python}-{runtime.architecture}"
            folder = make_release(given.tag, build_package(runtime), name)
            print("\n".join(str(path) for path in sorted(folder.rglob("*")) if path.is_file()))
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
