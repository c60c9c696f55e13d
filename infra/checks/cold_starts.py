"""The time that a new process takes to import each handler, with only the zip and the runtime."""

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.packaging.package import Package
from infra.packaging.template import handlers

# The packages that Lambda's Python runtime includes.
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
# CPU time. A function with 1,769 MB has one whole processor, as here; one with 512 MB takes three
# times as long. The API imports all routes, a step only a module or two.
API_SECONDS, STEP_SECONDS = 1.0, 0.8
_TRIES = 2  # the faster counts: other programs may be running
_TIME = """
import sys, time
sys.path[:0] = sys.argv[1].split(":")
begun = time.process_time()
module = sys.argv[2].rpartition(".")[0]
__import__(module)
print(time.process_time() - begun)
"""


@dataclass(frozen=True)
class ColdStart:
    """The import time of a function's handler."""

    name: str
    seconds: float

    @property
    def limit(self) -> float:
        """The limit in seconds."""
        return API_SECONDS if self.name == "APIHandler" else STEP_SECONDS


def measure_cold_starts(package: Package) -> Iterator[ColdStart]:
    """Yield the import time of each handler; a module is measured once."""
    measured: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        task, runtime = Path(temporary, "task"), Path(temporary, "runtime")
        with zipfile.ZipFile(package.code_path) as archive:
            archive.extractall(task)
        link_runtime(runtime)
        for name, handler in sorted(handlers(package.read_template()).items()):
            module = handler.rpartition(".")[0]
            if module not in measured:
                times = [_import(handler, f"{task}:{runtime}") for _ in range(_TRIES)]
                measured[module] = min(times)
            yield ColdStart(name, measured[module])


def link_runtime(folder: Path) -> None:
    """Create a folder with links to the packages of Lambda's runtime."""
    folder.mkdir()
    for name in RUNTIME_PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{name} isn't installed")
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)


def _import(handler: str, path: str) -> float:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _TIME, path, handler],
        env={"PATH": os.defpath, "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"importing {handler} failed:\n{done.stderr.strip()}")
    return float(done.stdout)
