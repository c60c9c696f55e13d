"""The step of the workflow that writes documents: infra/statemachines/index_catalogue.asl.json."""

from time import monotonic, sleep
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.postgres import connect
from chalicelib.products.lists.documents import has_backlog, index_next_block, read_seconds_behind
from chalicelib.telemetry import Event, count, worker

steps = Blueprint(__name__)

_MOST_SECONDS = 300.0  # of one call; the next call indexes the rest
_PAUSE_SECONDS = 0.25


@steps.lambda_function(name="index_documents")
@worker
def index_documents(event: Event, context: Any) -> Event:
    """Write the documents of the backlog, block by block, until no block is left.

    Idempotent, and safe for many workers at once: each block is one transaction of one worker.
    """
    limit, blocks = monotonic() + _MOST_SECONDS, 0
    with connect(services().settings, "index_documents") as connection:
        if not event.get("worker"):  # one worker reports it
            count("SearchBehindSeconds", read_seconds_behind(connection), MetricUnit.Seconds)
        while True:
            if index_next_block(connection):
                blocks += 1
            elif has_backlog(connection):  # other workers or edits have locked its blocks
                sleep(_PAUSE_SECONDS)
            else:
                break
            if monotonic() > limit:
                return {"outcome": "more", "blocks": blocks}
    count("BlocksIndexed", blocks)
    return {"outcome": "done", "blocks": blocks}
