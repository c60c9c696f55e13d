"""LocalStack 4.14 and PostgreSQL in Docker: `make localstack-up` and the like.

    python -m infra.local.compose up        start the containers, deploy this tree, print addresses
    python -m infra.local.compose down      remove the containers and their data
    python -m infra.local.compose address   print the API's URL
    python -m infra.local.compose key       print the API key

docker-compose.localstack.yml defines the containers. Functions run in containers of their own and
reach PostgreSQL at another address than this machine does.
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
# Where functions reach the database; this machine reaches it on a loopback port.
FUNCTIONS_DATABASE = {"DatabaseHost": "postgres", "DatabasePort": "5432"}
_STATE = stack.STATE / "localstack"
_COMMAND = ["docker", "compose", "-f", str(FILE)]
# A call for each service that the stack uses; LocalStack starts a service at its first call.
_PROBES = {
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
    """The containers don't run as they should; the message says what is wrong."""


def has_docker() -> bool:
    """Return whether the Docker engine answers."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def is_running() -> bool:
    """Return whether LocalStack's container exists."""
    command = [*_COMMAND, "ps", "--quiet", "localstack"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def database(environment: Mapping[str, str] = os.environ) -> Database:
    """Return PostgreSQL's address on this machine: the Compose file's, or the environment's."""
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
        raise ComposeFailedError("The Docker engine doesn't answer. Start it, or use `make up`.")
    if subprocess.call([*_COMMAND, "up", "--wait"]):
        raise ComposeFailedError(f"docker compose up failed. See: {' '.join(_COMMAND)} logs")


def stop() -> None:
    """Stop the containers and delete their data; running functions get time to end."""
    subprocess.call([*_COMMAND, "down", "--volumes"])


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Run the containers during the block."""
    start()
    try:
        yield
    finally:
        stop()


def find_unavailable(host: str = HOST) -> dict[str, str]:
    """Return the services at `host` that don't answer, and why.

    LocalStack's container is healthy as soon as it listens; its services start at their first call.
    """
    session = localstack_client.session.Session(localstack_host=host)
    unavailable = {}
    for service, call in _PROBES.items():
        try:
            getattr(_client(session, service, host), call)()
        except (BotoCoreError, ClientError) as error:
            unavailable[service] = str(error)
    return unavailable


def _client(session: Any, service: str, host: str) -> Any:
    config = Config(connect_timeout=3, read_timeout=60, retries={"total_max_attempts": 2})
    client = session.client(service, config=config)
    if client.meta.endpoint_url != f"http://{host}":  # AWS_ENDPOINT_URL overrides it
        raise ComposeFailedError(f"Unset AWS_ENDPOINT_URL, which is {client.meta.endpoint_url}.")
    return client


def up() -> int:
    """Start the containers, deploy this tree to them and print the addresses."""
    try:
        start()
        if unavailable := find_unavailable():
            raise ComposeFailedError(
                "\n".join(f"{name}: {why}" for name, why in unavailable.items())
            )
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
    """Stop the containers and delete their data, the catalogue included."""
    stop()
    shutil.rmtree(_STATE, ignore_errors=True)
    return 0


def address() -> int:
    """Print the API's URL and nothing else."""
    return _print_saved("api_url")


def key() -> int:
    """Print the API key and nothing else."""
    return _print_saved("api_key")


def _print_saved(name: str) -> int:
    saved = stack.read_saved_addresses(_STATE)
    print(getattr(saved, name) if saved else "")
    return 0 if saved else 1


COMMANDS = {"up": up, "down": down, "address": address, "key": key}


def main(words: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.compose", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args(words).command]()


if __name__ == "__main__":
    sys.exit(main())
