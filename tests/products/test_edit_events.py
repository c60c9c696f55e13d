"""The events of edits, and when their drain is hastened."""

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.webhooks.delivery.subscribed_types import SubscribedTypes
from tests.fakes.api import Api
from tests.fakes.webhooks import make_webhook
from tests.fakes.workflow import FakeFunctions
from tests.products.editing import make, patch, send

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def functions(api: Api) -> FakeFunctions:
    fake = FakeFunctions()
    services().use_client("lambda", fake)
    services().subscribed_types = SubscribedTypes(services().webhooks)
    return fake


def test_an_edit_that_is_committed_is_answered_so_whatever_comes_after_it(
    api: Api, functions: FakeFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_connection(*_: object) -> bool:
        raise psycopg2.OperationalError("the proxy has none to lend")

    webhook = make_webhook(event_types=("product.updated",))
    services().webhooks.create(webhook)
    try:
        path, _, _ = make(api)
        monkeypatch.setattr("chalicelib.products.edits.service.is_drain_near", lose_connection)
        assert patch(api, path, {"price": "1.00"}).status_code == 200
        assert functions.called == [("drain-events", None)]
    finally:
        services().webhooks.delete(webhook.webhook_id)


def drain(catalogue: Connection) -> None:
    with catalogue.cursor() as cursor:
        cursor.execute("DELETE FROM events")
    catalogue.commit()


def test_the_drain_is_hastened_only_for_what_a_webhook_asked_for_by_name(
    api: Api, catalogue: Connection, functions: FakeFunctions
) -> None:
    store, everything, once = services().webhooks, make_webhook(), ("drain-events", None)
    store.create(everything)
    path, _, _ = make(api)
    drain(catalogue)
    assert patch(api, path, {"price": "1.00"}).status_code == 200
    assert functions.called == []
    by_name = make_webhook(event_types=("product.updated",))
    store.create(by_name)
    services().subscribed_types = SubscribedTypes(store)  # a second has gone by
    try:
        drain(catalogue)
        assert patch(api, path, {"price": "1.00"}).status_code == 200  # as it is
        assert functions.called == []
        assert patch(api, path, {"price": "2.00"}).status_code == 200
        assert functions.called == [once]
        assert patch(api, path, {"price": "3.00"}).status_code == 200  # sent together
        assert functions.called == [once]
        drain(catalogue)
        assert send(api, "DELETE", path).status_code == 204  # which nobody asked for
        assert functions.called == [once]
    finally:
        for webhook in (everything, by_name):
            store.delete(webhook.webhook_id)
