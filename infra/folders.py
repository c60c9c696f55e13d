"""Folders below build/ that are made once, whoever comes first, and forgotten for newer ones."""

import shutil
from pathlib import Path

_KEPT = 3


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
