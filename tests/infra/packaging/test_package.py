"""The package: small, reproducible, and complete with only Lambda's own packages."""

import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.packaging.dependencies import Runtime, host_runtime
from infra.packaging.package import PAGE_FOLDER, READER_FOLDER, ROOT, Package, build_package
from infra.packaging.template import Template, handlers
from infra.packaging.web import build_web, measure_first_load

# Packages that Lambda's Python runtime includes.
_RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "dateutil", "urllib3", "six")

_RESOLVE = """
import importlib, json, sys
for name, handler in json.load(sys.stdin).items():
    module, function = handler.rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), function)), (name, handler)
    assert importlib.import_module(module).__file__.startswith(sys.argv[1]), handler
"""


@pytest.fixture(scope="module")
def unzipped(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package.code_path) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def runtime_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runtime")
    for name in _RUNTIME_PACKAGES:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


def test_every_handler_resolves_with_the_zip_alone(
    template: Template, unzipped: Path, runtime_packages: Path
) -> None:
    path = [str(unzipped), str(runtime_packages)]
    start = f"import sys; sys.path[:0] = {path!r}; exec({_RESOLVE!r})"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start, str(unzipped)],
        input=json.dumps(handlers(template)),
        env={"PATH": os.defpath, "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_only_the_api_imports_the_app(template: Template) -> None:
    found = handlers(template)
    assert found.pop("APIHandler") == "app.app"
    assert all(handler.startswith("chalicelib.") for handler in found.values())


def test_zip_is_well_below_the_size_limit(package: Package) -> None:
    assert package.unzipped_bytes < 120_000_000
    assert package.code_path.stat().st_size < 40_000_000


def test_zip_has_no_tests_headers_or_settings(package: Package) -> None:
    with zipfile.ZipFile(package.code_path) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    assert not [n for n in names if n.endswith((".pyi", ".h", ".c", ".a", ".env"))]
    assert not [n for n in names if n.split("/")[0] in {"tests", "infra", "bench", "boto3"}]


def test_zip_has_only_swagger_ui_of_its_package(package: Package) -> None:
    with zipfile.ZipFile(package.code_path) as archive:
        entries = [e for e in archive.infolist() if e.filename.startswith(f"{READER_FOLDER}/")]
        names = {e.filename.rpartition("/")[2] for e in entries}
        assert b"SwaggerUIBundle" in archive.read(f"{READER_FOLDER}/swagger-ui-bundle.js")
        assert not [n for n in archive.namelist() if "spectacular" in n]
    ours = {"docs.html", "docs.js"}
    assert names == {"swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"} | ours
    assert sum(e.compress_size for e in entries) < 600_000


def test_zip_has_the_page_without_its_build_tools(package: Package) -> None:
    with zipfile.ZipFile(package.code_path) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"{PAGE_FOLDER}/")]
        html = archive.read(f"{PAGE_FOLDER}/index.html").decode()
        assert not [n for n in archive.namelist() if "node_modules" in n or n.endswith(".map")]
    named = set(re.findall(r'"\./(assets/[^"]+)"', html))
    assert named
    assert {f"{PAGE_FOLDER}/{name}" for name in named} <= set(names)
    assert not [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag]
    assert "<style" not in html


def test_first_load_of_the_page_is_small() -> None:
    """The page with its scripts and styles, compressed."""
    assert measure_first_load(build_web(ROOT)) < 200 * 1024


def test_unchanged_tree_is_not_packaged_again(package: Package) -> None:
    made_at = package.code_path.stat().st_mtime_ns
    again = build_package()
    assert again == package
    assert again.code_path.stat().st_mtime_ns == made_at


def test_same_tree_gives_the_same_bytes_in_another_folder(package: Package, tmp_path: Path) -> None:
    for name in ("app.py", "chalicelib", ".chalice", "docs", "infra", "requirements.txt", "web"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "build").mkdir()
    for name in ("certificates", "dependencies", "reader", "web"):
        (tmp_path / "build" / name).symlink_to(ROOT / "build" / name)
    other = build_package(root=tmp_path)
    assert other.code_path != package.code_path
    assert other.code_path.read_bytes() == package.code_path.read_bytes()
    assert other.template_path.read_bytes() == package.template_path.read_bytes()


@pytest.mark.parametrize(
    ("python", "newest"), [("3.11", "manylinux_2_26_x86_64"), ("3.13", "manylinux_2_34_x86_64")]
)
def test_wheels_match_the_c_library_of_the_runtime(python: str, newest: str) -> None:
    platforms = Runtime(python, "x86_64").platforms
    assert platforms[0] == newest
    assert platforms[-1] == "manylinux2014_x86_64"


def test_functions_run_on_the_python_version_of_the_tests(template: Template) -> None:
    runtimes = {
        resource["Properties"]["Runtime"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert runtimes == {f"python{host_runtime().python}"}
