"""Events that a receiver gets: ends of jobs, and product events by name."""

import contextlib
from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest

from chalicelib.events.drain import publish
from chalicelib.events.models import make_event
from chalicelib.products.edits.event_body import IN_EVENTS
from chalicelib.products.responses import PRODUCT_EXAMPLE
from tests.fakes.receiver import receiving
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.planning import apply, make_plan
from tests.stack.reach import needs_this_machine
from tests.stack.webhooks.subscribing import CONTENT, WAIT_SECONDS, deliveries_of, subscribed

pytestmark = [pytest.mark.stack, needs_this_machine]

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


@pytest.mark.wiring
def test_end_of_an_import_reaches_a_receiver_that_verifies_it(
    api: Api, catalogue: Catalogue
) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        job = api.follow(api.begin(CONTENT)).job
        [received] = receiver.wait_for(1, WAIT_SECONDS)
        payload: Any = received.verify(webhook["secret"])
        assert payload["type"] == "import.completed"
        data = payload["data"]
        assert (data["job_id"], data["status"]) == (job["job_id"], "COMPLETED")
        assert data["counts"] == job["counts"]
        assert api.get(data["links"]["job"])["status"] == "COMPLETED"
        wait_until(
            lambda: deliveries_of(api, webhook)[0]["status"] == "DELIVERED", "it is delivered"
        )
        [delivery] = deliveries_of(api, webhook)
        assert delivery["last_attempt"]["response_status"] == 200
        assert len(receiver.requests) == 1


def test_plan_is_an_event_and_its_apply_another(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        planned = make_plan(api, CONTENT)
        [received] = receiver.wait_for(1, WAIT_SECONDS)
        payload: Any = received.verify(webhook["secret"])
        assert payload["type"] == "import.planned"
        data = payload["data"]
        assert (data["job_id"], data["status"]) == (planned["job_id"], "PLANNED")
        assert data["plan"] == planned["plan"]
        assert data["plan"]["counts"]["created"] == 20
        apply(api, planned["job_id"])
        applied: Any = receiver.wait_for(2, WAIT_SECONDS)[1].verify(webhook["secret"])
        assert (applied["type"], applied["data"]["counts"]["created"]) == ("import.completed", 20)


def test_failed_and_cancelled_imports_are_events(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        failed = api.follow(api.begin(b"nothing,here\n1,2\n")).job
        cancelled = api.announce(len(CONTENT))
        api.call("POST", f"/imports/{cancelled['job_id']}/cancel")
        received: list[Any] = [
            r.verify(webhook["secret"]) for r in receiver.wait_for(2, WAIT_SECONDS)
        ]
        data_of = {payload["type"]: payload["data"] for payload in received}
        assert data_of["import.failed"]["error"] == failed["error"]
        assert data_of["import.cancelled"]["job_id"] == cancelled["job_id"]


def test_edits_reach_webhooks_that_name_them_and_an_import_is_one_event(
    api: Api, catalogue: Catalogue
) -> None:
    named = ["product.created", "product.updated", "product.deleted"]
    with (
        receiving() as receiver,
        receiving() as all_else,
        subscribed(api, receiver, event_types=["*", *named]) as webhook,
        subscribed(api, all_else),
    ):
        made = api.call("POST", "/products", json={"sku": "EDIT-1", "name": "Lamp"}).json()
        path = f"/products/{made['id']}"
        api.call("PATCH", path, json={"name": "Bulb"}, headers=MERGE_PATCH)
        assert api.call("DELETE", path).status_code == 204
        receiver.wait_for(3, WAIT_SECONDS)
        api.complete(CONTENT)
        received = receiver.wait_for(4, WAIT_SECONDS)
        payloads: list[Any] = [r.verify(webhook["secret"]) for r in received]
        assert sorted(payload["type"] for payload in payloads) == [
            "import.completed",
            *sorted(named),
        ]
        [only] = all_else.wait_for(1, WAIT_SECONDS)
        assert '"import.completed"' in only.body


def test_bulk_delete_is_one_event(api: Api, catalogue: Catalogue) -> None:
    api.complete(CONTENT)
    with (
        receiving() as receiver,
        subscribed(api, receiver, event_types=["products.deleted", "product.deleted"]) as webhook,
    ):
        job = api.follow(api.begin_delete(all=True)).job
        [received] = receiver.wait_for(1, WAIT_SECONDS)
        payload: Any = received.verify(webhook["secret"])
        assert payload["type"] == "products.deleted"
        assert payload["data"]["job_id"] == job["job_id"]
        assert payload["data"]["counts"] == {"deleted": 20, "skipped": 0}
        assert payload["data"]["links"] == {"job": f"/jobs/{job['job_id']}"}


def test_export_is_one_event_with_the_link_to_its_file(api: Api, catalogue: Catalogue) -> None:
    api.complete(CONTENT)
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        job_id = api.begin_export()
        [received] = receiver.wait_for(1, WAIT_SECONDS)
        payload: Any = received.verify(webhook["secret"])
        assert payload["type"] == "export.completed"
        assert payload["data"]["counts"] == {"exported": 20}
        link = payload["data"]["links"]["file"]
        assert link == f"/exports/{job_id}/file"
        assert api.call("GET", link, allow_redirects=False).status_code == 303


def test_event_of_an_edit_reaches_who_asked_for_it_by_name(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    """Written as an edit's transaction does; the drain takes it from there."""
    product = {name: PRODUCT_EXAMPLE[name] for name in IN_EVENTS}
    data = product | {"links": {"self": "/products/1"}, "changed": ["name"]}
    event = make_event("product.updated", data, datetime.now(UTC))
    with (
        receiving() as named,
        receiving() as all_else,
        subscribed(api, named, event_types=["product.updated"]),
        subscribed(api, all_else),
    ):
        with (
            contextlib.closing(psycopg2.connect(catalogue.database.dsn)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            publish(cursor, event)
        emulator.invoke("DrainEvents", {})
        named.wait_for(1, WAIT_SECONDS)
        assert catalogue.query("SELECT count(*) FROM events") == [(0,)]
        assert all_else.requests == []
