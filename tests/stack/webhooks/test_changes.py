"""The link to what an import changed: a receiver replays it over the catalogue that it had."""

import random
from collections import Counter
from contextlib import closing
from typing import Any

import psycopg2
import pytest
import requests

from tests.crash.catalogues import make_catalogue
from tests.fakes.receiver import Received, answer, receiving
from tests.imports.replaying import Products, read_lines, read_products, replay
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.reach import needs_this_machine
from tests.stack.webhooks.subscribing import CONTENT, WAIT_SECONDS, subscribed

pytestmark = [pytest.mark.stack, needs_this_machine]

NDJSON = {"Accept": "application/x-ndjson"}


def read_catalogue(catalogue: Catalogue) -> Products:
    with closing(psycopg2.connect(catalogue.database.dsn)) as connection:
        return read_products(connection)


def read_changes(received: Received, secret: str) -> Any:
    payload: Any = received.verify(secret)
    return payload["data"]["changes"]


def download(url: str) -> bytes:
    """Fetch a file as a receiver does, without any key."""
    with requests.Session() as session:
        session.trust_env = False
        found = session.get(url, timeout=60)
    assert found.status_code == 200, found.text
    return found.content


@pytest.mark.wiring
def test_receiver_replays_the_changes_of_an_import(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    generator = random.Random(20261130)
    first, second = (make_catalogue(generator, 4_000) for _ in range(2))
    api.complete(first)
    emulator.wait_for_fan_out()
    before = read_catalogue(catalogue)
    whole = {"missing": "delete", "max_missing": {"percent": 100}}
    with (
        receiving(answer(500), answer(200)) as receiver,
        subscribed(api, receiver, event_types=["import.completed"]) as webhook,
    ):
        job_id = api.begin(second, whole)
        job = api.follow(job_id).job
        received = receiver.wait_for(2, WAIT_SECONDS)  # the first attempt has failed
    counts, after = job["counts"], read_catalogue(catalogue)
    assert min(counts[n] for n in ("created", "updated", "unchanged", "rejected", "duplicate")) > 0
    described = [read_changes(request, webhook["secret"]) for request in received]
    contents = [download(changes["url"]) for changes in described]
    for changes, content in zip(described, contents, strict=True):
        lines = read_lines(content)
        assert replay(before, lines) == after
        assert (len(content), len(lines)) == (changes["bytes"], changes["records"])
        assert Counter(line["action"] for line in lines) == {
            "created": counts["created"],
            "updated": counts["updated"],
            "deleted": counts["missing"],
        }
    redirected = api.call(
        "GET", f"/imports/{job_id}/changes", headers=NDJSON, allow_redirects=False
    )
    assert redirected.status_code == 303
    assert download(redirected.headers["Location"]) == contents[0]


def test_pieces_are_written_for_a_subscriber_and_deleted_at_the_end(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    alone = api.follow(api.begin(CONTENT)).job
    with (
        receiving() as receiver,
        subscribed(api, receiver, event_types=["import.failed"]),
    ):
        unwanted = api.follow(api.begin(CONTENT)).job
        emulator.wait_for_fan_out()
    for job in (alone, unwanted):
        assert emulator.keys(f"steps/{job['job_id']}/changes/") == []
        assert emulator.keys(f"reports/{job['job_id']}/changes") == []
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        job_id = api.follow(api.begin(CONTENT)).job["job_id"]
        [received] = receiver.wait_for(1, WAIT_SECONDS)
    changes = read_changes(received, webhook["secret"])
    assert (changes["bytes"], changes["records"]) == (0, 0)
    assert download(changes["url"]) == b""
    assert emulator.keys(f"steps/{job_id}/changes/") == []
    assert emulator.keys(f"reports/{job_id}/changes") == [f"reports/{job_id}/changes.ndjson"]
