"""The contract of every store of keys."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib.keys.store import KeyExistsError, KeyStore
from tests.fakes.aws import KEYS_TABLE
from tests.fakes.keys import NOW, keep_key, make_key

LATER = NOW + timedelta(minutes=5)


def test_a_key_is_read_back_as_it_was_created(store: KeyStore) -> None:
    key = make_key(
        scopes=("products:read", "imports:write"),
        name="Größe „L“",
        expires_at=LATER,
        last_used_at=NOW,
    )
    store.create(key)
    assert store.get(key.key_id) == key


def test_a_key_id_is_unique(store: KeyStore) -> None:
    key = make_key()
    store.create(key)
    with pytest.raises(KeyExistsError):
        store.create(make_key(key_id=key.key_id, name="another"))
    assert store.get(key.key_id) == key


@pytest.mark.parametrize("key_id", ["key_" + "1" * 26, "first", "", "key_", "x" * 3000])
def test_a_missing_key_is_none(store: KeyStore, key_id: str) -> None:
    assert store.get(key_id) is None
    assert store.revoke(key_id, NOW) is None


def test_only_one_key_is_ever_first(store: KeyStore) -> None:
    first, second = make_key(), make_key()
    assert store.create_first(first)
    store.revoke(first.key_id, NOW)
    assert not store.create_first(second)
    assert store.get(second.key_id) is None


def test_a_first_key_with_a_taken_id_records_nothing(store: KeyStore) -> None:
    key = make_key()
    store.create(key)
    assert not store.create_first(key)
    assert store.create_first(make_key())


def test_the_record_of_a_first_key_is_not_listed(store: KeyStore) -> None:
    before, _ = store.list_keys(10, None)
    key = make_key()
    assert store.create_first(key)
    assert [listed for listed in store.list_keys(10, None)[0] if listed not in before] == [key]


def test_keys_are_listed_newest_first_over_pages(store: KeyStore) -> None:
    made = [
        keep_key(store, "products:read", created_at=LATER + timedelta(seconds=n)).key_id
        for n in range(5)
    ]
    first, after = store.list_keys(2, None)
    second, later = store.list_keys(2, after)
    listed = [key.key_id for key in (*first, *second)]
    assert listed == made[:0:-1]
    assert (after, later) == (made[3], made[1])


def test_the_last_page_has_no_next_one(store: KeyStore) -> None:
    count = len(store.list_keys(100, None)[0])
    made = keep_key(store, "products:read", created_at=LATER)
    assert store.list_keys(count + 1, None)[1] is None
    page, after = store.list_keys(1, None)
    assert [key.key_id for key in page] == [made.key_id]
    assert (after is None) == (count == 0)


def test_a_key_is_revoked_once(store: KeyStore) -> None:
    token = keep_key(store, "products:read")
    first = store.revoke(token.key_id, NOW)
    again = store.revoke(token.key_id, LATER)
    assert first is not None
    assert first.revoked_at == NOW
    assert again == first == store.get(token.key_id)


def test_the_last_use_only_moves_forward(store: KeyStore) -> None:
    token = keep_key(store, "products:read")
    for time in (LATER, NOW):
        store.note_use(token.key_id, time)
    found = store.get(token.key_id)
    assert found is not None
    assert found.last_used_at == LATER


def test_recording_the_use_of_a_missing_key_does_not_create_it(store: KeyStore) -> None:
    missing = make_key()
    store.note_use(missing.key_id, NOW)
    assert store.get(missing.key_id) is None


def test_only_revoked_and_expiring_keys_are_removed(keys: KeyStore) -> None:
    expiring = keep_key(keys, "products:read", expires_at=LATER)
    revoked = keep_key(keys, "products:read", expires_at=LATER + timedelta(days=900))
    lasting = keep_key(keys, "products:read")
    keys.revoke(revoked.key_id, NOW)
    items = boto3.client("dynamodb").scan(TableName=KEYS_TABLE)["Items"]
    ttl = {item["key_id"]["S"]: item.get("ttl", {"N": "0"})["N"] for item in items}
    month = timedelta(days=30)
    assert int(ttl[expiring.key_id]) == int((LATER + month).timestamp())
    assert int(ttl[revoked.key_id]) == int((NOW + month).timestamp())
    assert ttl[lasting.key_id] == "0"


def test_a_key_may_expire_in_the_year_9999(keys: KeyStore) -> None:
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    made = keep_key(keys, "products:read", expires_at=never)
    found = keys.get(made.key_id)
    assert found
    assert found.expires_at == never


def test_no_secret_is_stored(keys: KeyStore) -> None:
    token = keep_key(keys, "products:read")
    assert token.secret not in str(boto3.client("dynamodb").scan(TableName=KEYS_TABLE))
