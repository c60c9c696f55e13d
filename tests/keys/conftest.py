"""The stores of keys, and the API over them."""

from collections.abc import Iterator

import pytest

from app import app
from chalicelib.bootstrap import services
from chalicelib.keys.store import KeyStore
from tests.fakes.api import Api
from tests.fakes.aws import open_account
from tests.fakes.key_store import FakeKeyStore


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account with the tables, and in them the key with all scopes."""
    with open_account(monkeypatch):
        yield


@pytest.fixture(params=["fake", "dynamo"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyStore]:
    """Each kind of store in turn."""
    if request.param == "fake":
        yield FakeKeyStore()
        return
    with open_account(monkeypatch):
        yield services().keys


@pytest.fixture
def keys(account: None) -> KeyStore:
    """The store in DynamoDB."""
    return services().keys


@pytest.fixture
def api(account: None) -> Api:
    """The API, asked with the key that may do everything."""
    return Api(app)
