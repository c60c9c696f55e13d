"""Folders below build/ that are built once and shared by processes; old ones are deleted."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_KEPT = 3


def make_once(parent: Path, recipe: bytes, fill: Callable[[Path, Path], None]) -> Path:
    """Return the folder below `parent` for `recipe`, named by the recipe's digest.

    If it doesn't exist, `fill` is called with an empty folder to fill, and one to work in.
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
    """Move `made` to `folder` in one step, unless another process has done so already."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():
            raise


def delete_old(parent: Path) -> None:
    """Delete all but the newest folders in `parent`."""
    newest_first = sorted(parent.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    for folder in newest_first[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
