"""Webhooks of the deployed stack: a real receiver, signatures, retries, crashes, test calls."""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest

from chalicelib.events.drain import publish
from chalicelib.events.models import make_event
from infra.local.stack import Addresses, local_target
from infra.package import ROOT
from tests.fakes.receiver import (
    Behaviour,
    Exchange,
    Receiver,
    answer,
    drip_body,
    drip_head,
    huge_body,
    receiving,
    reset,
    silence,
)
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, read_problem
from tests.stack.emulator import Emulator
from tests.stack.files import make_numbered

pytestmark = pytest.mark.stack

CONTENT = make_numbered(range(20))
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
_WAIT_SECONDS = 30.0


@pytest.fixture(autouse=True)
def nothing_left_to_tell(emulator: Emulator) -> None:
    """A webhook is told what is still on its way when it is made: let it be nothing of others'."""
    emulator.wait_until_told()


@contextlib.contextmanager
def subscribed(api: Api, receiver: Receiver, **more: Any) -> Iterator[Json]:
    """Yield a new webhook with its secret, and delete it at the end."""
    created = api.call("POST", "/webhooks", json={"url": receiver.url, **more})
    assert created.status_code == 201, created.text
    webhook: Json = created.json()
    try:
        yield webhook
    finally:
        api.call("DELETE", f"/webhooks/{webhook['webhook_id']}")


def deliveries_of(api: Api, webhook: Json) -> list[Json]:
    found: list[Json] = api.get(f"/webhooks/{webhook['webhook_id']}/deliveries")["items"]
    return found


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = _WAIT_SECONDS) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, f"never: {what}"
        time.sleep(0.1)


@pytest.mark.wiring
def test_end_of_an_import_reaches_a_receiver_that_verifies_it(
    api: Api, catalogue: Catalogue
) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        job = api.follow(api.begin(CONTENT)).job
        [received] = receiver.wait_for(1, _WAIT_SECONDS)
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


def test_ends_that_no_import_wanted_are_told_as_well(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        failed = api.follow(api.begin(b"nothing,here\n1,2\n")).job
        cancelled = api.announce(len(CONTENT))
        api.call("POST", f"/imports/{cancelled['job_id']}/cancel")
        received: list[Any] = [
            r.verify(webhook["secret"]) for r in receiver.wait_for(2, _WAIT_SECONDS)
        ]
        told = {payload["type"]: payload["data"] for payload in received}
        assert told["import.failed"]["error"] == failed["error"]
        assert told["import.cancelled"]["job_id"] == cancelled["job_id"]


@pytest.mark.wiring
def test_retry_succeeds_when_the_receiver_is_back(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        port = receiver.port
        receiver.stop()
        api.complete(CONTENT)
        wait_until(
            lambda: any(d["last_attempt"] for d in deliveries_of(api, webhook)), "an attempt failed"
        )
        [delivery] = deliveries_of(api, webhook)
        assert delivery["status"] == "PENDING"
        assert delivery["last_attempt"]["code"] == "connection_refused"
        assert delivery["next_attempt_at"] is not None
        receiver.start(port)
        [received] = receiver.wait_for(1, _WAIT_SECONDS)
        received.verify(webhook["secret"])
        path = delivery["links"]["self"]
        wait_until(lambda: api.get(path)["status"] == "DELIVERED", "it is delivered")
        log = api.get(path)["log"]
        assert log[0]["code"] == "ok"
        assert {attempt["code"] for attempt in log[1:]} == {"connection_refused"}


_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from chalicelib.events.queue import EventsQueue
from chalicelib.jobs.store import get_job_store

EventsQueue.send = lambda self, events: os.kill(os.getpid(), signal.SIGKILL)
get_job_store().request_cancel(sys.argv[1], datetime.now(UTC))
"""


def test_event_of_an_end_is_not_lost_though_the_process_is_killed_in_between(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    """The job's end is written, its process dies before it has told anybody."""
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        job_id = api.announce(len(CONTENT))["job_id"]
        environment = _environment_of_the_api(emulator.addresses)
        done = subprocess.run(
            [sys.executable, "-c", _KILLED, job_id], cwd=ROOT, env=environment, check=False
        )
        assert done.returncode == -9
        assert api.get(f"/jobs/{job_id}")["status"] == "CANCELLED"
        assert receiver.requests == []
        wait_until(
            lambda: emulator.invoke("SweepDeliveries", {})["events"] > 0 or bool(receiver.requests),
            "the event is found in the outbox",
        )
        payload: Any = receiver.wait_for(1, _WAIT_SECONDS)[0].verify(webhook["secret"])
        assert (payload["type"], payload["data"]["job_id"]) == ("import.cancelled", job_id)


def _environment_of_the_api(addresses: Addresses) -> dict[str, str]:
    target = local_target(addresses.endpoint_url)
    resource = target.client("cloudformation").describe_stack_resource(
        StackName=target.stack_name, LogicalResourceId="APIHandler"
    )["StackResourceDetail"]
    found = target.client("lambda").get_function_configuration(
        FunctionName=resource["PhysicalResourceId"]
    )
    return {
        "PATH": os.environ["PATH"],
        "NO_PROXY": "127.0.0.1,localhost",
        "AWS_ENDPOINT_URL": addresses.endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": target.region,
        **found["Environment"]["Variables"],
    }


BEHAVIOURS: list[tuple[Behaviour, str]] = [
    (answer(204), "ok"),
    (answer(500, b"no"), "bad_status"),
    (answer(302, Location="http://169.254.169.254/"), "redirect"),
    (drip_head, "timeout"),
    (drip_body, "timeout"),
    (silence(20), "timeout"),
    (huge_body, "ok"),
    (reset, "connection_error"),
]


def test_test_calls_answer_within_the_gateways_limit_whatever_the_receiver_does(api: Api) -> None:
    # All at once, for three of them take the 15 seconds that a receiver is given.
    with ThreadPoolExecutor(len(BEHAVIOURS)) as pool:
        for call in [pool.submit(_call_receiver, api, *case) for case in BEHAVIOURS]:
            call.result()


def _call_receiver(api: Api, behaviour: Behaviour, code: str) -> None:
    with receiving(behaviour) as receiver, subscribed(api, receiver, enabled=False) as webhook:
        started = time.monotonic()
        answered = api.call("POST", webhook["links"]["test"])
        assert time.monotonic() - started < 25
        result = answered.json()
        assert answered.status_code == 200, answered.text
        assert result["code"] == code
        assert result["message"]
        assert len(result["body"] or "") <= 4096
        [received] = receiver.requests
        payload: Any = received.verify(webhook["secret"])
        assert payload["type"] == "webhook.test"


def test_test_call_of_a_port_where_nothing_listens(api: Api) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        receiver.stop()
        result = api.call("POST", webhook["links"]["test"]).json()
        assert (result["code"], result["status_code"]) == ("connection_refused", None)


def test_rotated_secrets_both_verify(api: Api) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        rotated = api.call("POST", f"/webhooks/{webhook['webhook_id']}/rotate-secret").json()
        assert rotated["secret"] != webhook["secret"]
        api.call("POST", webhook["links"]["test"])
        [received] = receiver.requests
        received.verify(webhook["secret"])
        received.verify(rotated["secret"])


def test_delivery_and_a_window_of_time_are_replayed(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        api.complete(CONTENT)
        receiver.wait_for(1, _WAIT_SECONDS)
        wait_until(
            lambda: deliveries_of(api, webhook)[0]["status"] == "DELIVERED", "it is delivered"
        )
        [delivery] = deliveries_of(api, webhook)
        assert api.call("POST", delivery["links"]["replay"]).status_code == 202
        receiver.wait_for(2, _WAIT_SECONDS)
        wait_until(
            lambda: deliveries_of(api, webhook)[0]["status"] == "DELIVERED", "it is delivered again"
        )
        asked = {"since": "2026-01-01T00:00:00Z"}
        begun = api.call("POST", f"/webhooks/{webhook['webhook_id']}/replay", json=asked)
        assert begun.status_code == 202, begun.text
        first, second, third = receiver.wait_for(3, _WAIT_SECONDS)
        ids = {r.headers["webhook-id"] for r in (first, second, third)}
        assert len(ids) == 1


def test_what_a_disabled_webhook_missed_is_replayed(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver, enabled=False) as webhook:
        api.complete(CONTENT)
        wait_until(lambda: bool(deliveries_of(api, webhook)), "it is in the log")
        [missed] = deliveries_of(api, webhook)
        assert (missed["status"], missed["cancel_reason"]) == ("CANCELLED", "webhook_disabled")
        path = webhook["links"]["self"]
        asked = {"since": "2026-01-01T00:00:00Z", "status": "CANCELLED"}
        refused = api.call("POST", f"{path}/replay", json=asked)
        read_problem(refused, 409, "webhook_disabled")
        assert api.call("PATCH", path, json={"enabled": True}).status_code == 200
        assert api.call("POST", f"{path}/replay", json=asked).status_code == 202
        [received] = receiver.wait_for(1, _WAIT_SECONDS)
        assert received.headers["webhook-id"] == missed["message_id"]
        received.verify(webhook["secret"])


@pytest.mark.wiring
def test_receiver_that_is_gone_disables_its_webhook(api: Api, catalogue: Catalogue) -> None:
    with receiving(answer(410)) as receiver, subscribed(api, receiver) as webhook:
        api.complete(CONTENT)
        path = webhook["links"]["self"]
        wait_until(lambda: not api.get(path)["enabled"], "it is disabled")
        assert api.get(path)["disabled"]["code"] == "gone"


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/", "http://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/x"],
)
def test_url_that_leads_inside_is_refused(url: str, api: Api) -> None:
    refused = api.call("POST", "/webhooks", json={"url": url})
    problem = read_problem(refused, 422, "invalid_body")
    assert problem["errors"][0]["field"] == "url"


def test_edits_through_the_api_reach_who_asked_for_them_by_name_and_an_import_is_one_event(
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
        receiver.wait_for(3, _WAIT_SECONDS)
        api.complete(CONTENT)
        received = receiver.wait_for(4, _WAIT_SECONDS)
        told: list[Any] = [r.verify(webhook["secret"]) for r in received]
        assert sorted(payload["type"] for payload in told) == ["import.completed", *sorted(named)]
        [only] = all_else.wait_for(1, _WAIT_SECONDS)
        assert '"import.completed"' in only.body


def test_bulk_delete_is_one_event(api: Api, catalogue: Catalogue) -> None:
    api.complete(CONTENT)
    with (
        receiving() as receiver,
        subscribed(api, receiver, event_types=["products.deleted", "product.deleted"]) as webhook,
    ):
        job = api.follow(api.begin_delete(all=True)).job
        [received] = receiver.wait_for(1, _WAIT_SECONDS)
        payload: Any = received.verify(webhook["secret"])
        assert payload["type"] == "products.deleted"
        assert payload["data"]["job_id"] == job["job_id"]
        assert payload["data"]["counts"] == {"deleted": 20, "skipped": 0}
        assert payload["data"]["links"] == {"job": f"/jobs/{job['job_id']}"}


def test_dead_receiver_delays_nobody_and_a_burst_is_delivered_whole(
    api: Api, emulator: Emulator
) -> None:
    """Were the workers shared, the dead one's messages alone would take a minute."""
    with (
        receiving(silence(16)) as dead,
        receiving() as receiver,
        subscribed(api, dead, event_types=["import.cancelled"]),
        subscribed(api, receiver, event_types=["import.failed"]) as webhook,
    ):
        emulator.publish("import.cancelled", 200)
        dead.wait_for(1, 3 * _WAIT_SECONDS)
        emulator.publish("import.failed", 20)
        received = receiver.wait_for(20, 45)
        assert len({r.headers["webhook-id"] for r in received}) == 20
        wait_until(
            lambda: {d["status"] for d in deliveries_of(api, webhook)} == {"DELIVERED"},
            "all are delivered",
        )


def test_every_message_comes_though_the_receiver_fails_is_slow_and_is_killed_once(
    api: Api, emulator: Emulator
) -> None:
    """The load of the benchmark, small: it has 10,000 of them and the numbers."""
    chance, failed = random.Random(4), Counter[str]()

    def falter(exchange: Exchange) -> None:
        fate, name = chance.random(), exchange.headers["webhook-id"]
        failed[name] += fate < 0.3
        if fate < 0.3 and failed[name] < 3:  # the waits after that are long, at this scale as well
            return answer(500)(exchange)
        return (silence(2.5) if fate < 0.35 else answer(200))(exchange)

    with (
        receiving(falter) as receiver,
        subscribed(api, receiver, event_types=["import.cancelled"]) as webhook,
    ):
        port = receiver.port
        emulator.publish("import.cancelled", 60)
        receiver.wait_for(20, _WAIT_SECONDS)
        receiver.stop()
        time.sleep(1)
        receiver.start(port)

        def statuses() -> list[str]:
            path = f"/webhooks/{webhook['webhook_id']}/deliveries?limit=100"
            return [delivery["status"] for delivery in api.get(path)["items"]]

        wait_until(lambda: statuses() == ["DELIVERED"] * 60, "all are delivered", 240)
        taken = {r.headers["webhook-id"] for r in receiver.requests}
        assert len(taken) == 60


def test_event_of_an_edit_reaches_who_asked_for_it_by_name(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    """Written as an edit's transaction does; the drain takes it from there."""
    event = make_event("product.updated", {"sku": "A"}, datetime.now(UTC))
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
        named.wait_for(1, _WAIT_SECONDS)
        assert catalogue.query("SELECT count(*) FROM events") == [(0,)]
        assert all_else.requests == []


def test_no_secret_is_in_any_log(api: Api, emulator: Emulator) -> None:
    """Of all the tests before, and of the calls of this one."""
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        api.call("POST", f"/webhooks/{webhook['webhook_id']}/rotate-secret")
        api.call("POST", webhook["links"]["test"])
    assert emulator.log_entries(step="send_test"), "there are logs"
    assert [line for line in emulator.log_lines() if "whsec_" in line] == []
