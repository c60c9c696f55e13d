"""LocalStack 4.14 in Docker, with PostgreSQL as RDS's stand-in: `make localstack-up` and others.

    python -m infra.local.compose up      the containers, this tree deployed to them, the addresses
    python -m infra.local.compose down    the containers are gone, and all they held
    python -m infra.local.compose address, key

docker-compose.localstack.yml says what runs. Functions run in containers of their own, so what they
call PostgreSQL is not what this machine does.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import localstack_client.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.keys import KeyNotIssuedError
from infra.deploy.migrate import MigrationFailedError
from infra.deploy.stack import StackFailedError
from infra.local import stack
from infra.local.postgres import Database
from infra.packaging.package import ROOT

FILE = ROOT / "docker-compose.localstack.yml"
HOST = "127.0.0.1:4566"
ENDPOINT_URL = f"http://{HOST}"
# What the functions call the database; this machine has it on a port of loopback.
FUNCTIONS_DATABASE = {"DatabaseHost": "postgres", "DatabasePort": "5432"}
_STATE = stack.STATE / "localstack"
_COMMAND = ["docker", "compose", "-f", str(FILE)]
# A call that each service of the stack answers once it works; LocalStack starts them at the first.
_ASKED = {
    "apigateway": "get_rest_apis",
    "cloudformation": "list_stacks",
    "dynamodb": "list_tables",
    "events": "list_rules",
    "iam": "list_roles",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
    "s3": "list_buckets",
    "sqs": "list_queues",
    "stepfunctions": "list_state_machines",
}


class ComposeFailedError(Exception):
    """The containers do not run as they should; the message says which, or what is missing."""


def has_docker() -> bool:
    """Say whether Docker's engine answers."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def is_running() -> bool:
    """Say whether LocalStack's container is there."""
    command = [*_COMMAND, "ps", "--quiet", "localstack"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def database(environment: Mapping[str, str] = os.environ) -> Database:
    """Return PostgreSQL as this machine sees it: the file's own defaults, unless told otherwise."""
    return Database(
        host="127.0.0.1",
        port=int(environment.get("POSTGRES_PORT", "5433")),
        name="catalogue",
        user="importer",
        password=environment.get("POSTGRES_PASSWORD", "importer"),
    )


def start() -> None:
    """Start the containers and wait until they are healthy; raises ComposeFailedError."""
    if not has_docker():
        raise ComposeFailedError("Docker's engine does not answer. Start it, or use `make up`.")
    if subprocess.call([*_COMMAND, "up", "--wait"]):
        raise ComposeFailedError(f"docker compose up failed; see: {' '.join(_COMMAND)} logs")


def stop() -> None:
    """Stop the containers and remove what they held; what runs a function gets its time to end."""
    subprocess.call([*_COMMAND, "down", "--volumes"])


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Have the containers run while the block does."""
    start()
    try:
        yield
    finally:
        stop()


def find_silent(host: str = HOST) -> dict[str, str]:
    """Return the services at `host` that do not answer as the stack needs, and why.

    A container is healthy once LocalStack listens; its services start at their first call.
    """
    session = localstack_client.session.Session(localstack_host=host)
    silent = {}
    for service, call in _ASKED.items():
        try:
            getattr(_client(session, service, host), call)()
        except (BotoCoreError, ClientError) as error:
            silent[service] = str(error)
    return silent


def _client(session: Any, service: str, host: str) -> Any:
    config = Config(connect_timeout=3, read_timeout=60, retries={"total_max_attempts": 2})
    client = session.client(service, config=config)
    if client.meta.endpoint_url != f"http://{host}":  # AWS_ENDPOINT_URL wins there
        raise ComposeFailedError(f"Unset AWS_ENDPOINT_URL: it leads to {client.meta.endpoint_url}.")
    return client


def up() -> int:
    """Start the containers, deploy this tree to them and print where it is."""
    try:
        start()
        if silent := find_silent():
            raise ComposeFailedError("\n".join(f"{name}: {why}" for name, why in silent.items()))
        _STATE.mkdir(parents=True, exist_ok=True)
        addresses = stack.deploy_to(
            ENDPOINT_URL, database(), parameters=FUNCTIONS_DATABASE, state=_STATE
        )
    except (
        ComposeFailedError,
        KeyNotIssuedError,
        MigrationFailedError,
        StackFailedError,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"  page        {addresses.page_url}\n  API         {addresses.api_url}")
    print(f"  S3          {addresses.endpoint_url}  (bucket {addresses.bucket})")
    return 0


def down() -> int:
    """Stop the containers; the catalogue goes with them."""
    stop()
    shutil.rmtree(_STATE, ignore_errors=True)
    return 0


def address() -> int:
    """Print the API's URL and nothing else."""
    return _print_kept("api_url")


def key() -> int:
    """Print the API's key and nothing else."""
    return _print_kept("api_key")


def _print_kept(name: str) -> int:
    kept = stack.read_kept(_STATE)
    print(getattr(kept, name) if kept else "")
    return 0 if kept else 1


COMMANDS = {"up": up, "down": down, "address": address, "key": key}


def main(words: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.compose", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args(words).command]()


if __name__ == "__main__":
    sys.exit(main())
