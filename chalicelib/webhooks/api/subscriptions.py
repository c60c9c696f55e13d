"""Create and change webhooks as their owner requests, and rotate their secrets."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.times import format_time
from chalicelib.webhooks.api.lookup import webhook_not_found_problem
from chalicelib.webhooks.api.requests import CreateWebhook
from chalicelib.webhooks.models import Secret, Webhook
from chalicelib.webhooks.sending.addresses import InvalidUrlError, parse_url
from chalicelib.webhooks.sending.dns import resolve_host
from chalicelib.webhooks.sending.errors import AttemptFailedError
from chalicelib.webhooks.sending.signing import MAX_SECRETS, make_secret, rotate_secrets
from chalicelib.webhooks.store import (
    MOST_WEBHOOKS,
    TooManyWebhooksError,
    WebhookMissingError,
    WebhookStore,
)

_RESOLVE_SECONDS = 5.0


def validate_url(text: str, *, allow_loopback: bool) -> str:
    """Return the normalized URL, its host resolved and checked; raises ProblemError 422."""
    try:
        target = parse_url(text, allow_loopback=allow_loopback)
        resolve_host(target, allow_loopback=allow_loopback, seconds=_RESOLVE_SECONDS)
    except InvalidUrlError as error:
        raise _url_problem("url_refused", str(error)) from error
    except AttemptFailedError as error:
        raise _url_problem(error.code, error.message) from error
    return target.url


def add_webhook(
    webhooks: WebhookStore, asked: CreateWebhook, url: str, webhook_id: str, secret: Secret
) -> dict[str, Any]:
    """Store a new webhook with this validated URL and secret.

    Returns what an idempotent repeat may know of the result: the id, not the secret.
    Raises ProblemError 409 when there are too many webhooks.
    """
    now = secret.created_at
    webhook = Webhook(
        webhook_id=webhook_id,
        url=url,
        event_types=tuple(asked.event_types),
        description=asked.description,
        enabled=asked.enabled,
        secrets=(secret,),
        created_at=now,
        updated_at=now,
    )
    try:
        webhooks.create(webhook)
    except TooManyWebhooksError as error:
        detail = f"At most {MOST_WEBHOOKS} webhooks are allowed. Delete one first."
        raise ProblemError(409, "too_many_webhooks", detail) from error
    return {"webhook_id": webhook_id}


def rotate_webhook_secret(
    webhooks: WebhookStore, webhook_id: str, secret: Secret
) -> dict[str, Any]:
    """Give the webhook a new secret; the old ones stay valid for a while.

    Returns what an idempotent repeat may know of the result: the time, not the secret.
    Raises ProblemError 409 when too many secrets are active.
    """
    now = secret.created_at

    def change(webhook: Webhook) -> Webhook:
        secrets = rotate_secrets(webhook.secrets, secret)
        if len(secrets) > MAX_SECRETS:
            detail = f"At most {MAX_SECRETS} secrets can be active. Wait until one expires."
            raise ProblemError(409, "too_many_secrets", detail)
        return replace(webhook, secrets=secrets, updated_at=now)

    webhooks.change(webhook_id, change)
    return {"rotated_at": format_time(now)}


def new_secret() -> Secret:
    """Return a new secret created now."""
    return make_secret(_now())


def update_webhook(webhooks: WebhookStore, webhook_id: str, given: dict[str, Any]) -> Webhook:
    """Change the given fields and return the webhook; raises ProblemError 404 if it's gone."""
    now = _now()

    def change(webhook: Webhook) -> Webhook:
        changed = replace(webhook, **given)
        return webhook if changed == webhook else replace(changed, updated_at=now)

    try:
        return webhooks.change(webhook_id, change)
    except WebhookMissingError as error:
        raise webhook_not_found_problem() from error


def _now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _url_problem(code: str, message: str) -> ProblemError:
    problem = FieldProblem("url", code, message)
    return ProblemError(422, "invalid_body", "The URL is not allowed.", [problem])
