"""GET /health."""

from collections.abc import Iterator
from threading import Event

import boto3
import pytest

from app import app
from chalicelib import health
from chalicelib.bootstrap import Services, services, serving
from infra.local.postgres import Database
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import JOBS_TABLE, database_environment, open_account


@pytest.fixture
def api(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    with open_account(monkeypatch, **database_environment(database)):
        yield Api(app)


def test_all_is_well_when_every_dependency_answers(api: Api) -> None:
    found = api.get("/health")
    assert found.status_code == 200
    assert found.json_body["status"] == "ok"
    dependencies = found.json_body["dependencies"]
    assert set(dependencies) == {"database", "jobs", "storage"}
    for dependency in dependencies.values():
        assert dependency["status"] == "ok"
        assert dependency["ms"] >= 0


def test_a_dependency_that_is_down_is_named_and_nothing_more(api: Api) -> None:
    unreachable = services().settings.model_copy(update={"database_port": 1})
    with serving(Services(unreachable)):
        found = api.get("/health")
    assert problem_of(found) == (503, "dependency_down")
    statuses = {name: d["status"] for name, d in found.json_body["dependencies"].items()}
    assert statuses == {"database": "down", "jobs": "ok", "storage": "ok"}
    assert found.headers["Retry-After"] == "5"
    assert b"127.0.0.1" not in found.body


def test_a_table_that_is_gone_is_noticed(api: Api) -> None:
    boto3.client("dynamodb").delete_table(TableName=JOBS_TABLE)
    found = api.get("/health")
    assert found.json_body["dependencies"]["jobs"]["status"] == "down"
    assert found.json_body["dependencies"]["storage"]["status"] == "ok"


def test_a_dependency_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TIMEOUT_SECONDS", 1.0)
    is_released, has_ended = Event(), Event()

    def hang() -> None:
        is_released.wait(60)
        has_ended.set()

    try:
        found = health.run_checks({"slow": hang, "quick": lambda: None})
        assert not has_ended.is_set()
    finally:
        is_released.set()
    assert {name: result.status for name, result in found.items()} == {
        "slow": "down",
        "quick": "ok",
    }


def test_health_takes_no_parameters(api: Api) -> None:
    assert problem_of(api.get("/health?verbose=1")) == (400, "invalid_query")
