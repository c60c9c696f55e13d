"""One attempt of a bulk delete, as its steps see it."""

from chalicelib.bootstrap import services
from chalicelib.jobs import attempts
from chalicelib.jobs.attempts import make_step, refuse_ended
from chalicelib.jobs.kinds import BulkDeleteJob
from chalicelib.products.bulk_delete.ledger import Totals
from chalicelib.products.bulk_delete.plan import progress_of_delete
from chalicelib.telemetry import Event


class Attempt(attempts.Attempt[BulkDeleteJob]):
    """A running bulk delete."""

    def report_deleted(self, totals: Totals) -> None:
        """Report how many products are deleted so far."""
        progress = progress_of_delete(totals.done, totals.products)
        self.report("delete", progress, **totals.counts)


def open_attempt(event: Event) -> Attempt:
    """Return the attempt that `event` names; raises if it has ended."""
    jobs = services().jobs
    job = refuse_ended(jobs.get(event["job_id"]), event["attempt"], BulkDeleteJob)
    return Attempt(services().settings, jobs, job)


step = make_step(open_attempt)
