"""One attempt of a bulk delete, as its steps see it."""

from chalicelib.bootstrap import services
from chalicelib.jobs import attempts
from chalicelib.jobs.attempts import check_running, make_metered, make_step
from chalicelib.jobs.store import JobStore
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.products.bulk_delete.ledger import Totals
from chalicelib.products.bulk_delete.plan import progress_of_delete
from chalicelib.telemetry import Event


class Attempt(attempts.Attempt[BulkDeleteJob]):
    """A running bulk delete."""

    def report_deleted(self, totals: Totals) -> None:
        """Report how many products are deleted so far."""
        progress = progress_of_delete(totals.done, totals.products)
        self.report("delete", progress, **totals.counts)


def open_attempt(event: Event, jobs: JobStore) -> Attempt:
    """Return the attempt that `event` names; raises if it has ended."""
    job = check_running(jobs.get(event["job_id"]), event["attempt"], BulkDeleteJob)
    return Attempt(services().settings, jobs, job)


metered = make_metered(lambda: services().jobs)
step = make_step(lambda: services().jobs, open_attempt)
