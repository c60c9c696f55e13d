"""Processes that outlive the program that started them: starting, finding and ending them."""

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
    """A process of the local stack didn't start; the message ends with the end of its log."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the state folder for one command; the lock ends with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another command on the local stack to finish")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def choose_port(record: Path) -> int:
    """Return the loopback port in the file `record` if it is free, else a free one, saved there."""
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
    """Start a process in a new session, in `folder`, appending its output to `log`."""
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
    process.returncode = 0  # it outlives this program, so Popen must not wait for it
    return psutil.Process(process.pid)


def as_user(user: tuple[int, int] | None) -> dict[str, Any]:
    """Return the arguments with which subprocess runs as the (uid, gid) `user`."""
    if user is None:
        return {}
    return {"user": user[0], "group": user[1], "extra_groups": []}


class Record:
    """A file that identifies a running process by its id and, since ids are reused, its start."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, pid: int) -> None:
        """Save the process."""
        began = psutil.Process(pid).create_time()
        self._path.write_text(json.dumps({"pid": pid, "began": began}))

    def find(self) -> psutil.Process | None:
        """Return the saved process if it still runs."""
        try:
            kept = json.loads(self._path.read_text())
            process = psutil.Process(kept["pid"])
            same = abs(process.create_time() - kept["began"]) < 1
        except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.Error):
            return None
        return process if same and is_running(process) else None

    def clear(self) -> None:
        """Delete the file."""
        self._path.unlink(missing_ok=True)


def is_running(process: psutil.Process) -> bool:
    """Return whether the process runs; a zombie doesn't."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def find_by_environment(name: str, value: str) -> list[psutil.Process]:
    """Return the processes that have this environment variable."""
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
    """End the processes by the signal `first`, and kill those that outlast `grace_seconds`."""
    _send(processes, first)
    left = _wait_for(processes, grace_seconds)
    _send(left, signal.SIGKILL)
    _wait_for(left, _KILL_SECONDS)


def _send(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)


def _wait_for(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    # psutil.wait_procs would also wait for orphans that their new parent hasn't reaped yet.
    limit = time.monotonic() + seconds
    left = list(processes)
    while left and time.monotonic() < limit:
        psutil.wait_procs(left, timeout=0.02)  # reaps our own children
        left = [process for process in left if is_running(process)]
    return left


def wait_until(
    ready: Callable[[], bool], process: psutil.Process, log: Path, seconds: float
) -> None:
    """Wait until `ready()`; raises StartFailedError if the process or the time ends first."""
    limit = time.monotonic() + seconds
    while not ready():
        has_ended = not is_running(process)
        if has_ended or time.monotonic() > limit:
            why = "ended" if has_ended else f"not ready after {seconds:.0f} s"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise StartFailedError(f"{why}; see {log}:\n{tail}")
        time.sleep(0.05)
