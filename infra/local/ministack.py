"""The embedded AWS emulator: MiniStack on a loopback port, with all its files in one folder."""

import os
import shutil
import sys
from pathlib import Path

import requests

from infra.local.processes import Record, choose_port, end, find_by_environment, spawn, wait_until
from infra.packaging.package import ROOT

_START_SECONDS = 60.0
_GRACE_SECONDS = 1.0  # it has nothing to save


class MiniStack:
    """An emulator with its files below `folder`; its state is lost when it stops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._temporary = self._folder / "tmp"
        self._record = Record(self._folder / "process.json")
        self.log = self._folder / "ministack.log"

    @property
    def endpoint_url(self) -> str:
        """The URL at which it listens."""
        return f"http://127.0.0.1:{(self._folder / 'port').read_text().strip()}"

    def start(self) -> bool:
        """Start it unless it runs; return whether it was started, and so is empty."""
        if self.is_running():
            return False
        self.stop()  # remove the workers and files of a dead one
        self._temporary.mkdir(parents=True)
        port = choose_port(self._folder / "port")
        process = spawn(
            [sys.executable, "-m", "infra.local.emulator"],
            folder=ROOT,
            log=self.log,
            environment=self._environment(port),
        )
        self._record.write(process.pid)
        wait_until(self._answers, process, self.log, _START_SECONDS)
        return True

    def is_running(self) -> bool:
        """Return whether it runs and answers."""
        return self._record.find() is not None and self._answers()

    def stop(self) -> None:
        """Stop it and its functions, and delete its temporary folder."""
        process = self._record.find()
        if process is not None:
            end([process], grace_seconds=_GRACE_SECONDS)
        # The functions' processes inherit the folder, which identifies them.
        workers = find_by_environment("TMPDIR", str(self._temporary))
        end(workers, grace_seconds=_GRACE_SECONDS)
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._record.clear()

    def _answers(self) -> bool:
        try:
            with requests.Session() as session:
                session.trust_env = False  # loopback needs no proxy
                answer = session.get(f"{self.endpoint_url}/_ministack/health", timeout=2)
        except (OSError, requests.RequestException):
            return False
        return answer.status_code == 200

    def _environment(self, port: int) -> dict[str, str]:
        # Without the caller's AWS_ variables: a profile or endpoint would reach the functions, and
        # real credentials with it.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        proxied = kept.get("NO_PROXY", kept.get("no_proxy", ""))
        return kept | {
            "NO_PROXY": f"127.0.0.1,localhost,{proxied}",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "TMPDIR": str(self._temporary),
            "STATE_DIR": str(self._temporary / "state"),
            "S3_DATA_DIR": str(self._temporary / "s3"),
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_WARM_TTL_SECONDS": "86400",  # a cold start takes a second: it unpacks the zip
            "IOT_MTLS_ENABLED": "0",  # unused listeners
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": f"unix://{self._temporary}/no-docker.sock",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LOG_LEVEL": os.environ.get("MINISTACK_LOG_LEVEL", "INFO"),
        }
