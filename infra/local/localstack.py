"""The stack's tests on LocalStack 4.14, where there is one; it says when and why there is none.

A LocalStack is looked for in this order: one that answers at AWS_ENDPOINT_URL; the same release
without Docker, where the folder that runs it stands beside this project; Docker Compose.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

from infra.package import ROOT

_PORT = 4566
_LOOPBACK = f"http://127.0.0.1:{_PORT}"
_HOST_MODE = ROOT.parent / "shared" / "localstack-host"
_COMPOSE = ["docker", "compose", "-f", str(ROOT / "docker-compose.localstack.yml")]
_COMPOSE_PASSWORD = os.environ.get("POSTGRES_PASSWORD", "importer")
_COMPOSE_PORT = os.environ.get("POSTGRES_PORT", "5433")
# What the stack's tests are told: see infra.local.stack.start_fleeting.
_COMPOSE_DATABASE = {
    "STACK_DATABASE_DSN": (
        f"host=127.0.0.1 port={_COMPOSE_PORT} dbname=catalogue user=importer"
        f" password={_COMPOSE_PASSWORD}"
    ),
    "STACK_DATABASE_HOST": "postgres",
    "STACK_DATABASE_PORT": "5432",
}
Settings = Mapping[str, str]


class NoLocalStackError(Exception):
    """There is no LocalStack to test on; the message says what was looked for."""


def main(arguments: list[str]) -> int:
    """Run the tests marked `stack` on LocalStack; returns pytest's exit status."""
    try:
        with _find() as settings:
            command = [sys.executable, "-m", "pytest", "-q", "-m", "stack", *arguments]
            return subprocess.call(command, cwd=ROOT, env=os.environ | settings)
    except NoLocalStackError as error:
        print(f"\nSKIPPED: the stack's tests on LocalStack. {error}")
        return 0


@contextlib.contextmanager
def _find() -> Iterator[Settings]:
    named = os.environ.get("AWS_ENDPOINT_URL", "")
    if named and _answers(named):
        yield {"STACK_ENDPOINT_URL": named, **_database_beside(named)}
    elif (_HOST_MODE / "up").exists():
        with _host_mode():
            yield {"STACK_ENDPOINT_URL": _LOOPBACK}
    elif _has_docker():
        with _compose():
            yield {"STACK_ENDPOINT_URL": _LOOPBACK, **_COMPOSE_DATABASE}
    else:
        raise NoLocalStackError(
            f"None answers at AWS_ENDPOINT_URL ({named or 'not set'}), there is no"
            f" {_HOST_MODE.parent.name}/{_HOST_MODE.name} beside this project, and no Docker."
        )


def _database_beside(endpoint_url: str) -> Settings:
    # A LocalStack in Docker has functions that cannot see this machine's loopback.
    runs_in_compose = _has_docker() and bool(_compose_containers())
    print(f"LocalStack at {endpoint_url}, {'in Compose' if runs_in_compose else 'on this machine'}")
    return _COMPOSE_DATABASE if runs_in_compose else {}


@contextlib.contextmanager
def _host_mode() -> Iterator[None]:
    if _answers(_LOOPBACK):
        print(f"using the LocalStack that runs at {_LOOPBACK}")
        yield
        return
    runtime = f"{sys.version_info[0]}.{sys.version_info[1]}"
    environment = os.environ | {"LAMBDA_RUNTIMES": runtime}
    if subprocess.call([_HOST_MODE / "up"], env=environment):
        raise NoLocalStackError(f"{Path(_HOST_MODE.parent.name, _HOST_MODE.name, 'up')} failed.")
    try:
        yield
    finally:
        subprocess.call([_HOST_MODE / "down"])


@contextlib.contextmanager
def _compose() -> Iterator[None]:
    if subprocess.call([*_COMPOSE, "up", "--wait"]):
        raise NoLocalStackError("docker compose up failed.")
    try:
        yield
    finally:
        subprocess.call([*_COMPOSE, "down"])


def _has_docker() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def _compose_containers() -> str:
    command = [*_COMPOSE, "ps", "--quiet", "localstack"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _answers(endpoint_url: str) -> bool:
    with contextlib.suppress(requests.RequestException), requests.Session() as session:
        session.trust_env = False
        return session.get(f"{endpoint_url}/_localstack/health", timeout=3).ok
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
