"""Settings of the functions: typed, read once from the environment, refused at cold start."""

import os
import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, model_validator

MiB = 1024 * 1024
_EMULATORS_ACCOUNT = "0" * 12  # no account of AWS has this number
PositiveInt = Annotated[int, Field(gt=0)]

# What one function alone needs, by its handler: the other functions can't have it, since some of
# them are what it names. A test compares this with the template.
NEEDED_BY = {
    "app.app": ("workflows", "send_test_function", "drain_events_function"),
    "chalicelib.jobs.sweep.sweep_jobs": ("fail_functions",),
}


class Settings(BaseModel):
    """Each field is the environment variable of the same name in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: str = "local"
    account_id: str
    jobs_table: str
    idempotency_table: str
    keys_table: str
    profiles_table: str
    bucket: str
    # By kind of job: the ARN of its state machine, and the function that ends its failed jobs.
    workflows: Json[dict[str, str]] = {}  # of the API only, see NEEDED_BY
    fail_functions: Json[dict[str, str]] = {}  # of SweepJobs only
    s3_public_endpoint: str = ""  # what clients call S3; empty on AWS

    outbox_table: str
    webhooks_table: str
    events_queue_url: str
    deliveries_queue_url: str
    slow_deliveries_queue_url: str
    send_test_function: str = ""  # these two are of the API only
    drain_events_function: str = ""
    webhook_allow_loopback: bool = False  # these two count in an emulator alone: see below
    webhook_schedule_scale: Annotated[float, Field(gt=0, le=1)] = 1

    database_host: str
    database_port: PositiveInt = 5432
    database_name: str
    database_user: str
    database_password: SecretStr  # empty on AWS: the functions sign in with their role
    database_sslmode: Literal["disable", "require", "verify-ca", "verify-full"] = "verify-full"
    database_authorities: str = ""  # of its certificate: a file; empty for Amazon's, in the zip

    single_put_limit_bytes: PositiveInt = 64 * MiB
    part_size_bytes: Annotated[int, Field(ge=5 * MiB)] = 16 * MiB
    upload_expires_seconds: PositiveInt = 3600
    retention_days: PositiveInt = 30
    undo_days: Annotated[int, Field(ge=0, le=90)] = 30  # 0: no history and no revert

    oidc_issuer: str = ""  # whose JWTs are taken beside keys; empty for none
    oidc_audience: str = ""
    oidc_client_id: str = ""  # of the page, at the issuer; empty where people sign in by key alone
    oidc_token_origin: str = ""  # where the page gets tokens, if not at the issuer's own

    span_bytes: PositiveInt = 8 * MiB
    sku_max_length: PositiveInt = 128
    name_max_length: PositiveInt = 512

    @property
    def allows_loopback(self) -> bool:
        """Whether webhooks may be on loopback, over plain http; on AWS nothing turns that on."""
        return self.webhook_allow_loopback and self.account_id == _EMULATORS_ACCOUNT

    @property
    def schedule_scale(self) -> float:
        """What the waits between attempts are shortened by, for tests."""
        return self.webhook_schedule_scale if self.account_id == _EMULATORS_ACCOUNT else 1.0

    @model_validator(mode="after")
    def _check_oidc(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_audience):
            raise ValueError("oidc_issuer and oidc_audience are set together or not at all")
        if self.oidc_client_id and not self.oidc_issuer:
            raise ValueError("oidc_client_id is of an issuer; set oidc_issuer, too")
        if self.oidc_issuer and not is_safe_url(self.oidc_issuer):
            raise ValueError("oidc_issuer must begin with https://")
        if self.oidc_token_origin and not self.oidc_issuer:
            raise ValueError("oidc_token_origin is of an issuer; set oidc_issuer, too")
        if self.oidc_token_origin and not is_safe_origin(self.oidc_token_origin):
            raise ValueError("oidc_token_origin is an origin alone, such as https://id.example.com")
        return self


def is_safe_url(url: str) -> bool:
    """Say whether nobody on the way can change what `url` answers: https, or on this machine."""
    parts = urlsplit(url)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    is_encrypted = parts.scheme == "https"
    return bool(parts.hostname) and (is_encrypted or (parts.scheme == "http" and is_here))


def is_safe_origin(url: str) -> bool:
    """Say whether `url` is such a URL and has nothing beside its origin."""
    return is_safe_url(url) and bool(re.fullmatch(r"https?://[\w.-]+(:\d+)?", url, re.ASCII))


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in `environment`.

    Raises pydantic.ValidationError, naming each bad one, and ValueError, naming those that the
    function needs and doesn't have. Lambda sets _HANDLER to the function's handler.
    """
    lowered = {name.lower(): value for name, value in environment.items()}
    needed = NEEDED_BY.get(environment.get("_HANDLER", ""), ())
    if missing := [name.upper() for name in needed if not lowered.get(name)]:
        raise ValueError(f"{environment['_HANDLER']} needs the settings {', '.join(missing)}")
    return Settings.model_validate({n: lowered[n] for n in Settings.model_fields if n in lowered})


def read_environment() -> Settings:
    """Return the settings in this process's environment; raises as `read_settings` does."""
    return read_settings(os.environ)
