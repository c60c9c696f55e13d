"""The stores of jobs, and the API over them."""

from collections.abc import Iterator

import pytest

from app import app
from chalicelib.bootstrap import services
from chalicelib.jobs.store import JobStore
from tests.fakes.api import Api
from tests.fakes.aws import open_account
from tests.fakes.job_store import FakeJobStore


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account with the tables and the bucket."""
    with open_account(monkeypatch):
        yield


@pytest.fixture(params=["fake", "dynamo"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobStore]:
    """Each store in turn."""
    if request.param == "fake":
        yield FakeJobStore()
        return
    with open_account(monkeypatch):
        yield services().jobs


@pytest.fixture
def api(account: None) -> Api:
    """The API."""
    return Api(app)


@pytest.fixture
def dynamo(account: None) -> JobStore:
    """The store in DynamoDB."""
    return services().jobs
