"""Single wheels of PyPI that are pinned by their hash, for the files in them."""

import subprocess
import sys
from pathlib import Path


def download_wheel(requirement: Path, folder: Path) -> Path:
    """Download the wheel that the file `requirement` pins into `folder`, without what it needs."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--dest", str(folder)]
    done = subprocess.run(
        [*command, "--requirement", str(requirement)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"pip could not fetch {requirement.name}:\n{done.stderr.strip()}")
    return next(folder.glob("*.whl"))
