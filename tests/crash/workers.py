"""Workers: processes that run steps of jobs and can be killed."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection as Pipe
from typing import Protocol, TypeVar

from chalicelib.errors import TryAgainError
from chalicelib.imports.steps.merge import StageLostError
from chalicelib.settings import Settings
from infra.local.postgres import Database

StepT_contra = TypeVar("StepT_contra", contravariant=True)

_LONGEST_SECONDS = 60.0
# Forked from a process with everything imported, a worker starts within milliseconds.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [f"tests.crash.{jobs}" for jobs in ("deletions", "exports", "imports", "reverts")]
)


def make_settings(database: Database) -> Settings:
    """Return settings for workers that only use the database."""
    return Settings.model_validate(
        {
            "account_id": "unused",
            "jobs_table": "unused",
            "keys_table": "unused",
            "profiles_table": "unused",
            "idempotency_table": "unused",
            "outbox_table": "unused",
            "webhooks_table": "unused",
            "events_queue_url": "unused",
            "deliveries_queue_url": "unused",
            "slow_deliveries_queue_url": "unused",
            "bucket": "unused",
            "database_host": database.host,
            "database_port": database.port,
            "database_name": database.name,
            "database_user": database.user,
            "database_password": database.password,
            "database_sslmode": "disable",
        }
    )


class CrashingJob(Protocol[StepT_contra]):
    """A job whose steps can be run in another process."""

    def run_step(self, step: StepT_contra, /) -> None:
        """Run one step as a worker does."""


class Worker:
    """A process that runs steps one after another, then waits to be killed."""

    def __init__(self, job: CrashingJob[StepT_contra], steps: Sequence[StepT_contra]) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_work, args=(job, steps, theirs), daemon=True)
        self._process.start()
        theirs.close()
        assert self._pipe.poll(_LONGEST_SECONDS), "a worker didn't start"
        assert self._pipe.recv() == "begun"

    def kill(self) -> bool:
        """Send SIGKILL; return whether the steps had ended before."""
        has_ended = self._pipe.poll()
        self._process.kill()
        self._forget()
        return has_ended

    def wait(self) -> str:
        """Wait for the steps, end the process and return "done" or the name of the error."""
        assert self._pipe.poll(_LONGEST_SECONDS), "a worker didn't end"
        ending: str = self._pipe.recv()
        self._process.kill()
        self._forget()
        return ending

    def _forget(self) -> None:
        self._process.join()
        self._process.close()
        self._pipe.close()


def _work(job: CrashingJob[StepT_contra], steps: Sequence[StepT_contra], pipe: Pipe) -> None:
    pipe.send("begun")
    try:
        for step in steps:
            job.run_step(step)
    except (TryAgainError, StageLostError) as error:
        pipe.send(type(error).__name__)
    else:
        pipe.send("done")
    pipe.recv()  # nothing is sent: wait to be killed
