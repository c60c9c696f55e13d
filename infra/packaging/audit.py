"""The page's locked packages among the known vulnerable ones, by npm: see `make audit`.

npm asks the registry about the names and versions of web/package-lock.json; nothing is installed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.packaging.node import find_npm
from infra.packaging.package import ROOT

_FILES = ("package.json", "package-lock.json")


def audit_page(root: Path = ROOT) -> int:
    """Print what npm knows of the page's packages; return its exit status, 0 for nothing."""
    program, environment = find_npm(root)
    with tempfile.TemporaryDirectory() as folder:
        for name in _FILES:
            shutil.copyfile(root / "web" / name, Path(folder, name))
        command = [program, "audit", "--package-lock-only"]
        return subprocess.call(command, cwd=folder, env=environment)


if __name__ == "__main__":
    sys.exit(audit_page())
