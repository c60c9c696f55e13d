"""The key that the deploy program creates: with all scopes, before anyone can call the API."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.http.scopes import SCOPES
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyExistsError, KeyStore
from chalicelib.telemetry import Event, logger, worker

issuing = Blueprint(__name__)


@issuing.lambda_function(name="issue_key")
@worker
def issue_key(event: Event, context: Any) -> Event:
    """Store a key with all scopes. Idempotent: a key is stored once, and only one is ever first.

    `event` has the `key_id`, the `name`, the `secret_hash` of a secret that only the deploy program
    has seen, and `only_first`: whether to store the key only if no first key was ever stored.
    """
    keys = services().keys
    key = ApiKey(
        key_id=event["key_id"],
        name=event["name"],
        scopes=SCOPES,
        secret_hash=event["secret_hash"],
        created_at=datetime.now(UTC),
    )
    outcome = "made" if _store(key, keys, only_first=event["only_first"]) else "exists"
    logger.info("audit", action="issue_key", target={"key_id": key.key_id}, outcome=outcome)
    return {"outcome": outcome}


def _store(key: ApiKey, keys: KeyStore, *, only_first: bool) -> bool:
    if only_first:
        return keys.create_first(key)
    try:
        keys.create(key)
    except KeyExistsError:
        return False
    return True
