"""The whole product on this machine: PostgreSQL, an emulator, and the deployed stack in it."""

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
    """Where the parts of a running stack are, as a client on this machine sees them."""

    api_url: str
    api_key: str  # with all scopes
    endpoint_url: str  # of S3 and every other emulated service
    bucket: str
    jobs_table: str
    state_machine_arn: str
    database: Database

    @property
    def page_url(self) -> str:
        """The page, with the key behind the #: browsers keep that to themselves."""
        return f"{self.api_url}/#key={self.api_key}"


def start(
    state: Path = STATE,
    *,
    parameters: Mapping[str, str] | None = None,
    endpoint_url: str | None = None,
    durable: bool = True,
    say: Say = print,
) -> Addresses:
    """Start what does not run yet below `state`, deploy this tree and return the addresses.

    With `endpoint_url` the emulator is one that runs already, else MiniStack is started.
    `parameters` are the template's own and win over those of the local stack.
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
    """Return the target that the local stack is deployed to."""
    return Target("local", endpoint_url=endpoint_url)


def deploy_to(
    endpoint_url: str,
    database: Database,
    *,
    parameters: Mapping[str, str] | None = None,
    state: Path = STATE,
    say: Say = print,
) -> Addresses:
    """Deploy this tree to the emulator at `endpoint_url` and remember where it is."""
    values = {
        "DatabaseHost": database.host,
        "DatabasePort": str(database.port),
        "DatabaseName": database.name,
        "DatabaseUser": database.user,
        "DatabasePassword": database.password,
        "DatabaseSslMode": "disable",  # loopback only
        "S3PublicEndpoint": endpoint_url,
        "Workers": str(os.cpu_count() or 2),
        "WebhookAllowLoopback": "true",  # receivers on this machine, and nowhere else
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
    keep_addresses(addresses, state)
    return addresses


@contextlib.contextmanager
def start_fleeting(
    state: Path,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] = os.environ,
    say: Say = print,
) -> Iterator[Addresses]:
    """Yield a stack of one's own below `state`, removed at the end; tests and the bench use it.

    STACK_ENDPOINT_URL names an emulator that runs already, STACK_DATABASE_DSN a database beside it
    and STACK_DATABASE_HOST and _PORT what the functions call that database.
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
    """Return the addresses of the stack below `state` if it runs."""
    return read_kept(state) if MiniStack(state / "ministack").is_running() else None


def read_kept(state: Path) -> Addresses | None:
    """Return the addresses of the stack that was last deployed below `state`, running or not."""
    path = state / "addresses.json"
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept.keys() != {field.name for field in fields(Addresses)}:
        return None  # of another version of this program: the stack has to be deployed anew
    return Addresses(**{**kept, "database": Database(**kept["database"])})


def stop(state: Path = STATE) -> None:
    """Stop everything below `state`; the catalogue stays, jobs and uploads do not."""
    if not state.exists():
        return
    with locked(state):
        (state / "addresses.json").unlink(missing_ok=True)
        MiniStack(state / "ministack").stop()
        EmbeddedPostgres(state / "postgres").stop()


def remove(state: Path = STATE) -> None:
    """Stop everything below `state` and delete it, the catalogue too."""
    if not state.exists():
        return
    stop(state)
    EmbeddedPostgres(state / "postgres").remove()
    shutil.rmtree(state, ignore_errors=True)


def logs(state: Path = STATE) -> list[Path]:
    """Return the log files below `state`."""
    found = [MiniStack(state / "ministack").log, state / "postgres" / "postgres.log"]
    return [path for path in found if path.exists()]


def keep_addresses(addresses: Addresses, state: Path) -> None:
    """Remember where the stack below `state` is, for its owner alone to read."""
    path = state / "addresses.json"
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600
    )  # holds a password, a key
    with os.fdopen(descriptor, "w") as handle:
        json.dump(asdict(addresses), handle, indent=1)
