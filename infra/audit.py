"""The page's locked packages among the known vulnerable ones, by npm: see `make audit`.

npm asks the registry about the names and versions of web/package-lock.json; nothing is installed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.node import find_node
from infra.package import ROOT

_FILES = ("package.json", "package-lock.json")


def audit_page(root: Path = ROOT) -> int:
    """Print what npm knows of the page's packages; return its exit status, 0 for nothing."""
    search = find_node(root / "infra/node.txt", root / "build/node", os.environ["PATH"])
    with tempfile.TemporaryDirectory() as folder:
        for name in _FILES:
            shutil.copyfile(root / "web" / name, Path(folder, name))
        return subprocess.call(
            [shutil.which("npm", path=search) or "npm", "audit", "--package-lock-only"],
            cwd=folder,
            env=os.environ | {"PATH": search, "NO_UPDATE_NOTIFIER": "1"},
        )


if __name__ == "__main__":
    sys.exit(audit_page())
