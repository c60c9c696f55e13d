"""The whole product on this machine: PostgreSQL, an emulator, and the stack deployed to it."""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from infra.deploy.application import deploy
from infra.deploy.keys import issue_key
from infra.deploy.target import Target
from infra.local.key import keep_key
from infra.local.ministack import MiniStack
from infra.local.postgres import Database, EmbeddedPostgres
from infra.local.processes import locked
from infra.packaging.package import ROOT, build_package

Say = Callable[[str], None]
STATE = ROOT / ".local"


@dataclass(frozen=True)
class Addresses:
    """The addresses of a running stack, as a client on this machine sees them."""

    api_url: str
    api_key: str  # with all scopes
    endpoint_url: str  # of S3 and all other emulated services
    bucket: str
    jobs_table: str
    state_machine_arn: str
    database: Database

    @property
    def page_url(self) -> str:
        """The URL of the page with the key after the #, which browsers don't send."""
        return f"{self.api_url}/#key={self.api_key}"


def start(
    state: Path = STATE,
    *,
    parameters: Mapping[str, str] | None = None,
    endpoint_url: str | None = None,
    durable: bool = True,
    say: Say = print,
) -> Addresses:
    """Start what isn't running yet below `state`, deploy this tree and return the addresses.

    `endpoint_url` is that of a running emulator; without it MiniStack is started. `parameters` are
    the template's and override those of the local stack.
    """
    with locked(state):
        postgres = EmbeddedPostgres(state / "postgres", durable=durable)
        postgres.start()
        database = postgres.application()
        if endpoint_url is None:
            ministack = MiniStack(state / "ministack")
            ministack.start()
            endpoint_url = ministack.endpoint_url
        return deploy_to(endpoint_url, database, parameters=parameters, state=state, say=say)


def local_target(endpoint_url: str) -> Target:
    """Return the target of the local stack."""
    return Target("local", endpoint_url=endpoint_url)


def deploy_to(
    endpoint_url: str,
    database: Database,
    *,
    parameters: Mapping[str, str] | None = None,
    state: Path = STATE,
    say: Say = print,
) -> Addresses:
    """Deploy this tree to the emulator at `endpoint_url`; save and return the addresses."""
    values = {
        "DatabaseHost": database.host,
        "DatabasePort": str(database.port),
        "DatabaseName": database.name,
        "DatabaseUser": database.user,
        "DatabasePassword": database.password,
        "DatabaseSslMode": "disable",  # loopback only
        "S3PublicEndpoint": endpoint_url,
        "Workers": str(os.cpu_count() or 2),
        "WebhookAllowLoopback": "true",  # webhooks may call this machine only
    }
    target = local_target(endpoint_url)
    deployed = deploy(target, values | dict(parameters or {}), build_package(), say)
    key = keep_key(state)
    issue_key(target, deployed.issue_key_name, key)
    addresses = Addresses(
        api_url=deployed.api_url,
        api_key=key,
        endpoint_url=endpoint_url,
        bucket=deployed.bucket,
        jobs_table=deployed.jobs_table,
        state_machine_arn=deployed.state_machine_arn,
        database=database,
    )
    save_addresses(addresses, state)
    return addresses


@contextlib.contextmanager
def start_ephemeral(
    state: Path,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] = os.environ,
    say: Say = print,
) -> Iterator[Addresses]:
    """Yield an ephemeral stack below `state`, for tests and the bench; remove it at the end.

    STACK_ENDPOINT_URL names a running emulator, STACK_DATABASE_DSN a database beside it, and
    STACK_DATABASE_HOST and _PORT the address at which the functions reach that database.
    """
    endpoint_url = environment.get("STACK_ENDPOINT_URL")
    dsn = environment.get("STACK_DATABASE_DSN")
    values = dict(parameters or {})
    try:
        if endpoint_url and dsn:
            for name, parameter in (("HOST", "DatabaseHost"), ("PORT", "DatabasePort")):
                if f"STACK_DATABASE_{name}" in environment:
                    values[parameter] = environment[f"STACK_DATABASE_{name}"]
            state.mkdir(parents=True, exist_ok=True)
            database = Database.parse(dsn)
            yield deploy_to(endpoint_url, database, parameters=values, state=state, say=say)
        else:
            yield start(state, parameters=values, endpoint_url=endpoint_url, durable=False, say=say)
    finally:
        remove(state)


def read_addresses(state: Path = STATE) -> Addresses | None:
    """Return the addresses of the stack below `state`, or None if it isn't running."""
    return read_saved_addresses(state) if MiniStack(state / "ministack").is_running() else None


def read_saved_addresses(state: Path) -> Addresses | None:
    """Return the addresses of the stack last deployed below `state`, whether it runs or not."""
    path = state / "addresses.json"
    if not path.exists():
        return None
    saved = json.loads(path.read_text(encoding="utf-8"))
    if saved.keys() != {field.name for field in fields(Addresses)}:
        return None  # saved by another version: the stack must be deployed again
    return Addresses(**{**saved, "database": Database(**saved["database"])})


def stop(state: Path = STATE) -> None:
    """Stop everything below `state`; keeps the catalogue, loses jobs and uploads."""
    if not state.exists():
        return
    with locked(state):
        (state / "addresses.json").unlink(missing_ok=True)
        MiniStack(state / "ministack").stop()
        EmbeddedPostgres(state / "postgres").stop()


def remove(state: Path = STATE) -> None:
    """Stop everything below `state` and delete it, including the catalogue."""
    if not state.exists():
        return
    stop(state)
    EmbeddedPostgres(state / "postgres").remove()
    shutil.rmtree(state, ignore_errors=True)


def logs(state: Path = STATE) -> list[Path]:
    """Return the log files below `state`."""
    found = [MiniStack(state / "ministack").log, state / "postgres" / "postgres.log"]
    return [path for path in found if path.exists()]


def save_addresses(addresses: Addresses, state: Path) -> None:
    """Save the addresses of the stack below `state`, readable by the owner only."""
    path = state / "addresses.json"
    # The file contains a password and a key.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(asdict(addresses), handle, indent=1)
