"""Processes that outlive the program that started them: how they are found again and ended."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

_KILL_SECONDS = 5.0


class StartFailedError(Exception):
    """A process of the local stack did not come up; the message ends with its log's last lines."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the state folder for one command at a time; a killed command lets go of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another command is at work on the local stack; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def choose_port(record: Path) -> int:
    """Return the loopback port kept in `record` if it is free, else a free one, kept there."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        port = int(record.read_text())
        if _is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    record.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def spawn(
    command: Sequence[str],
    *,
    folder: Path,
    log: Path,
    environment: Mapping[str, str],
    user: tuple[int, int] | None = None,
) -> psutil.Process:
    """Start a process in a session of its own, in `folder`, with its output appended to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_user(user),
        )
    process.returncode = 0  # it outlives this program: nothing here is to wait for it
    return psutil.Process(process.pid)


def as_user(user: tuple[int, int] | None) -> dict[str, Any]:
    """Return subprocess's arguments for running as the (uid, gid) `user`."""
    if user is None:
        return {}
    return {"user": user[0], "group": user[1], "extra_groups": []}


class Record:
    """A file that names a running process: its id, and when it began, since ids are used again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, pid: int) -> None:
        """Remember the process."""
        began = psutil.Process(pid).create_time()
        self._path.write_text(json.dumps({"pid": pid, "began": began}))

    def find(self) -> psutil.Process | None:
        """Return the process if it is still the one that was remembered."""
        try:
            kept = json.loads(self._path.read_text())
            process = psutil.Process(kept["pid"])
            same = abs(process.create_time() - kept["began"]) < 1
        except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.Error):
            return None
        return process if same and is_running(process) else None

    def clear(self) -> None:
        """Forget the process."""
        self._path.unlink(missing_ok=True)


def is_running(process: psutil.Process) -> bool:
    """Return whether the process runs; one that only waits to be collected does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def find_by_environment(name: str, value: str) -> list[psutil.Process]:
    """Return the processes that were started with this environment variable."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(name) == value:
                found.append(process)
    return found


def end(
    processes: Sequence[psutil.Process],
    first: signal.Signals = signal.SIGTERM,
    grace_seconds: float = 10.0,
) -> None:
    """End the processes: asked first, and killed when they have not gone in the time given."""
    _send(processes, first)
    left = _wait_for(processes, grace_seconds)
    _send(left, signal.SIGKILL)
    _wait_for(left, _KILL_SECONDS)


def _send(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)


def _wait_for(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    # psutil.wait_procs would wait for orphans that their new parent has not collected yet.
    limit = time.monotonic() + seconds
    left = list(processes)
    while left and time.monotonic() < limit:
        psutil.wait_procs(left, timeout=0.02)  # collects those that are our own children
        left = [process for process in left if is_running(process)]
    return left


def wait_until(
    ready: Callable[[], bool], process: psutil.Process, log: Path, seconds: float
) -> None:
    """Wait until `ready()` is true; raises StartFailedError when the process or the time ends."""
    limit = time.monotonic() + seconds
    while not ready():
        has_ended = not is_running(process)
        if has_ended or time.monotonic() > limit:
            why = "ended" if has_ended else f"not ready after {seconds:.0f} s"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise StartFailedError(f"{why}; see {log}:\n{tail}")
        time.sleep(0.05)
