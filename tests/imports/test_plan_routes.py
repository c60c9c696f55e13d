"""The routes of plans, and how a plan expires, is cancelled and is retried."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.imports.steps.changes import has_changes
from chalicelib.imports.steps.finish import report_key
from chalicelib.imports.steps.handlers import fail_import
from chalicelib.jobs.sweep import sweep_jobs
from chalicelib.times import format_time
from infra.local.postgres import Database
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import BUCKET
from tests.fakes.workflow import FakeFunctions, FakeWorkflow
from tests.imports.announced import announce, keep, read_import
from tests.imports.executions import begin_execution, execute, upload
from tests.imports.pipeline import empty, read_catalogue

FILE = b"sku,name,price\nA,Lamp,1\nB,Desk,2\n=C,Sofa,3\n"


@pytest.fixture
def catalogue(database: Database) -> Iterator[Connection]:
    """A connection to an empty catalogue."""
    with closing(psycopg2.connect(database.dsn)) as opened:
        empty(opened)
        opened.commit()
        yield opened
        opened.rollback()


@pytest.fixture
def job_id(api: Api, workflow: FakeWorkflow, catalogue: Connection) -> str:
    """An import that rests with its plan."""
    made: str = announce(api, len(FILE), apply="manual")["job_id"]
    upload(made, FILE)
    assert execute(made) == "planned"
    return made


def set_plan(job_id: str, **members: Any) -> None:
    def change(job: Any) -> Any:
        job.plan.update(members)
        return type(job)(**vars(job) | {"plan": dict(job.plan)})

    services().jobs.update(job_id, change)


def fail(state: dict[str, Any], reason: dict[str, Any]) -> None:
    """End an execution by a fault."""
    fail_import({"state": state | reason, "execution": state["execution"]}, None)


def test_planned_import_is_applied_by_its_next_attempt(
    api: Api, workflow: FakeWorkflow, catalogue: Connection, job_id: str
) -> None:
    shown = api.get(f"/jobs/{job_id}")
    assert shown.json_body["status"] == "PLANNED"
    assert shown.headers["Retry-After"] == "60"
    assert read_catalogue(catalogue) == {}
    catalogue.rollback()
    for _ in range(2):
        answer = api.post(f"/imports/{job_id}/apply", {"expected_counts": {"created": 3}})
        assert (answer.status_code, answer.json_body["status"]) == (202, "PENDING")
        assert answer.json_body["attempt"] == 2
    assert {started["name"] for started in workflow.started} == {f"{job_id}-2"}
    assert execute(job_id) == "completed"
    assert read_import(job_id).counts.created == 3
    assert read_catalogue(catalogue).keys() == {"a", "b", "=c"}


def test_repeated_apply_is_answered_like_the_first_while_it_runs_and_after_it(
    api: Api, workflow: FakeWorkflow, job_id: str
) -> None:
    body = {"expected_counts": {"created": 3}, "on_drift": "skip"}
    others: list[dict[str, Any]] = [{}, body | {"on_drift": "overwrite"}, {"on_drift": "skip"}]

    def repeat() -> str:
        answer = api.post(f"/imports/{job_id}/apply", body)
        assert (answer.status_code, answer.json_body["attempt"]) == (202, 2)
        for other in others:
            refused = api.post(f"/imports/{job_id}/apply", other)
            assert problem_of(refused) == (409, "apply_differs")
        return str(answer.json_body["status"])

    assert repeat() == "PENDING"
    state = begin_execution(job_id)
    started = len(workflow.started)
    assert repeat() == "PROCESSING"
    fail(state, {"caught": {"Error": "States.TaskFailed"}})
    refused = api.post(f"/imports/{job_id}/apply", body)
    assert problem_of(refused) == (409, "not_planned")
    api.post(f"/imports/{job_id}/retry")
    assert execute(job_id) == "completed"
    answer = api.post(f"/imports/{job_id}/apply", body)
    assert (answer.status_code, answer.json_body["status"]) == (202, "COMPLETED")
    assert answer.json_body["counts"]["created"] == 3
    assert len(workflow.started) == started + 1  # of the retry


def test_apply_needs_a_plan_with_the_expected_counts(api: Api, job_id: str) -> None:
    path = f"/imports/{job_id}/apply"
    answer = api.post(path, {"expected_counts": {"created": 3, "updated": 1}})
    assert problem_of(answer) == (409, "plan_differs")
    assert "0 updated" in answer.json_body["detail"]
    assert read_import(job_id).status == "PLANNED"
    assert problem_of(api.post(path, {"on_drift": "ask"}))[0] == 422
    other = keep()
    assert problem_of(api.post(f"/imports/{other.job_id}/apply", {})) == (409, "not_planned")
    assert problem_of(api.get(f"/imports/{other.job_id}/changes")) == (409, "not_planned")


def test_changes_are_paged_and_filtered(api: Api, job_id: str) -> None:
    path, found = f"/imports/{job_id}/changes", []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = api.get(f"{path}?{urlencode(query)}").json_body
        found += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert [item["sku"] for item in found] == ["=C", "A", "B"]
    assert api.get(f"{path}?action=updated").json_body["items"] == []
    assert api.get(f"{path}?field=price").json_body["items"] == []
    wrong = api.get(f"{path}?action=created&cursor={query['cursor']}")
    assert problem_of(wrong) == (400, "invalid_cursor")


def test_expired_plan_is_not_applied_and_ends_the_job(
    api: Api, workflow: FakeWorkflow, catalogue: Connection, job_id: str
) -> None:
    functions = FakeFunctions()
    services().use_client("lambda", functions)
    sweep_jobs({}, None)
    assert functions.called == []
    set_plan(job_id, expires_at=format_time(datetime.now(UTC) - timedelta(seconds=1)))
    assert problem_of(api.post(f"/imports/{job_id}/apply", {})) == (409, "plan_expired")
    for _ in range(2):
        sweep_jobs({}, None)
    for _, event in functions.called:
        fail_import(event, None)
    ended = read_import(job_id)
    assert (ended.status, ended.error and ended.error["code"]) == ("FAILED", "plan_expired")
    assert not has_changes(catalogue, job_id)

    assert api.post(f"/imports/{job_id}/retry").status_code == 202
    assert read_import(job_id).plan is None
    assert execute(job_id) == "planned"


@pytest.mark.usefixtures("workflow")
def test_retry_of_a_failed_apply_makes_a_new_plan_once_the_first_has_expired(
    api: Api, catalogue: Connection, job_id: str
) -> None:
    api.post(f"/imports/{job_id}/apply", {"on_drift": "overwrite"})
    fail(begin_execution(job_id), {"caught": {"Error": "States.TaskFailed"}})
    api.post("/products", {"sku": "A", "name": "Mine"})
    set_plan(job_id, expires_at=format_time(datetime.now(UTC) - timedelta(seconds=1)))

    assert api.post(f"/imports/{job_id}/retry").status_code == 202
    assert execute(job_id) == "planned"

    plan = api.get(f"/jobs/{job_id}").json_body["plan"]
    assert (plan["counts"]["created"], plan["counts"]["updated"]) == (2, 1)
    assert datetime.fromisoformat(plan["expires_at"]) > datetime.now(UTC)
    assert read_catalogue(catalogue)["a"]["name"] == "Mine"
    api.post(f"/imports/{job_id}/apply", {})
    assert execute(job_id) == "completed"


@pytest.mark.usefixtures("workflow")
def test_retry_of_a_failed_apply_applies_the_plan_that_has_not_expired(
    api: Api, job_id: str
) -> None:
    api.post(f"/imports/{job_id}/apply", {})
    fail(begin_execution(job_id), {"caught": {"Error": "States.TaskFailed"}})
    api.post(f"/imports/{job_id}/retry")
    assert execute(job_id) == "completed"


def test_apply_that_was_requested_in_time_is_not_swept(
    api: Api, workflow: FakeWorkflow, job_id: str
) -> None:
    functions = FakeFunctions()
    services().use_client("lambda", functions)
    set_plan(job_id, expires_at=format_time(datetime.now(UTC) + timedelta(seconds=30)))
    api.post(f"/imports/{job_id}/apply", {})
    set_plan(job_id, expires_at=format_time(datetime.now(UTC) - timedelta(seconds=30)))
    sweep_jobs({}, None)
    assert functions.called == []
    assert execute(job_id) == "completed"


@pytest.mark.usefixtures("workflow")
def test_overwritten_products_are_listed_in_the_job_and_in_a_report(
    api: Api, catalogue: Connection, job_id: str
) -> None:
    created = api.post("/products", {"sku": "=c", "name": "Mine"}).json_body
    api.post(f"/imports/{job_id}/apply", {"on_drift": "overwrite"})
    assert execute(job_id) == "completed"
    assert read_catalogue(catalogue)["=c"]["name"] == "Sofa"
    drift = api.get(f"/jobs/{job_id}").json_body["plan"]["drift"]
    found = {"product_id": created["id"], "sku": "=C", "line": 4, "is_overwritten": True}
    assert drift == {"count": 1, "overwritten": 1, "products": [found]}
    assert api.get(f"/imports/{job_id}/report?of=overwritten").status_code == 200
    report = (
        services().client("s3").get_object(Bucket=BUCKET, Key=report_key(job_id, "overwritten"))
    )
    text = report["Body"].read().decode()
    assert text == f"sku,product_id,line\n'=C,{created['id']},4\n"


@pytest.mark.usefixtures("workflow")
def test_cancelled_plan_is_dropped(api: Api, catalogue: Connection, job_id: str) -> None:
    for _ in range(2):
        answer = api.post(f"/imports/{job_id}/cancel")
        assert (answer.status_code, answer.json_body["status"]) == (202, "CANCELLED")
    assert not has_changes(catalogue, job_id)
    assert problem_of(api.post(f"/imports/{job_id}/apply", {})) == (409, "not_planned")


@pytest.mark.usefixtures("workflow")
def test_apply_is_cancelled_before_its_merge(api: Api, catalogue: Connection, job_id: str) -> None:
    api.post(f"/imports/{job_id}/apply", {})
    assert api.post(f"/imports/{job_id}/cancel").status_code == 202
    assert execute(job_id) == "cancelled"
    assert read_import(job_id).status == "CANCELLED"
    assert read_catalogue(catalogue) == {}


@pytest.mark.usefixtures("workflow")
def test_apply_whose_plan_was_purged_asks_for_a_new_one(
    api: Api, catalogue: Connection, job_id: str
) -> None:
    api.post(f"/imports/{job_id}/apply", {})
    with catalogue.cursor() as cursor:
        cursor.execute("DELETE FROM import_plans")
    catalogue.commit()
    assert execute(job_id) == "failed"
    error = read_import(job_id).error
    assert error is not None
    assert error["code"] == "plan_expired"
    api.post(f"/imports/{job_id}/retry")
    assert execute(job_id) == "planned"


@pytest.mark.usefixtures("workflow")
def test_drift_returns_the_job_to_its_plan_and_frees_the_catalogue(
    api: Api, catalogue: Connection, job_id: str
) -> None:
    api.post("/products", {"sku": "a", "name": "Mine"})
    api.post(f"/imports/{job_id}/apply", {})
    assert execute(job_id) == "planned"
    shown = api.get(f"/jobs/{job_id}").json_body
    assert (shown["status"], shown["plan"]["drift"]["count"]) == ("PLANNED", 1)
    with catalogue.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalogue_lease WHERE job_id IS NOT NULL")
        assert cursor.fetchone() == (0,)
    api.post(f"/imports/{job_id}/apply", {"on_drift": "skip"})
    assert execute(job_id) == "completed"
    assert api.get(f"/jobs/{job_id}").json_body["plan"]["drift"]["count"] == 1
