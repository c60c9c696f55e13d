"""Subscribed event types, read from the store at most once a second."""

from botocore.exceptions import EndpointConnectionError

from chalicelib.webhooks.delivery.subscribed_types import SubscribedTypes
from chalicelib.webhooks.models import Subscription
from tests.fakes.webhook_stores import FakeWebhookStore
from tests.fakes.webhooks import make_webhook


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class CountingStore(FakeWebhookStore):
    """Counts how often it is read, and may be unreachable."""

    def __init__(self) -> None:
        super().__init__()
        self.reads, self.is_unreachable = 0, False

    def list_subscriptions(self) -> list[Subscription]:
        self.reads += 1
        if self.is_unreachable:
            raise EndpointConnectionError(endpoint_url="http://dynamodb")
        return super().list_subscriptions()


def test_edit_types_need_their_name_and_the_store_is_read_once_a_second() -> None:
    store, clock = CountingStore(), Clock()
    subscribed = SubscribedTypes(store, clock)
    store.create(make_webhook())
    assert not subscribed.has("product.updated")
    assert subscribed.has("import.completed")
    store.create(make_webhook(event_types=("product.updated",)))
    assert not subscribed.has("product.updated")
    assert store.reads == 1
    clock.seconds += 1
    assert subscribed.has("product.updated")
    assert not subscribed.has("product.deleted")
    assert store.reads == 2


def test_a_disabled_webhook_subscribes_to_nothing() -> None:
    store = FakeWebhookStore()
    store.create(make_webhook(event_types=("product.updated",), enabled=False))
    assert not SubscribedTypes(store).has("product.updated")


def test_every_type_counts_as_subscribed_when_the_store_is_unreachable() -> None:
    store = CountingStore()
    store.is_unreachable = True
    subscribed = SubscribedTypes(store)
    assert subscribed.has("product.updated")
    store.is_unreachable = False
    assert not subscribed.has("product.updated")
