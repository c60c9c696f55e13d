"""Limits on the concurrent attempts for each webhook."""

import pytest

from chalicelib.webhooks.delivery.concurrency import ConcurrencyLimits


@pytest.fixture
def limits() -> ConcurrencyLimits:
    return ConcurrencyLimits(first=1, most=3)


def _start(limits: ConcurrencyLimits, webhook_id: str) -> int:
    """Start as many attempts as allowed; return how many."""
    started = 0
    while limits.may_start(webhook_id) and started < 99:
        limits.start(webhook_id)
        started += 1
    return started


def test_a_receiver_gets_one_attempt_until_it_responds(limits: ConcurrencyLimits) -> None:
    assert _start(limits, "wh_1") == 1
    limits.finish("wh_1", has_responded=True)
    assert _start(limits, "wh_1") == 3


def test_an_attempt_without_a_response_does_not_raise_the_limit(limits: ConcurrencyLimits) -> None:
    _start(limits, "wh_1")
    limits.finish("wh_1", has_responded=False)
    assert _start(limits, "wh_1") == 1


def test_one_receiver_does_not_block_another(limits: ConcurrencyLimits) -> None:
    _start(limits, "wh_1")
    assert _start(limits, "wh_2") == 1


def test_a_slow_receiver_has_no_limit(limits: ConcurrencyLimits) -> None:
    _start(limits, "wh_1")
    assert not limits.is_unlimited("wh_1")
    limits.remove_limit("wh_1")
    assert limits.is_unlimited("wh_1")
    assert _start(limits, "wh_1") == 99
