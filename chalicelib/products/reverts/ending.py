"""What a revert does besides its products: the kind of the job in question learns of it."""

from chalicelib.jobs.kind import JobContext
from chalicelib.products.reverts.job import RevertJob


def conclude_revert(job: RevertJob, context: JobContext) -> None:
    """Have the kind of the first job note whether that is reverted now. Idempotent.

    The first job is the one that this revert takes back, or that the reverts before it are about.
    """
    if not job.changed_products:
        return
    found, is_reverted = context.jobs.get(job.reverts), True
    while isinstance(found, RevertJob):
        found, is_reverted = context.jobs.get(found.reverts), not is_reverted
    if found is not None:  # it may have expired
        context.kinds[found.kind].note_reverted(found, context, is_reverted=is_reverted)
