"""Whose attempts may begin."""

import pytest

from chalicelib.webhooks.delivery.concurrency import ConcurrencyLimits


@pytest.fixture
def limits() -> ConcurrencyLimits:
    return ConcurrencyLimits(first=1, most=3)


def _start(limits: ConcurrencyLimits, webhook_id: str) -> int:
    """Begin as many attempts as may be; return how many."""
    begun = 0
    while limits.may_start(webhook_id) and begun < 99:
        limits.start(webhook_id)
        begun += 1
    return begun


def test_a_receiver_gets_one_hand_until_it_has_responded(limits: ConcurrencyLimits) -> None:
    assert _start(limits, "wh_1") == 1
    limits.finish("wh_1", has_responded=True)
    assert _start(limits, "wh_1") == 3


def test_an_end_without_an_answer_earns_nothing(limits: ConcurrencyLimits) -> None:
    _start(limits, "wh_1")
    limits.finish("wh_1", has_responded=False)
    assert _start(limits, "wh_1") == 1


def test_one_receiver_does_not_keep_another_waiting(limits: ConcurrencyLimits) -> None:
    _start(limits, "wh_1")
    assert _start(limits, "wh_2") == 1


def test_what_waits_for_a_slow_receiver_is_not_held_up(limits: ConcurrencyLimits) -> None:
    _start(limits, "wh_1")
    assert not limits.is_unlimited("wh_1")
    limits.remove_limit("wh_1")
    assert limits.is_unlimited("wh_1")
    assert _start(limits, "wh_1") == 99
