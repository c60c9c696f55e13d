"""The journal is kept for UndoDays, by whole weeks, and then deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.products.journal.slots import expired_slots
from chalicelib.products.journal.sweep import forget_before

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def add_change(catalogue: Connection, at: datetime) -> None:
    with catalogue.cursor() as cursor:
        cursor.execute(
            "INSERT INTO product_changes"
            " (slot, product_id, version, changed_at, changed_by, action)"
            " VALUES (journal_slot(%(at)s), 1, 1, %(at)s, 'key_1', 'create')",
            {"at": at},
        )
        cursor.execute(
            "INSERT INTO product_creations (job_id, part, ids, created_at)"
            " VALUES (%(at)s::text, 0, '{1}', %(at)s)",
            {"at": at},
        )


def list_kept(catalogue: Connection, table: str, column: str) -> list[datetime]:
    with catalogue.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY 1")
        return [at for (at,) in cursor.fetchall()]


def test_changes_are_kept_as_long_as_said_and_at_most_a_week_longer(
    catalogue: Connection,
) -> None:
    times = [NOW - timedelta(days=days) for days in range(0, 100, 3)]
    for at in times:
        add_change(catalogue, at)
    forget_before(catalogue, NOW - timedelta(days=30), NOW)
    kept = list_kept(catalogue, "product_changes", "changed_at")
    assert {at for at in times if at >= NOW - timedelta(days=30)} <= set(kept)
    assert min(kept) > NOW - timedelta(days=37)
    creations = list_kept(catalogue, "product_creations", "created_at")
    assert min(creations) >= NOW - timedelta(days=30)
    assert forget_before(catalogue, NOW - timedelta(days=30), NOW) == 0


@given(st.integers(0, 90), st.integers(0, 10**9), st.integers(0, 111))
def test_slot_of_a_kept_day_is_never_emptied(undo_days: int, seconds: int, age_days: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    at = now - timedelta(days=age_days)
    slot = int(at.timestamp() // 604_800) % 16
    expired = expired_slots(now - timedelta(days=undo_days), now)
    if age_days <= undo_days:
        assert slot not in expired
    elif age_days >= undo_days + 7 and age_days < 105:
        assert slot in expired


@pytest.mark.parametrize("at", ["1970-01-08", "2026-11-25 12:00+03", "2031-02-28 23:59:59.9"])
def test_database_and_expiry_mean_the_same_slot(catalogue: Connection, at: str) -> None:
    with catalogue.cursor() as cursor:
        cursor.execute("SELECT journal_slot(%(at)s::timestamptz), %(at)s::timestamptz", {"at": at})
        ((slot, time),) = cursor.fetchall()
    assert slot == int(time.timestamp() // 604_800) % 16
