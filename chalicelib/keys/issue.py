"""The key that the deploy program makes: with all scopes, before there is anyone to ask for it."""

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
    """Keep a key with all scopes. Safe twice: a key is kept once, and a first key once for ever.

    `event` has its `key_id`, `name` and the `secret_hash` of a secret that only the deploy program
    has seen, and `only_first`: whether it is to be kept only where no first key ever was.
    """
    keys = services().keys
    key = ApiKey(
        key_id=event["key_id"],
        name=event["name"],
        scopes=SCOPES,
        secret_hash=event["secret_hash"],
        created_at=datetime.now(UTC),
    )
    outcome = "made" if _keep(key, keys, only_first=event["only_first"]) else "exists"
    logger.info("audit", action="issue_key", target={"key_id": key.key_id}, outcome=outcome)
    return {"outcome": outcome}


def _keep(key: ApiKey, keys: KeyStore, *, only_first: bool) -> bool:
    if only_first:
        return keys.create_first(key)
    try:
        keys.create(key)
    except KeyExistsError:
        return False
    return True
