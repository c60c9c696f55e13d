"""A webhook of a real receiver, and what became of its deliveries."""

import contextlib
from collections.abc import Iterator
from typing import Any

from tests.fakes.receiver import Receiver
from tests.stack.client import Api, Json
from tests.stack.files import make_numbered

CONTENT = make_numbered(range(20))
WAIT_SECONDS = 30.0


@contextlib.contextmanager
def subscribed(api: Api, receiver: Receiver, **more: Any) -> Iterator[Json]:
    """Yield a new webhook with its secret; check what was received, and delete it at the end."""
    created = api.call("POST", "/webhooks", json={"url": receiver.url, **more})
    assert created.status_code == 201, created.text
    webhook: Json = created.json()
    try:
        yield webhook
        for received in receiver.requests:
            api.contract.check_message(received.body)
    finally:
        api.call("DELETE", f"/webhooks/{webhook['webhook_id']}")


def deliveries_of(api: Api, webhook: Json) -> list[Json]:
    found: list[Json] = api.get(f"/webhooks/{webhook['webhook_id']}/deliveries")["items"]
    return found
