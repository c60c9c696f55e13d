"""The URL of a changes file: each attempt signs one of its own."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.events.models import Event
from chalicelib.webhooks.models import Message
from tests.fakes.receiver import Received, Receiver, answer
from tests.fakes.webhooks import SECRET, make_import_event, make_links
from tests.webhooks.pipeline import NOW, Pipeline

pytestmark = pytest.mark.usefixtures("account")

KEY = "reports/job_1/changes.ndjson"


def make_changed(now: datetime = NOW) -> Event:
    event = make_import_event(now=now)
    return replace(event, data=event.data | {"changes": {"key": KEY, "bytes": 90, "records": 2}})


def read_changes(received: Received) -> Any:
    payload: Any = received.verify(SECRET)
    return payload["data"]["changes"]


def read_url(changes: Any) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(changes["url"])
    return f"{parts.scheme}://{parts.netloc}{parts.path}", parse_qs(parts.query)


def test_each_attempt_has_a_signed_url_of_its_own(pipeline: Pipeline, receiver: Receiver) -> None:
    receiver.behave(answer(500), answer(200))
    pipeline.subscribe(receiver)
    began = pipeline.now
    pipeline.publish(make_changed(began))
    pipeline.work()
    pipeline.advance(timedelta(seconds=6))
    assert pipeline.work() == ["ok"]
    first, second = map(read_changes, receiver.requests)
    for changes, begun in ((first, began), (second, pipeline.now)):
        place, query = read_url(changes)
        assert place == f"http://files.example/bucket/{KEY}"
        assert query["X-Amz-Expires"] == ["3600"]
        assert datetime.fromisoformat(changes["expires_at"]) == begun + timedelta(hours=1)
        assert (changes["bytes"], changes["records"]) == (90, 2)
        assert "key" not in changes


@pytest.mark.parametrize(
    ("days", "minutes", "seconds"),
    [(30, -30, "1800"), (30, -1, "60"), (30, 0, None), (32, 0, None)],
)
def test_url_ends_with_the_file(days: int, minutes: int, seconds: str | None) -> None:
    links, now = make_links(retention_days=30), NOW + timedelta(days=days, minutes=minutes)
    changes = json.loads(links.payload_of(Message.of(make_changed()), now))["data"]["changes"]
    if seconds is None:
        assert changes == {"url": None, "expires_at": None, "bytes": 90, "records": 2}
    else:
        assert read_url(changes)[1]["X-Amz-Expires"] == [seconds]
        assert datetime.fromisoformat(changes["expires_at"]) == NOW + timedelta(days=30)


@pytest.mark.parametrize("changes", [{}, {"changes": None}])
def test_message_without_a_file_is_sent_as_it_is(changes: Any) -> None:
    event = make_import_event(now=NOW)
    message = Message.of(replace(event, data=event.data | changes))
    assert make_links().payload_of(message, NOW) == message.payload
    assert json.loads(message.payload)["data"] == event.data | changes
