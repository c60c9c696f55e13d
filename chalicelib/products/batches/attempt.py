"""One attempt of a batch job, as its steps see it."""

from dataclasses import dataclass, replace

from chalicelib.bootstrap import services
from chalicelib.jobs import attempts
from chalicelib.jobs.attempts import check_running, make_metered, make_step
from chalicelib.jobs.models import Json
from chalicelib.jobs.store import JobStore
from chalicelib.products.batches.job import BatchJob
from chalicelib.products.batches.kinds import make_work
from chalicelib.products.batches.ledger import Totals
from chalicelib.products.batches.plan import progress_of_batches
from chalicelib.products.batches.work import BatchWork
from chalicelib.telemetry import Event


@dataclass(frozen=True)
class Attempt(attempts.Attempt[BatchJob]):
    """A running batch job."""

    def make_work(self, request: Json) -> BatchWork:
        """Return the work of the job."""
        return make_work(self.job, request)

    def report_done(self, totals: Totals) -> None:
        """Report how many products are done so far."""
        progress = progress_of_batches(totals.done, totals.products)
        self.report(self.job.batch_phase, progress, **totals.counts)

    def conclude(self, totals: Totals) -> None:
        """Do what the kind of the job does when its work is done."""
        context = services().job_context
        job = replace(self.job, counts=replace(self.job.counts, **totals.counts))
        context.kinds[job.kind].conclude(job, context)


def open_attempt(event: Event, jobs: JobStore) -> Attempt:
    """Return the attempt that `event` names; raises if it has ended."""
    job = check_running(jobs.get(event["job_id"]), event["attempt"], BatchJob)
    return Attempt(services().settings, jobs, job)


metered = make_metered(lambda: services().jobs)
step = make_step(lambda: services().jobs, open_attempt)
