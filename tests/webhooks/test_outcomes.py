"""The next state of a delivery and its webhook after an attempt."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.webhooks.delivery.backoff import DELAYS, MAX_ATTEMPTS
from chalicelib.webhooks.delivery.outcomes import FAILING, GONE, SLOW_FOR, Decision, decide
from chalicelib.webhooks.models import WAKE_GRACE, Attempt, Delivery, Message, Webhook
from tests.fakes.webhooks import NOW, make_attempt, make_import_event, make_webhook

CODES = [
    "bad_status",
    "redirect",
    "timeout",
    "dns_error",
    "connection_refused",
    "connection_error",
    "tls_error",
    "protocol_error",
    "blocked_address",
]


def _claimed(webhook: Webhook, failures: int = 0) -> Delivery:
    delivery = Delivery.of(Message.of(make_import_event()), webhook, NOW)
    return replace(delivery, attempts=failures + 1, failures=failures)


def _decide(attempt: Attempt, failures: int = 0, webhook: Webhook | None = None) -> Decision:
    webhook = webhook or make_webhook()
    return decide(_claimed(webhook, failures), webhook, attempt, NOW, jitter=0, scale=1)


def test_success_ends_the_delivery() -> None:
    attempt = make_attempt("ok")
    decision = _decide(attempt, 3)
    delivery = decision.delivery
    assert (delivery.status, delivery.finished_at, delivery.wake_at) == ("DELIVERED", NOW, None)
    assert delivery.last == attempt
    assert (decision.disabled, decision.queue_seconds) == (None, None)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("failures", range(MAX_ATTEMPTS - 1))
def test_a_failure_schedules_the_next_attempt(code: str, failures: int) -> None:
    decision = _decide(make_attempt(code), failures)
    delivery, wait = decision.delivery, DELAYS[failures]
    assert (delivery.status, delivery.failures) == ("PENDING", failures + 1)
    assert delivery.due_at == NOW + wait
    assert decision.disabled is None


@pytest.mark.parametrize("failures", range(MAX_ATTEMPTS - 1))
def test_short_delays_use_the_queue_and_long_ones_the_sweep(failures: int) -> None:
    decision, wait = _decide(make_attempt(), failures), DELAYS[failures]
    if wait <= timedelta(minutes=15):
        assert decision.queue_seconds == wait.total_seconds()
        assert decision.delivery.wake_at == NOW + wait + WAKE_GRACE, "in case the queue loses it"
    else:
        assert decision.queue_seconds is None
        assert decision.delivery.wake_at == NOW + wait


def test_the_last_failure_ends_the_delivery() -> None:
    delivery = _decide(make_attempt(), MAX_ATTEMPTS - 1).delivery
    assert (delivery.status, delivery.failures) == ("FAILED", MAX_ATTEMPTS)
    assert (delivery.finished_at, delivery.wake_at) == (NOW, None)


@pytest.mark.parametrize(
    ("status", "honored"), [(429, True), (503, True), (500, False), (404, False)]
)
def test_retry_after_is_honored_only_with_429_and_503(status: int, honored: bool) -> None:
    attempt = make_attempt(response_status=status, retry_after="600")
    wait = _decide(attempt).delivery.due_at - NOW
    assert wait == (timedelta(seconds=600) if honored else DELAYS[0])


def test_410_disables_the_webhook() -> None:
    decision = _decide(make_attempt("gone", response_status=410))
    assert decision.delivery.status == "FAILED"
    assert decision.disabled == GONE


def test_failing_since_is_the_first_failure_after_a_success() -> None:
    assert _decide(make_attempt()).health.failing_since == NOW
    since = NOW - timedelta(days=1)
    failing = make_webhook(failing_since=since)
    assert _decide(make_attempt(), webhook=failing).health.failing_since == since
    assert _decide(make_attempt("ok"), webhook=failing).health.failing_since is None


def test_a_webhook_failing_for_five_days_is_disabled() -> None:
    almost = make_webhook(failing_since=NOW - timedelta(days=5) + timedelta(seconds=1))
    assert _decide(make_attempt(), 2, almost).disabled is None
    failing = make_webhook(failing_since=NOW - timedelta(days=5))
    decision = _decide(make_attempt(), 2, failing)
    assert decision.disabled == FAILING
    assert decision.delivery.status == "FAILED"
    assert _decide(make_attempt("ok"), 2, failing).disabled is None


@pytest.mark.parametrize("failures", [0, 1])
def test_a_single_failure_long_after_the_last_does_not_disable(failures: int) -> None:
    stale = make_webhook(failing_since=NOW - timedelta(days=50))
    decision = _decide(make_attempt(), failures, stale)
    assert (decision.disabled, decision.delivery.status) == (None, "PENDING")


def test_a_slow_response_marks_the_receiver_as_slow() -> None:
    slow = _decide(make_attempt("ok", duration_ms=2_001)).health.slow_until
    assert slow == NOW + SLOW_FOR
    known = make_webhook(slow_until=slow)
    assert known.is_slow
    assert _decide(make_attempt("ok", duration_ms=9), webhook=known).health.slow_until == slow
    assert _decide(make_attempt("ok", duration_ms=9)).health.slow_until is None


@pytest.mark.parametrize("code", ["ok", "bad_status"])
def test_a_receiver_stays_slow_until_a_quick_response(code: str) -> None:
    known = make_webhook(slow_until=NOW)
    assert known.is_slow, "time alone shows nothing"
    assert _decide(make_attempt(code, duration_ms=9), webhook=known).health.slow_until is None
    still = _decide(make_attempt(code, duration_ms=2_001), webhook=known).health.slow_until
    assert still == NOW + SLOW_FOR


@pytest.mark.parametrize(
    ("types", "kind", "is_subscribed"),
    [
        (("*",), "import.completed", True),
        (("*",), "products.deleted", True),
        (("*",), "product.created", False),
        (("*", "product.created"), "product.created", True),
        (("import.failed",), "import.failed", True),
        (("import.failed",), "import.completed", False),
        (("product.updated",), "product.updated", True),
    ],
)
def test_edit_events_go_only_to_webhooks_that_name_them(
    types: tuple[str, ...], kind: str, is_subscribed: bool
) -> None:
    assert make_webhook(event_types=types).wants(kind) == is_subscribed
