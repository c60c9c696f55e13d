"""The local stack: it recovers from killed starts, and stopping leaves no process behind."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from infra.local import stack
from infra.local.ephemeral import ephemeral_folder
from infra.local.ministack import MiniStack
from infra.local.processes import find_by_environment
from infra.local.warm import warm
from infra.packaging.package import ROOT, build_package

pytestmark = pytest.mark.slow

_START = """
import sys
from pathlib import Path
from infra.local import stack
stack.start(Path(sys.argv[1]), durable=False)
"""


@pytest.fixture
def state() -> Iterator[Path]:
    build_package()  # so that the tests kill the start, not the packaging
    with ephemeral_folder() as folder:
        yield folder / "stack"


def _workers(state: Path) -> list[psutil.Process]:
    return find_by_environment("TMPDIR", str(state / "ministack" / "tmp"))


def _kill_a_start(state: Path, after_seconds: float) -> None:
    command = [sys.executable, "-c", _START, str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        time.sleep(after_seconds)
        process.kill()


def test_start_succeeds_after_killed_starts(state: Path) -> None:
    for after_seconds in (0.15, 0.4, 0.8, 1.2, 1.8, 2.5):
        _kill_a_start(state, after_seconds)
    addresses = stack.start(state, durable=False, say=lambda _: None)
    assert requests.get(f"{addresses.api_url}/health", timeout=30).status_code == 200
    assert stack.read_addresses(state) == addresses
    again = stack.start(state, durable=False, say=lambda _: None)
    assert again == addresses


def test_stack_restarts_after_its_emulator_was_killed(state: Path) -> None:
    addresses = stack.start(state, durable=False, say=lambda _: None)
    assert warm(stack.local_target(addresses.endpoint_url), addresses.api_key) == []
    assert len(_workers(state)) > 10
    unpacked = next((state / "ministack" / "tmp").glob("unpacked-*/app.py"))
    assert unpacked.stat().st_nlink > 10  # one copy of the code, linked by all workers
    for process in _workers(state):
        if "infra.local.emulator" in process.cmdline():
            process.kill()
            process.wait(10)
    assert stack.read_addresses(state) is None
    again = stack.start(state, durable=False, say=lambda _: None)
    assert again.api_key == addresses.api_key  # the emulator forgets it, the stack keeps it
    headers = {"Authorization": f"Bearer {again.api_key}"}
    assert requests.get(f"{again.api_url}/jobs", headers=headers, timeout=30).status_code == 200
    stack.stop(state)
    assert _workers(state) == []


def test_stopping_removes_every_process_and_file_of_the_emulator(state: Path) -> None:
    ministack = MiniStack(state / "ministack")
    (state / "ministack").mkdir(parents=True)
    assert ministack.start()
    assert not ministack.start()
    listening = {
        connection.laddr.ip
        for process in _workers(state)
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    ministack.stop()
    assert _workers(state) == []
    assert not (state / "ministack" / "tmp").exists()
    ministack.stop()
