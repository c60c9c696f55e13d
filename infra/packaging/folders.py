"""Folders below build/ that are made once, whoever comes first, and forgotten for newer ones."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_KEPT = 3


def make_once(parent: Path, recipe: bytes, fill: Callable[[Path, Path], None]) -> Path:
    """Return the folder below `parent` that is made by `recipe`, whose digest is its name.

    When it is not there yet, `fill` is given an empty folder to fill, and one to work in.
    """
    made = parent / hashlib.sha256(recipe).hexdigest()[:16]
    if not made.exists():
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent) as work:
            half_made = Path(work) / "half-made"
            half_made.mkdir()
            fill(half_made, Path(work))
            publish(half_made, made)
    return made


def publish(made: Path, folder: Path) -> None:
    """Put what was made in its place as a whole, unless another process has put the same there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():
            raise


def forget_old(parent: Path) -> None:
    """Delete all but the newest folders in `parent`."""
    newest_first = sorted(parent.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    for folder in newest_first[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
