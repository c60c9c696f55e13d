"""Looks for known vulnerabilities in the page's locked packages: part of `make audit`.

npm sends the registry the names and versions in web/package-lock.json and installs nothing.
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
    """Print the vulnerabilities that npm knows of; return its exit status, 0 for none."""
    program, environment = find_npm(root)
    with tempfile.TemporaryDirectory() as folder:
        for name in _FILES:
            shutil.copyfile(root / "web" / name, Path(folder, name))
        command = [program, "audit", "--package-lock-only"]
        return subprocess.call(command, cwd=folder, env=environment)


if __name__ == "__main__":
    sys.exit(audit_page())
