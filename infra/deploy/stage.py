"""The settings of one installation on AWS, from infra/stages/<stage>.toml, validated."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from infra.deploy.budget import known_classes, memory_gib
from infra.deploy.target import RefusedError

FOLDER = Path(__file__).parents[1] / "stages"
_NAME = re.compile(r"[a-z]([a-z0-9-]{0,16}[a-z0-9])?")  # a bucket's name has at most 63
# Parameters that the program computes or passes from one stack to the next.
_OURS = {
    "AlarmEmail",
    "AllowedOrigins",
    "ApiDatabaseHost",
    "ApiDatabaseResourceId",
    "DatabaseAuthorities",
    "DatabaseHost",
    "DatabaseInstanceId",
    "DatabaseLeastFreeBytes",
    "DatabaseMostConnections",
    "DatabaseName",
    "DatabasePassword",
    "DatabasePort",
    "DatabaseResourceId",
    "DatabaseSslMode",
    "DatabaseUser",
    "LogRetentionDays",
    "RetentionDays",
    "SecurityGroupIds",
    "Stage",
    "StagingAtOnce",
    "SubnetIds",
    "Workers",
}
_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653)
Tag = Annotated[str, Field(pattern=r"^[\w .:/=+@-]{1,128}$")]
Count = Annotated[int, Field(ge=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class NetworkSettings(_Table):
    """The size of the network."""

    zones: Literal[2, 3] = 2
    cidr: Annotated[str, Field(pattern=r"^(\d{1,3}\.){3}\d{1,3}/1[6-8]$")] = "10.40.0.0/16"


class DatabaseSettings(_Table):
    """The instance, and the number of connections that the API may open."""

    instance_class: str
    engine_version: Annotated[str, Field(pattern=r"^18\.\d+$")] = "18.4"
    multi_az: bool = True
    storage_gib: Annotated[int, Field(ge=20)] = 100
    max_storage_gib: Annotated[int, Field(ge=22, le=65536)] = 1000
    backup_days: Annotated[int, Field(ge=1, le=35)] = 14
    deletion_protection: bool = True
    api_connections: Count = 60

    @field_validator("instance_class")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if memory_gib(name) is None:
            raise ValueError(f"unknown class {name}; use {known_classes()}")
        return name

    @model_validator(mode="after")
    def _can_grow(self) -> Self:
        # RDS requires it.
        if self.max_storage_gib < self.storage_gib * 1.1:
            raise ValueError("max_storage_gib must be at least 10 % above storage_gib")
        return self


class ApplicationSettings(_Table):
    """The concurrency of the functions, retention, and any other parameter."""

    workers: Annotated[int, Field(ge=1, le=200)] = 8
    jobs_at_once: Annotated[int, Field(ge=1, le=50)] = 2
    retention_days: Count = 30
    undo_days: Annotated[int, Field(ge=0, le=90)] = 30
    log_retention_days: Literal[_LOG_DAYS] = 30  # type: ignore[valid-type]  # a tuple of numbers
    allowed_origins: list[str] = []
    alarm_email: str = ""
    parameters: dict[str, str | int] = {}

    @field_validator("parameters")
    @classmethod
    def _are_not_ours(cls, given: dict[str, str | int]) -> dict[str, str | int]:
        ours = sorted(_OURS & given.keys())
        if ours:
            raise ValueError(f"{', '.join(ours)} can't be set; the deployment computes them")
        return given


class EdgeSettings(_Table):
    """CloudFront and the firewall."""

    domain: str = ""
    certificate_arn: str = ""
    hosted_zone_id: str = ""
    requests_per_address: Annotated[int, Field(ge=100)] = 3000

    @model_validator(mode="after")
    def _has_certificate(self) -> Self:
        if self.domain and not (self.certificate_arn or self.hosted_zone_id):
            raise ValueError("domain requires certificate_arn, or hosted_zone_id to make one")
        return self


class StageSettings(_Table):
    """All settings that differ between installations."""

    account: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    tags: dict[Tag, str] = {}
    network: NetworkSettings = NetworkSettings()
    database: DatabaseSettings
    application: ApplicationSettings = ApplicationSettings()
    edge: EdgeSettings | None = None

    @field_validator("tags")
    @classmethod
    def _are_free(cls, given: dict[str, str]) -> dict[str, str]:
        taken = sorted(t for t in given if t in {"project", "stage"} or t.startswith("aws:"))
        if taken:
            raise ValueError(f"{', '.join(taken)} can't be set; the deployment sets it")
        return given

    @property
    def allowed_origins(self) -> str:
        """The origins of pages that may upload, in the form that the template takes."""
        own = [f"https://{self.edge.domain}"] if self.edge and self.edge.domain else ["*"]
        return ",".join(self.application.allowed_origins or own)


def read_stage(name: str, folder: Path = FOLDER) -> StageSettings:
    """Return the settings of the stage `name`; raises RefusedError naming each problem."""
    path = folder / f"{name}.toml"
    if not _NAME.fullmatch(name):
        raise RefusedError(f"Invalid stage name {name!r}. Use up to 18 of a-z, 0-9 and - between.")
    if not path.exists():
        raise RefusedError(f"infra/stages/{path.name} doesn't exist. Copy example.toml there.")
    try:
        return StageSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise RefusedError(f"{path.name} isn't valid TOML: {error}") from None
    except ValidationError as error:
        found = [_explain(path.name, dict(fault)) for fault in error.errors()]
        raise RefusedError("\n".join(found)) from None


def _explain(file: str, fault: dict[str, object]) -> str:
    place = ".".join(str(part) for part in fault["loc"])  # type: ignore[attr-defined]  # a tuple
    words = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        words = "unknown setting"
    return f"{file}: {place}: {words}"
