"""The third-party half of the Lambda zip: wheels for the Lambda runtime, trimmed and compiled."""

import compileall
import hashlib
import platform
import py_compile
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

# No function imports these: tests, type stubs, C headers, the Fortran front end.
_DROPPED_FOLDERS = {"tests", "include", "f2py", "bin"}
_DROPPED_SUFFIXES = {".pyi", ".pyx", ".pxd", ".h", ".a", ".c"}
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # so that equal contents give equal zips
TASK_ROOT = "/var/task"  # where Lambda unpacks the zip; tracebacks show these paths


@dataclass(frozen=True)
class Runtime:
    """What the functions run on: a Python version and an architecture, as Lambda names them."""

    python: str  # "3.11"
    architecture: str  # "x86_64" or "arm64"

    @property
    def machine(self) -> str:
        """The architecture as wheels name it."""
        return {"x86_64": "x86_64", "arm64": "aarch64"}[self.architecture]

    @property
    def platforms(self) -> list[str]:
        """The wheel platforms that the runtime's C library supports, newest first."""
        newest = 26 if self.python == "3.11" else 34
        names = [f"manylinux_2_{minor}_{self.machine}" for minor in range(newest, 16, -1)]
        return [*names, f"manylinux2014_{self.machine}"]


def host_runtime() -> Runtime:
    """Return the runtime that matches this interpreter and this machine."""
    arm = platform.machine() in {"aarch64", "arm64"}
    return Runtime(f"{sys.version_info[0]}.{sys.version_info[1]}", "arm64" if arm else "x86_64")


def build_dependencies(requirements: Path, folder: Path, runtime: Runtime) -> Path:
    """Return a zip of `requirements` for `runtime`, making it in `folder` if it doesn't exist."""
    recipe = Path(__file__).read_bytes() + requirements.read_bytes()
    name = f"{hashlib.sha256(recipe).hexdigest()[:16]}-{runtime.python}-{runtime.architecture}.zip"
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            tree = Path(temporary) / "tree"
            _install(requirements, tree, runtime)
            _trim(tree)
            compile_tree(tree)
            half_made = Path(temporary) / name
            with zipfile.ZipFile(half_made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                add_tree(archive, tree)
            half_made.rename(path)
    return path


def compile_tree(tree: Path) -> None:
    """Compile every module in `tree`; the result doesn't depend on time or place."""
    compiled = compileall.compile_dir(
        tree,
        quiet=1,
        force=True,
        stripdir=str(tree),
        prependdir=TASK_ROOT,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise SyntaxError(f"a module in {tree} doesn't compile")


def add_tree(archive: zipfile.ZipFile, tree: Path) -> None:
    """Add the files of `tree` in a fixed order, with a fixed time and world-readable."""
    for path in sorted(p for p in tree.rglob("*") if p.is_file()):
        entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), _FIXED_TIME)
        entry.external_attr = 0o100644 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, path.read_bytes())


def _install(requirements: Path, tree: Path, runtime: Runtime) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--target", str(tree)]
    command += ["--implementation", "cp", "--python-version", runtime.python]
    for name in runtime.platforms:
        command += ["--platform", name]
    done = subprocess.run(
        [*command, "--requirement", str(requirements)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"pip couldn't download the functions' wheels:\n{done.stderr.strip()}")


def _trim(tree: Path) -> None:
    for path in sorted(tree.rglob("*")):
        if path.is_dir() and path.name in _DROPPED_FOLDERS:
            shutil.rmtree(path)
        elif path.suffix in _DROPPED_SUFFIXES:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    build = root / "build" / "dependencies"
    wheels = build_dependencies(root / "requirements.txt", build, host_runtime())
    print(f"Functions' wheels: {wheels.relative_to(root)}")
