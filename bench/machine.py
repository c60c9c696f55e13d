"""Describe the machine, the database and the commit of a measurement."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.server import Server

_ROOT = Path(__file__).parent.parent


def describe_machine() -> str:
    """Return the processor, cores, memory and versions."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{_processor()}, {cores} cores, {gib:.0f} GiB, {platform.system()},"
        f" Python {platform.python_version()}"
    )


def describe_database(server: Server) -> str:
    """Return the server's version and the settings that affect measurements."""
    names = ("server_version", "shared_buffers", "work_mem", "fsync", "synchronous_commit")
    with server.open(server.postgres.admin()) as connection, connection.cursor() as cursor:
        found = []
        for name in names:
            cursor.execute("SELECT current_setting(%s)", (name,))
            found += [value for (value,) in cursor.fetchall()]
    version, *settings = found
    pairs = zip(names[1:], settings, strict=True)
    return f"PostgreSQL {version} ({', '.join(f'{name} {value}' for name, value in pairs)})"


def describe_commit() -> str:
    """Return today's date and the commit, and whether the tree has changes."""
    commit = _git("rev-parse", "--short", "HEAD") or "no commit"
    changed = _git("status", "--porcelain", "--", "app.py", "chalicelib", "infra", "bench")
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, {commit}{' with changes' if changed else ''}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(_ROOT), *arguments]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""
