"""Folders of ephemeral servers, removed when the program ends, and the remains of killed ones."""

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

_BASE = ROOT / ".local" / "ephemeral"


@contextlib.contextmanager
def ephemeral_folder(base: Path = _BASE) -> Iterator[Path]:
    """Yield a new folder; at the end, remove it and every server started below it."""
    base.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(base)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=base))
    folder.chmod(0o755)  # servers may run as another user
    Record(folder / "owner.json").write(os.getpid())
    try:
        yield folder
    finally:
        remove_servers(folder)


def _remove_abandoned(base: Path) -> None:
    for folder in base.iterdir():
        has_ended = Record(folder / "owner.json").find() is None
        if has_ended and not psutil.pid_exists(int(folder.name.partition("-")[0])):
            remove_servers(folder)


def remove_servers(folder: Path) -> None:
    """Stop the servers whose folders are below `folder`, and delete it."""
    for ministack in folder.rglob("ministack"):
        MiniStack(ministack).stop()
    for postgres in folder.rglob("postgres"):
        if (postgres / "port").exists():
            EmbeddedPostgres(postgres).remove()
    shutil.rmtree(folder, ignore_errors=True)
