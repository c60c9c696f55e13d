"""Secrets: both of two verify while they change, and none is written down."""

import pytest

from tests.fakes.receiver import receiving
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.reach import needs_this_machine
from tests.stack.webhooks.subscribing import subscribed

pytestmark = [pytest.mark.stack, needs_this_machine]


def test_rotated_secrets_both_verify(api: Api) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        rotated = api.call("POST", f"/webhooks/{webhook['webhook_id']}/rotate-secret").json()
        assert rotated["secret"] != webhook["secret"]
        api.call("POST", webhook["links"]["test"])
        [received] = receiver.requests
        received.verify(webhook["secret"])
        received.verify(rotated["secret"])


def test_no_secret_is_in_any_log(api: Api, emulator: Emulator) -> None:
    """Of all the tests before, and of the calls of this one."""
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        api.call("POST", f"/webhooks/{webhook['webhook_id']}/rotate-secret")
        api.call("POST", webhook["links"]["test"])
    assert emulator.log_entries(step="send_test"), "there are logs"
    assert [line for line in emulator.log_lines() if "whsec_" in line] == []
