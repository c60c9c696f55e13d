"""Jobs of several kinds in one store, each with its own fields, phases and outcomes."""

import ast
from dataclasses import fields, replace
from typing import Any

import pytest

from chalicelib.bootstrap import job_kinds, services
from chalicelib.exports.job import ExportedFile
from chalicelib.imports.job import ImportCounts, ImportJob
from chalicelib.items import deserialize
from chalicelib.jobs.items import from_item
from chalicelib.jobs.kind import JobKind
from chalicelib.jobs.models import Job, WrongKindError
from chalicelib.jobs.store import JobStore
from chalicelib.products.bulk_delete.job import BulkDeleteCounts, BulkDeleteJob
from tests.architecture.tree import read_modules
from tests.fakes import changes
from tests.fakes.api import Api
from tests.fakes.jobs import (
    NOW,
    make_bulk_delete,
    make_export,
    make_job,
    make_revert,
    make_source,
)

# An import as it was stored before there were other kinds.
OLD_ITEM: dict[str, Any] = {
    "job_id": {"S": "job_01m85g57s7w6pgg03m8hrxcz85"},
    "filename": {"S": "spring.csv"},
    "size_bytes": {"N": "91"},
    "options": {"M": {"max_reject_rate": {"N": "0.25"}, "delimiter": {"NULL": True}}},
    "upload": {"M": {"method": {"S": "PUT"}}},
    "created_at": {"S": "2026-03-01T12:00:00.250Z"},
    "updated_at": {"S": "2026-03-01T12:00:00.250Z"},
    "kind": {"S": "import"},
    "status": {"S": "PROCESSING"},
    "phase": {"S": "merge"},
    "attempt": {"N": "1"},
    "source": {"M": {"key": {"S": "uploads/job_01m85g57s7w6pgg03m8hrxcz85"}}},
    "progress": {
        "M": {
            "bytes_total": {"N": "91"},
            "bytes_done": {"N": "91"},
            "records_total": {"N": "3"},
            "records_done": {"N": "2"},
            "percent": {"N": "80"},
        }
    },
    "counts": {
        "M": {
            "created": {"N": "2"},
            "updated": {"N": "0"},
            "unchanged": {"N": "0"},
            "duplicate": {"N": "0"},
            "rejected": {"N": "0"},
        }
    },
    "cancel_requested": {"BOOL": False},
    "has_begun_merge": {"BOOL": True},
    "execution": {"S": "arn"},
    "version": {"N": "7"},
    "listing": {"S": "job"},
    "ttl": {"N": "1775044800"},
}


def test_item_written_before_there_were_kinds_is_an_import() -> None:
    job = from_item(deserialize(OLD_ITEM), job_kinds())
    assert isinstance(job, ImportJob)
    assert (job.filename, job.version, job.has_begun_merge) == ("spring.csv", 7, True)
    assert job.counts == ImportCounts(created=2)
    assert job.options == {"max_reject_rate": 0.25, "delimiter": None}
    assert (job.created_at, job.requested_by, job.expires_at) == (NOW, None, None)


@pytest.mark.parametrize("kind", list(job_kinds()), ids=job_kinds().names)
def test_jobs_of_a_kind_have_its_name_and_phases_from_claim_to_finish(kind: JobKind[Any]) -> None:
    default = {field.name: field.default for field in fields(kind.model)}["kind"]
    assert default == kind.name
    assert (kind.model.phases[0], kind.model.phases[-1]) == ("claim", "finish")


@pytest.mark.parametrize(
    "job",
    [
        make_job(requested_by={"caller_id": "key_1", "name": "the shop"}),
        make_bulk_delete(selection={"filter": {"price[gte]": "1.50", "active": False}}),
        make_revert("job_1", on_conflict="overwrite"),
        make_bulk_delete(expected_count=3, requested_by={"caller_id": "key_1", "name": "the shop"}),
        replace(
            make_export(fields=["sku"], filter={"price[gte]": "1.50"}),
            written={"0": 20_000, "12": 7},
            file=ExportedFile("products.csv", 2**40),
        ),
    ],
)
def test_job_of_any_kind_is_read_back_unchanged(store: JobStore, job: Job) -> None:
    store.create(job)
    assert store.get(job.job_id) == job


def test_jobs_are_listed_by_kind(store: JobStore) -> None:
    importing, deleting = make_job(), make_bulk_delete()
    for job in (importing, deleting):
        store.create(job)
    assert store.list_jobs(9, None, "bulk_delete") == ([deleting], None)
    assert store.list_jobs(9, None, "import") == ([importing], None)
    assert len(store.list_jobs(9, None)[0]) == 2


def test_bulk_delete_counts_its_own_outcomes(store: JobStore) -> None:
    job = make_bulk_delete()
    store.create(job)
    assert changes.claim(store, job.job_id, "execution", None, NOW).outcome == "claimed"
    progress = {"records_total": 9, "percent": 50}
    done = changes.advance(store, job.job_id, 1, "delete", progress, {"deleted": 4, "skipped": 1})
    late = changes.advance(store, job.job_id, 1, "plan", {"percent": 5}, {"deleted": 2})
    assert late == done
    assert (done.phase, done.progress.records_done) == ("delete", 5)
    assert done.counts == BulkDeleteCounts(deleted=4, skipped=1)


def test_only_imports_have_a_source(store: JobStore) -> None:
    importing, deleting = make_job(), make_bulk_delete()
    for job in (importing, deleting):
        store.create(job)
    announced = make_source(importing)
    assert changes.claim(store, importing.job_id, "execution", None, NOW).outcome == "taken"
    assert changes.claim(store, deleting.job_id, "execution", announced, NOW).outcome == "taken"
    with pytest.raises(WrongKindError):
        changes.begin_merge(store, deleting.job_id, 1)
    assert store.list_waiting("upload", NOW.replace(year=2999), 9) == [importing]


def test_bulk_delete_can_be_cancelled_at_any_time(store: JobStore) -> None:
    job = make_bulk_delete()
    store.create(job)
    changes.claim(store, job.job_id, "execution", None, NOW)
    changes.advance(store, job.job_id, 1, "delete", None, {"deleted": 4})
    asked = changes.request_cancel(store, job.job_id, NOW)
    assert (asked.status, asked.cancel_requested) == ("PROCESSING", True)


def test_requester_is_shown(api: Api) -> None:
    job = make_bulk_delete(requested_by={"caller_id": "key_1", "name": "the shop"})
    services().jobs.create(job)
    shown = api.get(f"/jobs/{job.job_id}").json_body
    assert shown["requested_by"] == {"caller_id": "key_1", "name": "the shop"}
    assert isinstance(services().jobs.get(job.job_id), BulkDeleteJob)


def test_room_of_jobs_names_no_kind() -> None:
    named = {
        (module, node.value)
        for module, tree in read_modules().items()
        if module.startswith("chalicelib.jobs.")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in job_kinds().names
    }
    assert named == set()
