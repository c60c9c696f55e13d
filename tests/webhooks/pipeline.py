"""The delivery pipeline in memory, with a manual clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.events.models import Event
from chalicelib.webhooks.delivery.attempts import AttemptRunner
from chalicelib.webhooks.delivery.fan_out import fan_out
from chalicelib.webhooks.delivery.sweep import wake_overdue
from chalicelib.webhooks.models import (
    Delivery,
    Webhook,
)
from chalicelib.webhooks.sending.sender import Sender
from tests.fakes.receiver import Receiver
from tests.fakes.webhook_stores import FakeDeliveryStore, FakeWebhookStore
from tests.fakes.webhooks import FakeQueues, make_import_event, make_links, make_webhook

NOW = datetime.now(UTC).replace(microsecond=0)
SECOND = timedelta(seconds=1)


@dataclass
class Pipeline:
    """Events, deliveries and attempts in memory, with a manual clock."""

    # Receivers reject old signatures, so it begins when the test does.
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    webhooks: FakeWebhookStore = field(default_factory=FakeWebhookStore)
    deliveries: FakeDeliveryStore = field(default_factory=FakeDeliveryStore)
    queues: FakeQueues = field(default_factory=FakeQueues)
    sender: Sender = field(default_factory=lambda: Sender(allow_loopback=True, timeout_seconds=1))

    def __post_init__(self) -> None:
        self.queues.now = self.now

    @property
    def runner(self) -> AttemptRunner:
        return AttemptRunner(
            self.webhooks,
            self.deliveries,
            self.queues,
            self.sender,
            make_links(),
            now=lambda: self.now,
            jitter=lambda: 0.0,
        )

    def subscribe(self, receiver: Receiver, **more: Any) -> Webhook:
        webhook = make_webhook(self.now, url=receiver.url, **more)
        self.webhooks.create(webhook)
        return webhook

    def publish(self, event: Event | None = None) -> int:
        event = event or make_import_event(now=self.now)
        return fan_out(event, self.webhooks, self.deliveries, self.queues, self.now)

    def advance(self, time: timedelta) -> None:
        self.now += time
        self.queues.now = self.now

    def work(self) -> list[str]:
        """Run the attempts that the queues have now; return the outcome of each."""
        return [self.runner.run(wake_up) for wake_up in self.queues.take_due()]

    def sweep(self) -> int:
        return wake_overdue(self.webhooks, self.deliveries, self.queues, self.now)

    def only(self, webhook: Webhook) -> Delivery:
        [delivery], _ = self.deliveries.list_deliveries(webhook.webhook_id, 5, None)
        return delivery

    def all_of(self, webhook: Webhook) -> list[Delivery]:
        return self.deliveries.list_deliveries(webhook.webhook_id, 99, None)[0]

    def read(self, webhook: Webhook) -> Webhook:
        found = self.webhooks.get(webhook.webhook_id)
        assert found is not None
        return found
