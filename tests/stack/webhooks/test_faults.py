"""Every message is delivered, whatever fails: its receiver, another receiver or a worker."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import pytest

from infra.local.stack import Addresses, local_target
from infra.packaging.package import ROOT
from tests.fakes.receiver import Exchange, answer, receiving, silence
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.reach import needs_this_machine
from tests.stack.webhooks.subscribing import CONTENT, WAIT_SECONDS, deliveries_of, subscribed

pytestmark = [pytest.mark.stack, needs_this_machine]


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
        [received] = receiver.wait_for(1, WAIT_SECONDS)
        received.verify(webhook["secret"])
        path = delivery["links"]["self"]
        wait_until(lambda: api.get(path)["status"] == "DELIVERED", "it is delivered")
        log = api.get(path)["log"]
        assert log[0]["code"] == "ok"
        assert {attempt["code"] for attempt in log[1:]} == {"connection_refused"}


_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from chalicelib.bootstrap import services
from chalicelib.events.queue import EventsQueue
from chalicelib.jobs.transitions import request_cancel

EventsQueue.send = lambda self, events: os.kill(os.getpid(), signal.SIGKILL)
now = datetime.now(UTC)
services().jobs.update(sys.argv[1], lambda job: request_cancel(job, now), now)
"""


def test_event_of_an_end_is_not_lost_though_the_process_is_killed_in_between(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    """The process dies after it has stored the job's end, before it sends the event."""
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
        payload: Any = receiver.wait_for(1, WAIT_SECONDS)[0].verify(webhook["secret"])
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


@pytest.mark.wiring
def test_receiver_that_is_gone_disables_its_webhook(api: Api, catalogue: Catalogue) -> None:
    with receiving(answer(410)) as receiver, subscribed(api, receiver) as webhook:
        api.complete(CONTENT)
        path = webhook["links"]["self"]
        wait_until(lambda: not api.get(path)["enabled"], "it is disabled")
        assert api.get(path)["disabled"]["code"] == "gone"


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
        dead.wait_for(1, 3 * WAIT_SECONDS)
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
        receiver.wait_for(20, WAIT_SECONDS)
        receiver.stop()
        time.sleep(1)
        receiver.start(port)

        def statuses() -> list[str]:
            path = f"/webhooks/{webhook['webhook_id']}/deliveries?limit=100"
            return [delivery["status"] for delivery in api.get(path)["items"]]

        wait_until(lambda: statuses() == ["DELIVERED"] * 60, "all are delivered", 240)
        taken = {r.headers["webhook-id"] for r in receiver.requests}
        assert len(taken) == 60
