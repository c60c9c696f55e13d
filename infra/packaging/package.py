"""The package: Chalice's template with infra/resources merged in, and the zip of the functions.

`chalice package` makes the template and the application's half of the zip. The wheels come from
infra/packaging/dependencies.py, so that a change of code doesn't download them again.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from infra.packaging.authorities import build_authorities
from infra.packaging.dependencies import Runtime, add_tree, build_dependencies, host_runtime
from infra.packaging.folders import delete_old, publish
from infra.packaging.reader import build_reader
from infra.packaging.resources import read_resources
from infra.packaging.template import drop_tags, inline_dashboard, inline_definitions
from infra.packaging.web import build_web, web_sources

ROOT = Path(__file__).resolve().parents[2]
UNZIPPED_LIMIT_BYTES = 250 * 1024 * 1024  # Lambda's own
READER_FOLDER = "chalicelib/openapi/page"  # chalicelib/openapi/reader.py reads it
PAGE_FOLDER = "chalicelib/page/site"  # chalicelib/page/built.py reads it
CERTIFICATES_FOLDER = "chalicelib/certificates"  # chalicelib/postgres.py reads it
# Chalice requires a region and credentials to make a template, but uses neither.
_CHALICE_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "unused",
    "AWS_SECRET_ACCESS_KEY": "unused",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Package:
    """A template and the zip that its functions run; `digest` identifies the package."""

    digest: str
    template_path: Path
    code_path: Path

    def read_template(self) -> dict[str, Any]:
        """Return the template; each call returns a new copy."""
        template: dict[str, Any] = json.loads(self.template_path.read_text(encoding="utf-8"))
        return template

    def holds(self, name: str) -> bool:
        """Return whether the zip has a file of that name."""
        with zipfile.ZipFile(self.code_path) as archive:
            return name in archive.namelist()

    def read_file(self, name: str) -> bytes:
        """Return the contents of a file in the zip."""
        with zipfile.ZipFile(self.code_path) as archive:
            return archive.read(name)

    @property
    def unzipped_bytes(self) -> int:
        """The size of the unpacked zip."""
        with zipfile.ZipFile(self.code_path) as archive:
            return sum(entry.file_size for entry in archive.infolist())


def build_package(runtime: Runtime | None = None, root: Path = ROOT) -> Package:
    """Return the package of the tree at `root`; an unchanged tree isn't packaged again."""
    runtime = runtime or host_runtime()
    build = root / "build"
    digest = _digest(root, runtime)
    folder = build / "packages" / digest
    package = Package(digest, folder / "template.json", folder / "code.zip")
    if not folder.exists():
        wheels = build_dependencies(root / "requirements.txt", build / "dependencies", runtime)
        put_in = {
            READER_FOLDER: build_reader(root / "infra/packaging/reader.txt", build / "reader"),
            PAGE_FOLDER: build_web(root),
            CERTIFICATES_FOLDER: build_authorities(root),
        }
        with tempfile.TemporaryDirectory(dir=build) as temporary:
            made = _make(root, Path(temporary), wheels, put_in, runtime)
            publish(made, folder)
        if package.unzipped_bytes > UNZIPPED_LIMIT_BYTES:
            raise RuntimeError(
                f"The zip has {package.unzipped_bytes:,} bytes unpacked; Lambda allows 250 MiB"
            )
        delete_old(folder.parent)
    return package


def _sources(root: Path) -> Iterator[Path]:
    yield root / "app.py"
    yield root / "requirements.txt"
    yield root / ".chalice" / "config.json"
    yield root / "infra" / "dashboard.json"
    folders = (
        ("infra/resources", "*.yaml"),
        ("infra/packaging", "*.py"),
        ("infra/packaging", "*.txt"),
        ("infra/statemachines", "*.json"),
        ("infra/certificates", "*.json"),
    )
    for folder, pattern in folders:
        yield from sorted((root / folder).glob(pattern))
    yield from web_sources(root)
    for path in sorted((root / "chalicelib").rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path


def _digest(root: Path, runtime: Runtime) -> str:
    digest = hashlib.sha256(f"{runtime} {version('chalice')}".encode())
    for path in _sources(root):
        contents = path.read_bytes()
        digest.update(f"\0{path.relative_to(root)}\0{len(contents)}\0".encode())
        digest.update(contents)
    return digest.hexdigest()[:32]


def _make(
    root: Path, work: Path, wheels: Path, put_in: Mapping[str, Path], runtime: Runtime
) -> Path:
    project, made = work / "project", work / "made"
    made.mkdir()
    _copy_project(root, project, runtime)
    for place, folder in put_in.items():
        shutil.copytree(folder, project / place, dirs_exist_ok=True)
    resources = work / "resources.json"
    resources.write_text(json.dumps(read_resources(root)), encoding="utf-8")
    _run_chalice(project, resources)
    template = yaml.safe_load((project / "out" / "sam.yaml").read_text(encoding="utf-8"))
    inline_definitions(template, root / "infra")
    inline_dashboard(template, root / "infra")
    drop_tags(template)
    text = json.dumps(template, indent=1, sort_keys=True)  # without YAML's aliases
    (made / "template.json").write_text(text, encoding="utf-8")

    application = work / "application"
    with zipfile.ZipFile(project / "out" / "deployment.zip") as archive:
        archive.extractall(application)
    _compile(application)
    shutil.copyfile(wheels, made / "code.zip")
    with zipfile.ZipFile(made / "code.zip", "a") as archive:
        add_tree(archive, application)
    return made


def _compile(tree: Path) -> None:
    # In a new process: what a process has loaded changes the bytes that it compiles.
    start = (
        "import sys, pathlib, infra.packaging.dependencies as found;"
        "found.compile_tree(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", start, str(tree)], cwd=ROOT, check=True)


def _copy_project(root: Path, project: Path, runtime: Runtime) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "chalicelib", project / "chalicelib", ignore=ignored)
    shutil.copyfile(root / "app.py", project / "app.py")
    (project / "requirements.txt").touch()
    config = json.loads((root / ".chalice" / "config.json").read_text(encoding="utf-8"))
    config["lambda_architecture"] = runtime.architecture
    (project / ".chalice").mkdir()
    (project / ".chalice" / "config.json").write_text(json.dumps(config), encoding="utf-8")


def _run_chalice(project: Path, resources: Path) -> None:
    start = "from chalice.cli import main; raise SystemExit(main())"  # it has no __main__ module
    command = [sys.executable, "-c", start, "package", "--template-format", "yaml"]
    done = subprocess.run(
        [*command, "--merge-template", str(resources), "out"],
        cwd=project,
        env=os.environ | _CHALICE_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"chalice package failed:\n{(done.stderr or done.stdout).strip()}")
