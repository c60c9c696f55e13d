"""Whose attempts may begin."""

import pytest

from chalicelib.webhooks.delivery.circuit_breaker import Gates


@pytest.fixture
def gates() -> Gates:
    return Gates(first=1, most=3)


def _begin(gates: Gates, webhook_id: str) -> int:
    """Begin as many attempts as may be; return how many."""
    begun = 0
    while gates.may_begin(webhook_id) and begun < 99:
        gates.begin(webhook_id)
        begun += 1
    return begun


def test_a_receiver_gets_one_hand_until_it_has_answered(gates: Gates) -> None:
    assert _begin(gates, "wh_1") == 1
    gates.end("wh_1", has_answered=True)
    assert _begin(gates, "wh_1") == 3


def test_an_end_without_an_answer_earns_nothing(gates: Gates) -> None:
    _begin(gates, "wh_1")
    gates.end("wh_1", has_answered=False)
    assert _begin(gates, "wh_1") == 1


def test_one_receiver_does_not_keep_another_waiting(gates: Gates) -> None:
    _begin(gates, "wh_1")
    assert _begin(gates, "wh_2") == 1


def test_what_waits_for_a_slow_receiver_is_not_held_up(gates: Gates) -> None:
    _begin(gates, "wh_1")
    assert not gates.is_open("wh_1")
    gates.open("wh_1")
    assert gates.is_open("wh_1")
    assert _begin(gates, "wh_1") == 99
