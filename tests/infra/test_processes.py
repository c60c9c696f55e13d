"""Processes, saved ports and locks of the local stack."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from infra.local.processes import (
    Record,
    StartFailedError,
    choose_port,
    end,
    find_by_environment,
    is_running,
    spawn,
    wait_until,
)
from infra.packaging.package import ROOT

_SLEEP = "import time; time.sleep(60)"
_STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); {_SLEEP}"
_TAKE = (
    "from pathlib import Path; from infra.local.processes import locked\nwith locked(Path({!r})): "
)


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[psutil.Process]:
    process = _spawn(tmp_path, _SLEEP)
    yield process
    end([process], signal.SIGKILL)


def _spawn(folder: Path, code: str) -> psutil.Process:
    command = [sys.executable, "-u", "-c", code]
    environment = {"TMPDIR": str(folder)}
    return spawn(command, folder=folder, log=folder / "log", environment=environment)


def test_record_finds_its_process(tmp_path: Path, sleeper: psutil.Process) -> None:
    record = Record(tmp_path / "record.json")
    record.write(sleeper.pid)
    assert record.find() == sleeper
    end([sleeper])
    assert record.find() is None


def test_record_ignores_another_process_with_the_same_id(
    tmp_path: Path, sleeper: psutil.Process
) -> None:
    path = tmp_path / "record.json"
    Record(path).write(sleeper.pid)
    path.write_text(path.read_text().replace(str(sleeper.pid), str(os.getpid())))
    assert Record(path).find() is None


@pytest.mark.parametrize("text", ["", "{}", '{"pid": 99999999, "began": 0}', "[1]"])
def test_corrupt_record_finds_no_process(tmp_path: Path, text: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(text)
    assert Record(path).find() is None


def test_process_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    process = _spawn(tmp_path, _STUBBORN)
    wait_until(lambda: "deaf" in (tmp_path / "log").read_text(), process, tmp_path / "log", 10)
    end([process], grace_seconds=0.3)
    assert not is_running(process)


def test_processes_are_found_by_an_inherited_variable(
    tmp_path: Path, sleeper: psutil.Process
) -> None:
    assert find_by_environment("TMPDIR", str(tmp_path)) == [sleeper]


def test_process_that_ends_early_is_reported_with_its_log(tmp_path: Path) -> None:
    process = _spawn(tmp_path, "import sys; sys.exit('no such setting')")
    with pytest.raises(StartFailedError, match="no such setting"):
        wait_until(lambda: False, process, tmp_path / "log", 10)


def test_saved_port_is_reused_while_it_is_free(tmp_path: Path) -> None:
    record = tmp_path / "port"
    port = choose_port(record)
    assert choose_port(record) == port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert choose_port(record) != port


def test_killed_command_releases_the_state_folder(tmp_path: Path) -> None:
    take = _TAKE.format(str(tmp_path))
    command = [sys.executable, "-u", "-c", f"{take}print('held'); {_SLEEP}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    subprocess.run([sys.executable, "-c", f"{take}pass"], cwd=ROOT, check=True, timeout=20)
