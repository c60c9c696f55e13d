"""Workers: processes that run steps of jobs and can be killed."""

import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from typing import Literal, Protocol, TypeVar

from psycopg2.extensions import connection as Connection

from chalicelib.errors import TryAgainError
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.merge import StageLostError
from chalicelib.postgres import connect
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.imports.pipeline import Pipeline

Kind = Literal["stage", "compare", "merge"]
Step = tuple[Kind, int]  # and the number of the range or key range
StepT_contra = TypeVar("StepT_contra", contravariant=True)

_LONGEST_SECONDS = 60.0
# Forked from a process with everything imported, a worker starts within milliseconds.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


@dataclass
class CrashingImport(Pipeline):
    """An import that uses the product's own connections."""

    settings: Settings = field(kw_only=True)

    @contextmanager
    def database(self) -> Iterator[Connection]:
        with connect(self.settings, f"crash {self.job_id}") as connection:
            yield connection

    def run_step(self, step: Step) -> None:
        """Run one step as a worker does."""
        kind, number = step
        run = {"stage": self.stage, "compare": self.compare, "merge": self.merge}[kind]
        run(number)

    def missing(self, kind: Kind) -> list[Step]:
        """Return the steps of a kind that aren't in the ledger."""
        with self.database() as connection:
            if kind == "stage":
                found = ledger.missing_ranges(connection, self.job_id, len(self.plan.ranges))
            elif kind == "compare":
                found = ledger.uncompared_key_ranges(connection, self.job_id, self.plan.key_ranges)
            else:
                found = ledger.missing_key_ranges(connection, self.job_id, self.plan.key_ranges)
        return [(kind, number) for number in found]

    def steps(self, kind: Kind) -> list[Step]:
        """Return all steps of a kind."""
        count = len(self.plan.ranges) if kind == "stage" else self.plan.key_ranges
        return [(kind, number) for number in range(count)]

    def run_to_end(self) -> dict[str, int]:
        """Run all steps after the plan as the workflow does; return the counts by outcome."""
        self.prepare()
        while True:
            for step in self.missing("stage"):
                self.run_step(step)
            assert self.take_lease()
            try:
                for step in self.missing("merge"):
                    self.run_step(step)
            except StageLostError:
                continue
            return self.close()


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


def measure_seconds(job: CrashingJob[StepT_contra], steps: Sequence[StepT_contra]) -> float:
    """Run steps in a worker; return how many seconds they took."""
    worker = Worker(job, steps)
    started = time.perf_counter()
    assert worker.wait() == "done"
    return time.perf_counter() - started


def kill_at_random(
    job: CrashingJob[StepT_contra],
    steps: Sequence[StepT_contra],
    longest_seconds: float,
    generator: random.Random,
) -> list[bool]:
    """Start one worker, or two with the same steps, and kill each after a random time.

    Return, for each worker, whether its steps had ended.
    """
    workers = [Worker(job, steps) for _ in range(generator.choice([1, 1, 2]))]
    had_ended = []
    for worker in workers:
        time.sleep(generator.uniform(0, longest_seconds))
        had_ended.append(worker.kill())
    return had_ended
