"""The step of the workflow that makes documents: infra/statemachines/index_catalogue.asl.json."""

from time import monotonic, sleep
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.postgres import connect
from chalicelib.products.documents import has_backlog, index_next_block, measure_behind
from chalicelib.telemetry import Event, count, worker

steps = Blueprint(__name__)

_MOST_SECONDS = 300.0  # of one call; what is left then is the next one's
_PAUSE_SECONDS = 0.25


@steps.lambda_function(name="index_documents")
@worker
def index_documents(event: Event, context: Any) -> Event:
    """Make the documents of the backlog's blocks, one after the other, until none is left.

    Safe twice, and by many workers at once: each block is one transaction of one worker's.
    """
    limit, blocks = monotonic() + _MOST_SECONDS, 0
    with connect(services().settings, "index_documents") as connection:
        if not event.get("worker"):  # one of them is enough
            count("SearchBehindSeconds", measure_behind(connection), MetricUnit.Seconds)
        while True:
            if index_next_block(connection):
                blocks += 1
            elif has_backlog(connection):  # others have its blocks, or edits of their products
                sleep(_PAUSE_SECONDS)
            else:
                break
            if monotonic() > limit:
                return {"outcome": "more", "blocks": blocks}
    count("BlocksIndexed", blocks)
    return {"outcome": "done", "blocks": blocks}
