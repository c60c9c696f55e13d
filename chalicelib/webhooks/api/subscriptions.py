"""What becomes of a webhook by its owner's wish: made, changed, given a new secret."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.times import format_time
from chalicelib.webhooks.api.requests import CreateWebhook
from chalicelib.webhooks.api.views import refuse_missing
from chalicelib.webhooks.delivery.failures import AttemptFailedError
from chalicelib.webhooks.models import Secret, Webhook
from chalicelib.webhooks.sending.addresses import UrlRefusedError, read_url
from chalicelib.webhooks.sending.dns import find_addresses
from chalicelib.webhooks.sending.signing import MOST_SECRETS, make_secret, rotate
from chalicelib.webhooks.store import MOST_WEBHOOKS, TooManyWebhooksError, WebhookMissingError

_RESOLVE_SECONDS = 5.0


def check_url(text: str) -> str:
    """Return the URL in its one spelling, its host resolved; raises ProblemError 422."""
    allow_loopback = services().settings.allows_loopback
    try:
        target = read_url(text, allow_loopback=allow_loopback)
        find_addresses(target, allow_loopback=allow_loopback, seconds=_RESOLVE_SECONDS)
    except UrlRefusedError as error:
        raise _refuse_url("url_refused", str(error)) from error
    except AttemptFailedError as error:
        raise _refuse_url(error.code, error.message) from error
    return target.url


def create(asked: CreateWebhook, webhook_id: str, secret: Secret) -> dict[str, Any]:
    """Keep a new webhook with this secret; return what may be kept of the answer: which it is."""
    now = secret.created_at
    webhook = Webhook(
        webhook_id=webhook_id,
        url=check_url(asked.url),
        event_types=tuple(asked.event_types),
        description=asked.description,
        enabled=asked.enabled,
        secrets=(secret,),
        created_at=now,
        updated_at=now,
    )
    try:
        services().webhooks.create(webhook)
    except TooManyWebhooksError as error:
        detail = f"There are at most {MOST_WEBHOOKS} webhooks; delete one first."
        raise ProblemError(409, "too_many_webhooks", detail) from error
    return {"webhook_id": webhook_id}


def rotate_secret_of(webhook_id: str, secret: Secret) -> dict[str, Any]:
    """Give the webhook a new secret; return what may be kept of the answer: since when it is so."""
    now = secret.created_at

    def change(webhook: Webhook) -> Webhook:
        secrets = rotate(webhook.secrets, secret)
        if len(secrets) > MOST_SECRETS:
            detail = f"{MOST_SECRETS} secrets sign at once at most; wait until one expires."
            raise ProblemError(409, "too_many_secrets", detail)
        return replace(webhook, secrets=secrets, updated_at=now)

    services().webhooks.change(webhook_id, change)
    return {"rotated_at": format_time(now)}


def new_secret() -> Secret:
    """Return a new secret of this moment."""
    return make_secret(_now())


def change_webhook_of(webhook_id: str, given: dict[str, Any]) -> Webhook:
    """Change what is given; raises ProblemError 404 where there is no such webhook."""
    now = _now()

    def change(webhook: Webhook) -> Webhook:
        changed = replace(webhook, **given)
        return webhook if changed == webhook else replace(changed, updated_at=now)

    try:
        return services().webhooks.change(webhook_id, change)
    except WebhookMissingError as error:
        raise refuse_missing() from error


def _now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _refuse_url(code: str, message: str) -> ProblemError:
    problem = FieldProblem("url", code, message)
    return ProblemError(422, "invalid_body", "The URL cannot be a webhook's.", [problem])
