"""Which events somebody wants, asked of the store no more than once a second."""

from botocore.exceptions import EndpointConnectionError

from chalicelib.webhooks.delivery.subscribed_types import SubscribedTypes
from chalicelib.webhooks.models import Webhook
from tests.fakes.webhook_stores import FakeWebhookStore
from tests.fakes.webhooks import make_webhook


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class CountingStore(FakeWebhookStore):
    """Counts how often it is asked, and may be away."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.is_away = 0, False

    def list_webhooks(self, limit: int, after: str | None) -> list[Webhook]:
        self.asked += 1
        if self.is_away:
            raise EndpointConnectionError(endpoint_url="http://dynamodb")
        return super().list_webhooks(limit, after)


def test_edits_are_wanted_by_name_and_the_store_is_asked_once_a_second() -> None:
    store, clock = CountingStore(), Clock()
    wanted = SubscribedTypes(store, clock)
    store.create(make_webhook())
    assert not wanted.has("product.updated")
    assert wanted.has("import.completed")
    store.create(make_webhook(event_types=("product.updated",)))
    assert not wanted.has("product.updated")
    assert store.asked == 1
    clock.seconds += 1
    assert wanted.has("product.updated")
    assert not wanted.has("product.deleted")
    assert store.asked == 2


def test_a_disabled_webhook_wants_nothing() -> None:
    store = FakeWebhookStore()
    store.create(make_webhook(event_types=("product.updated",), enabled=False))
    assert not SubscribedTypes(store).has("product.updated")


def test_what_cannot_be_told_counts_as_wanted() -> None:
    store = CountingStore()
    store.is_away = True
    wanted = SubscribedTypes(store)
    assert wanted.has("product.updated")
    store.is_away = False
    assert not wanted.has("product.updated")
