"""A revert begins whole or not at all, and once, however often and wherever it is requested."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.bootstrap import Services, services, serving
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes import changes
from tests.fakes.api import Api, problem_of
from tests.fakes.workflow import FakeWorkflow, fake_workflow
from tests.products.reverts.bulk_deleted import delete_all, list_skus, make_api, run

ERROR = {"code": "internal_error", "message": "It failed."}


@pytest.fixture
def api(settings: Settings, fresh: Database) -> Api:
    return make_api(fresh)


@pytest.fixture
def workflow(api: Api) -> FakeWorkflow:
    return fake_workflow()


class KilledError(BaseException):
    """Ends the process: nothing catches this."""


class MortalClient:
    """A client of DynamoDB whose process is killed at its nth write of items, or after it."""

    def __init__(self, inner: Any, dies_at: int, *, is_after: bool) -> None:
        self._inner, self._left, self._is_after = inner, dies_at, is_after

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._inner, name)
        if name not in ("put_item", "transact_write_items"):
            return act
        return lambda **asked: self._write(act, asked)

    def _write(self, act: Any, asked: dict[str, Any]) -> Any:
        self._left -= 1
        if self._left == 0 and not self._is_after:
            raise KilledError
        answer = act(**asked)
        if self._left == 0:
            raise KilledError
        return answer


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("dies_at", [1, 2])
def test_process_killed_while_it_begins_a_revert_leaves_all_of_it_or_nothing(
    api: Api,
    workflow: FakeWorkflow,
    settings: Settings,
    fresh: Database,
    dies_at: int,
    *,
    is_after: bool,
) -> None:
    failed = delete_all(fresh, "FAILED", error=ERROR)
    dying = Services(settings)
    client = MortalClient(services().client("dynamodb"), dies_at, is_after=is_after)
    dying.use_client("dynamodb", client)
    dying.use_client("stepfunctions", workflow)
    with serving(dying), suppress(KilledError):
        api.post(f"/jobs/{failed}/revert", {})
    noted = api.get(f"/jobs/{failed}").json_body["reverted_by"]
    if noted is None:
        assert "retry" in api.get(f"/jobs/{failed}").json_body["links"]
    again = api.post(f"/jobs/{failed}/revert", {})
    assert again.status_code == 202
    assert noted in (None, again.json_body["job_id"])
    run(again.json_body["job_id"])
    assert list_skus(settings) == ["S-0", "S-1", "S-2"]


def test_request_for_the_running_revert_is_answered_with_it(
    api: Api, workflow: FakeWorkflow, fresh: Database
) -> None:
    path = f"/jobs/{delete_all(fresh)}/revert"
    first = api.post(path, {})
    assert api.post(path, {}).json_body["job_id"] == first.json_body["job_id"]
    other = api.post(path, {"on_conflict": "overwrite"})
    assert problem_of(other) == (409, "revert_running")
    assert other.json_body["job_id"] == first.json_body["job_id"]
    changes.request_cancel(services().jobs, first.json_body["job_id"], datetime.now(UTC))
    assert api.post(path, {"on_conflict": "overwrite"}).status_code == 202


def test_requests_at_the_same_moment_begin_one_revert(
    api: Api, workflow: FakeWorkflow, fresh: Database
) -> None:
    path = f"/jobs/{delete_all(fresh)}/revert"
    bodies = [{}, {}, {"on_conflict": "overwrite"}, {"on_conflict": "overwrite"}]
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(lambda body: api.post(path, body), bodies))
    assert len({answer.json_body["job_id"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [202, 202, 409, 409]
    assert len(services().jobs.list_jobs(9, None, "revert")[0]) == 1


def test_revert_joined_by_a_request_that_was_second_is_the_one_it_names(
    api: Api, workflow: FakeWorkflow, fresh: Database
) -> None:
    path = f"/jobs/{delete_all(fresh)}/revert"
    answers = [api.post(path, {}, Idempotency_Key=key) for key in ("a", "b", "a")]
    assert len({answer.json_body["job_id"] for answer in answers}) == 1
