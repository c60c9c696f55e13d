"""Signatures by the Standard Webhooks specification, and the secrets that make them."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook as Signer

from chalicelib.webhooks.models import Secret

PREFIX = "whsec_"
KEPT_FOR = timedelta(hours=24)  # an old secret signs beside the new one so long
MOST_SECRETS = 5  # that sign at once; every one makes the header longer
_SECRET_BYTES = 32


def make_secret(now: datetime) -> Secret:
    """Return a new secret."""
    return Secret(PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(), now)


def rotate(old: Sequence[Secret], new: Secret) -> tuple[Secret, ...]:
    """Return the secrets after a rotation: the new one, and the old ones that still sign."""
    now = new.created_at
    kept = [s if s.expires_at else replace(s, expires_at=now + KEPT_FOR) for s in old]
    return (new, *(s for s in kept if s.expires_at and s.expires_at > now))


def sign(signers: Sequence[str], message_id: str, payload: str, now: datetime) -> dict[str, str]:
    """Return the headers of a signed message: one signature for each secret, the newest first."""
    at = now.astimezone(UTC)
    signatures = [Signer(secret).sign(message_id, at, payload) for secret in signers]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
