"""Runs the tests of the deployed stack on LocalStack 4.14, or says why it skips them.

It uses the first of: a LocalStack that answers at AWS_ENDPOINT_URL; the same release without
Docker, if the folder that runs it is beside this project; Docker Compose.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

from infra.local import compose
from infra.packaging.package import ROOT

_HOST_MODE = ROOT.parent / "shared" / "localstack-host"
Settings = Mapping[str, str]


class NoLocalStackError(Exception):
    """No LocalStack was found; the message says where the program looked."""


def main(arguments: list[str]) -> int:
    """Run the tests marked `stack` on LocalStack; return pytest's exit status."""
    try:
        with _find() as settings:
            command = [sys.executable, "-m", "pytest", "-q", "-m", "stack", *arguments]
            return subprocess.call(command, cwd=ROOT, env=os.environ | settings)
    except NoLocalStackError as error:
        print(f"\nSkipped the tests on LocalStack. {error}")
        return 0


@contextlib.contextmanager
def _find() -> Iterator[Settings]:
    named = os.environ.get("AWS_ENDPOINT_URL", "")
    if named and _answers(named):
        yield {"STACK_ENDPOINT_URL": named, **_database_beside(named)}
    elif (_HOST_MODE / "up").exists():
        with _host_mode():
            yield {"STACK_ENDPOINT_URL": compose.ENDPOINT_URL}
    elif compose.has_docker():
        with _compose():
            yield {"STACK_ENDPOINT_URL": compose.ENDPOINT_URL, **_compose_database()}
    else:
        raise NoLocalStackError(
            f"Nothing answers at AWS_ENDPOINT_URL ({named or 'not set'}),"
            f" {_HOST_MODE.parent.name}/{_HOST_MODE.name} doesn't exist beside this project, and"
            " Docker isn't available."
        )


def _database_beside(endpoint_url: str) -> Settings:
    # In Docker, functions can't reach this machine's loopback.
    runs_in_compose = compose.has_docker() and compose.is_running()
    print(f"LocalStack at {endpoint_url}, {'in Compose' if runs_in_compose else 'on this machine'}")
    return _compose_database() if runs_in_compose else {}


def _compose_database() -> Settings:
    """Return the environment that infra.local.stack.start_ephemeral reads."""
    return {
        "STACK_DATABASE_DSN": compose.database().dsn,
        "STACK_DATABASE_HOST": compose.FUNCTIONS_DATABASE["DatabaseHost"],
        "STACK_DATABASE_PORT": compose.FUNCTIONS_DATABASE["DatabasePort"],
    }


@contextlib.contextmanager
def _host_mode() -> Iterator[None]:
    if _answers(compose.ENDPOINT_URL):
        print(f"Using the LocalStack at {compose.ENDPOINT_URL}")
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
    try:
        with compose.running():
            yield
    except compose.ComposeFailedError as error:
        raise NoLocalStackError(str(error)) from error


def _answers(endpoint_url: str) -> bool:
    with contextlib.suppress(requests.RequestException), requests.Session() as session:
        session.trust_env = False
        return session.get(f"{endpoint_url}/_localstack/health", timeout=3).ok
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
