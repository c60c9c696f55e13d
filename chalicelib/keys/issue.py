"""The key that the deploy program makes: with all scopes, before there is anyone to ask for it."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Blueprint

from chalicelib.http.scopes import SCOPES
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyExistsError, get_key_store
from chalicelib.telemetry import Event, worker

issuing = Blueprint(__name__)


@issuing.lambda_function(name="issue_key")
@worker
def issue_key(event: Event, context: Any) -> Event:
    """Keep a key with all scopes. Safe twice: a key is kept once, and a first key once for ever.

    `event` has its `key_id`, `name` and the `secret_hash` of a secret that only the deploy program
    has seen, and `only_first`: whether it is to be kept only where no first key ever was.
    """
    keys = get_key_store()
    key = ApiKey(
        key_id=event["key_id"],
        name=event["name"],
        scopes=SCOPES,
        secret_hash=event["secret_hash"],
        created_at=datetime.now(UTC),
    )
    if event["only_first"]:
        return {"outcome": "made" if keys.create_first(key) else "exists"}
    try:
        keys.create(key)
    except KeyExistsError:
        return {"outcome": "exists"}
    return {"outcome": "made"}
