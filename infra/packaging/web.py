"""Builds the page from web/ with Vite and the packages that its package-lock.json pins.

The build runs in a copy below build/, so that it writes nothing into the tree. It runs only when
the page's source or the OpenAPI document, from which its types are generated, has changed.
"""

import argparse
import contextlib
import gzip
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from chalicelib.http.files import TYPES
from infra.packaging.folders import delete_old, publish
from infra.packaging.node import NPM_QUIETLY, NpmFailedError, run_npm

_PATTERNS = (
    "package.json",
    "package-lock.json",
    "biome.json",
    "index.html",
    "*.config.ts",
    "tsconfig*.json",
    "src/**/*",
    "public/**/*",
)
_GENERATED = {"src/api/schema.d.ts"}  # by the build, from the OpenAPI document
_PACKAGES = ("web/package.json", "web/package-lock.json")
_DOCUMENT = "docs/openapi.json"
# Browsers cache assets forever, so a changed file must have another name.
_HASHED = re.compile(r"assets/[\w.-]+-[\w-]{8}\.\w+", re.ASCII)
_REFERENCE = re.compile(r'(?:href|src)="\./(assets/[^"]+\.(?:css|js))"')


class WebBuildError(RuntimeError):
    """The page couldn't be built, or the API couldn't serve it; the message says why."""


def web_sources(root: Path) -> list[Path]:
    """Return the files that the page of the tree at `root` is built from."""
    web = root / "web"
    found = {path for pattern in _PATTERNS for path in web.glob(pattern) if path.is_file()}
    return [*sorted(found - {web / name for name in _GENERATED}), root / _DOCUMENT]


def build_web(root: Path) -> Path:
    """Return a folder with the page of the tree at `root`, building it if it doesn't exist."""
    made = root / "build/web" / _digest(root, web_sources(root))
    if not made.exists():
        with _copied(root) as copy:
            outcome = str(copy / "site")
            run_npm(root, copy / "web", "run", "build", "--", "--outDir", outcome, "--emptyOutDir")
            check_site(copy / "site")
            publish(copy / "site", made)
        delete_old(made.parent)
    return made


def check_web(root: Path) -> None:
    """Check format, lint, types and tests of the page's source; raises NpmFailedError."""
    with _copied(root) as copy:
        run_npm(root, copy / "web", "run", "check")


def install_packages(root: Path) -> Path:
    """Return the page's node_modules, installing them below build/ if they aren't there."""
    paths = [root / name for name in _PACKAGES]
    made = root / "build/web-modules" / _digest(root, paths)
    if not made.exists():
        (root / "build").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root / "build") as temporary:
            _copy(root, paths, Path(temporary))
            web = Path(temporary) / "web"
            (web / "node_modules").mkdir()
            # Packages must not run scripts of their own.
            run_npm(root, web, "ci", "--include=dev", "--ignore-scripts", *NPM_QUIETLY)
            publish(web / "node_modules", made)
        delete_old(made.parent)
    return made


def check_site(site: Path) -> None:
    """Raise WebBuildError if the API wouldn't serve a built file correctly."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    if "index.html" not in files:
        raise WebBuildError("The page has no index.html.")
    for name in sorted(files - {"index.html"}):
        if Path(name).suffix not in TYPES:
            raise WebBuildError(f"The API can't serve {name}, only {', '.join(TYPES)}.")
        if not _HASHED.fullmatch(name):
            raise WebBuildError(
                f"The API can't serve {name}, only files in assets/ whose names end in a hash of 8"
                " characters. Import the file in src/ instead of putting it in public/."
            )


def measure_first_load(site: Path) -> int:
    """Return the compressed size in bytes of the page with the scripts and styles it loads."""
    html = (site / "index.html").read_text(encoding="utf-8")
    names = ["index.html", *dict.fromkeys(_REFERENCE.findall(html))]
    return sum(len(gzip.compress((site / name).read_bytes(), 9)) for name in names)


def _digest(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in paths:
        contents = path.read_bytes()
        digest.update(f"\0{path.relative_to(root)}\0{len(contents)}\0".encode())
        digest.update(contents)
    return digest.hexdigest()[:16]


def _copy(root: Path, paths: Iterable[Path], folder: Path) -> None:
    for path in paths:
        copied = folder / path.relative_to(root)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)


@contextlib.contextmanager
def _copied(root: Path) -> Iterator[Path]:
    """Yield a copy of the page's source with its packages installed."""
    modules = install_packages(root)
    with tempfile.TemporaryDirectory(dir=root / "build") as temporary:
        copy = Path(temporary)
        _copy(root, web_sources(root), copy)
        # Link the files, not the folder: tools then see them where they would be installed.
        shutil.copytree(modules, copy / "web/node_modules", symlinks=True, copy_function=os.link)
        yield copy


def main() -> int:
    """Build the page, or check its source; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.packaging.web", description=main.__doc__)
    parser.add_argument("command", choices=["build", "check"])
    root = Path(__file__).resolve().parents[2]
    try:
        if parser.parse_args().command == "check":
            check_web(root)
            print("page: format, lint, types and tests pass")
        else:
            site = build_web(root)
            size = f"{measure_first_load(site) / 1024:.0f} KiB on first load, compressed"
            print(f"page: {site.relative_to(root)}, {size}")
    except (WebBuildError, NpmFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
