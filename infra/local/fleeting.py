"""Stacks that last as long as the program that wanted them, and what killed ones left behind."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from infra.local.ministack import MiniStack
from infra.local.postgres import EmbeddedPostgres
from infra.local.processes import Record
from infra.packaging.package import ROOT

_BASE = ROOT / ".local" / "fleeting"


@contextlib.contextmanager
def fleeting_folder(base: Path = _BASE) -> Iterator[Path]:
    """Yield a new folder, removed at the end with every server started below it."""
    base.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(base)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=base))
    folder.chmod(0o755)  # its servers may run as another user
    Record(folder / "owner.json").write(os.getpid())
    try:
        yield folder
    finally:
        remove_servers(folder)


def _remove_abandoned(base: Path) -> None:
    for folder in base.iterdir():
        owner_is_gone = Record(folder / "owner.json").find() is None
        if owner_is_gone and not psutil.pid_exists(int(folder.name.partition("-")[0])):
            remove_servers(folder)


def remove_servers(folder: Path) -> None:
    """Stop the servers whose folders are somewhere below `folder`, and delete it."""
    for ministack in folder.rglob("ministack"):
        MiniStack(ministack).stop()
    for postgres in folder.rglob("postgres"):
        if (postgres / "port").exists():
            EmbeddedPostgres(postgres).remove()
    shutil.rmtree(folder, ignore_errors=True)
