"""The stores of profiles, and the API over them."""

from collections.abc import Iterator

import pytest

from app import app
from chalicelib.bootstrap import services
from chalicelib.profiles.store import ProfileStore
from tests.fakes.api import Api
from tests.fakes.aws import open_account
from tests.fakes.profile_store import FakeProfileStore


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account with the tables."""
    with open_account(monkeypatch):
        yield


@pytest.fixture(params=["fake", "dynamo"])
def store(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProfileStore]:
    """Each kind of store in turn."""
    if request.param == "fake":
        yield FakeProfileStore()
        return
    with open_account(monkeypatch):
        yield services().profiles


@pytest.fixture
def api(account: None) -> Api:
    """The API in this account."""
    return Api(app)
