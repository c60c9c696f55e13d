"""Sign messages as the Standard Webhooks specification says, and rotate signing secrets."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook as Signer

from chalicelib.webhooks.models import Secret

PREFIX = "whsec_"
OVERLAP = timedelta(hours=24)  # how long an old secret still signs after a rotation
MAX_SECRETS = 5  # active at once; each adds a signature to the header
_SECRET_BYTES = 32


def make_secret(now: datetime) -> Secret:
    """Return a new secret."""
    return Secret(PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(), now)


def rotate_secrets(old: Sequence[Secret], new: Secret) -> tuple[Secret, ...]:
    """Return the secrets after a rotation: the new one and the old ones that haven't expired."""
    now = new.created_at
    kept = [s if s.expires_at else replace(s, expires_at=now + OVERLAP) for s in old]
    return (new, *(s for s in kept if s.expires_at and s.expires_at > now))


def sign(signers: Sequence[str], message_id: str, payload: str, now: datetime) -> dict[str, str]:
    """Return the headers of a signed message: a signature for each secret, newest first."""
    at = now.astimezone(UTC)
    signatures = [Signer(secret).sign(message_id, at, payload) for secret in signers]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
