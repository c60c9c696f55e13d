"""Webhook stores of each kind, and the API that uses them."""

from collections.abc import Iterator

import pytest

from app import app
from chalicelib.bootstrap import services
from chalicelib.webhooks.store import DeliveryStore, WebhookStore
from tests.fakes.api import Api
from tests.fakes.aws import open_account
from tests.fakes.receiver import Receiver, receiving
from tests.fakes.webhook_stores import FakeDeliveryStore, FakeWebhookStore
from tests.webhooks.pipeline import Pipeline


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account with the tables and the queues."""
    with open_account(monkeypatch):
        yield


@pytest.fixture(params=["fake", "dynamo"])
def webhooks(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WebhookStore]:
    """Each kind of store of webhooks in turn."""
    if request.param == "fake":
        yield FakeWebhookStore()
        return
    with open_account(monkeypatch):
        yield services().webhooks


@pytest.fixture(params=["fake", "dynamo"])
def deliveries(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeliveryStore]:
    """Each kind of store of deliveries in turn."""
    if request.param == "fake":
        yield FakeDeliveryStore()
        return
    with open_account(monkeypatch):
        yield services().deliveries


@pytest.fixture
def api(account: None) -> Api:
    """The API in this account."""
    return Api(app)


@pytest.fixture
def pipeline() -> Pipeline:
    """The delivery pipeline in memory."""
    return Pipeline()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A listening receiver."""
    with receiving() as receiver:
        yield receiver
