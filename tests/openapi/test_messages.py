"""Every message that a webhook receives is as the document describes its type, and has no more."""

from dataclasses import replace
from typing import get_args

import pytest

from chalicelib.bootstrap import job_kinds
from chalicelib.events.models import EVENT_TYPES
from chalicelib.imports.planning import make_plan
from chalicelib.jobs.events import make_end_event
from chalicelib.jobs.models import Job, Status
from chalicelib.webhooks.models import Message
from tests.fakes.api import get_contract
from tests.fakes.jobs import NOW, make_bulk_delete, make_export, make_job, make_revert

ERROR = {"code": "internal_error", "message": "It failed."}
PLAN = make_plan(
    {
        "counts": dict.fromkeys(vars(make_job().counts), 0),
        "fields": {"price": 2},
        "price_changes": {"above_percent": 50, "count": 1},
        "quantity_to_zero": 0,
        "estimate": {"usd": "0.001", "minutes": 0.1},
    },
    NOW,
)
JOBS: list[Job] = [
    make_job(),
    make_job(apply="manual", plan=PLAN),
    make_bulk_delete(),
    make_export(),
    make_revert(make_job().job_id),
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.kind)
@pytest.mark.parametrize("status", get_args(Status))
def test_message_of_a_jobs_end_is_in_the_document(job: Job, status: Status) -> None:
    error = ERROR if status == "FAILED" else None
    ended = replace(job, status=status, error=error, started_at=NOW, finished_at=NOW)
    event = make_end_event(job, ended, job_kinds()[job.kind].events)
    if event:
        get_contract().check_message(Message.of(event).payload)


def test_every_type_of_event_is_in_the_document_and_no_other() -> None:
    assert get_contract().messages == {*EVENT_TYPES, "webhook.test"}
