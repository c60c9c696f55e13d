"""All stacks of an installation, deployed to an emulator of their own."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from infra.deploy.application import Deployed
from infra.deploy.review import Review
from infra.deploy.stage import StageSettings
from infra.local.ministack import MiniStack
from infra.local.postgres import EmbeddedPostgres
from infra.packaging.package import Package
from tests.infra.deploy.installation.emulated import EmulatedInstallation, EmulatedTarget

REGION = "eu-central-1"
_SETTINGS: dict[str, Any] = {
    "account": "000000000000",
    "region": REGION,
    "network": {"zones": 3},
    "database": {"instance_class": "db.m7g.large"},
    "application": {"workers": 5, "jobs_at_once": 3},
    "edge": {"requests_per_address": 500},
}


class Run:
    """One run of the deploy program, with its output."""

    def __init__(self, target: EmulatedTarget, postgres: EmbeddedPostgres, **database: Any) -> None:
        self._said = io.StringIO()
        self.installation = EmulatedInstallation(
            target=target,
            settings=StageSettings.model_validate(
                _SETTINGS | {"database": _SETTINGS["database"] | database}
            ),
            review=Review(is_confirmed=True, console=Console(file=self._said, width=200)),
            say=lambda text: print(text, file=self._said),
            beside=postgres.application(),
        )

    @property
    def said(self) -> list[str]:
        return self._said.getvalue().splitlines()


MakeRun = Callable[..., Run]


@pytest.fixture(scope="package")
def target(ephemeral: Path) -> Iterator[EmulatedTarget]:
    emulator = MiniStack(ephemeral / "installation" / "ministack")
    emulator.start()
    yield EmulatedTarget("prod", REGION, endpoint_url=emulator.endpoint_url)
    emulator.stop()


@pytest.fixture(scope="package")
def run(target: EmulatedTarget, postgres: EmbeddedPostgres) -> MakeRun:
    """Return a function that makes a run with the given database settings."""
    return lambda **database: Run(target, postgres, **database)


@pytest.fixture(scope="package")
def deployed(run: MakeRun, package: Package) -> Deployed:
    """All four stacks, newly created."""
    made, _ = run().installation.deploy(package)
    return made
