"""AWS in memory (moto), with the tables as infra/resources declares them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
import moto.core.models
import pytest
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from chalicelib.bootstrap import Services, serving
from chalicelib.settings import read_settings
from infra.local.postgres import Database
from infra.packaging.resources import read_resources
from tests.fakes.keys import TOKEN, make_key

BUCKET = "bucket"
TABLES = {
    "JobsTable": "jobs",
    "IdempotencyTable": "idempotency",
    "KeysTable": "keys",
    "OutboxTable": "outbox",
    "ProfilesTable": "profiles",
    "WebhooksTable": "webhooks",
}
JOBS_TABLE, IDEMPOTENCY_TABLE = TABLES["JobsTable"], TABLES["IdempotencyTable"]
KEYS_TABLE = TABLES["KeysTable"]
QUEUES = ("events", "deliveries", "slow-deliveries")
REGION = "eu-central-1"
ACCOUNT_ID = "123456789012"  # moto's own
_ARN = f"arn:aws:states:{REGION}:{ACCOUNT_ID}:stateMachine:"
_QUEUES_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}"
_ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "STAGE": "test",
    "ACCOUNT_ID": ACCOUNT_ID,
    "JOBS_TABLE": JOBS_TABLE,
    "IDEMPOTENCY_TABLE": IDEMPOTENCY_TABLE,
    "OUTBOX_TABLE": TABLES["OutboxTable"],
    "PROFILES_TABLE": TABLES["ProfilesTable"],
    "WEBHOOKS_TABLE": TABLES["WebhooksTable"],
    "EVENTS_QUEUE_URL": f"{_QUEUES_URL}/events",
    "DELIVERIES_QUEUE_URL": f"{_QUEUES_URL}/deliveries",
    "SLOW_DELIVERIES_QUEUE_URL": f"{_QUEUES_URL}/slow-deliveries",
    "SEND_TEST_FUNCTION": "send-test",
    "DRAIN_EVENTS_FUNCTION": "drain-events",
    "WORKFLOWS": json.dumps(
        {
            "import": f"{_ARN}ImportProducts",
            "bulk_delete": f"{_ARN}RunBatches",
            "export": f"{_ARN}ExportProducts",
            "revert": f"{_ARN}RunBatches",
        }
    ),
    "FAIL_FUNCTIONS": json.dumps(
        {
            "import": "fail-import",
            "bulk_delete": "fail-batch-job",
            "export": "fail-export",
            "revert": "fail-batch-job",
        }
    ),
    "KEYS_TABLE": KEYS_TABLE,
    "BUCKET": BUCKET,
    "S3_PUBLIC_ENDPOINT": "",
    "DATABASE_HOST": "127.0.0.1",
    "DATABASE_PORT": "1",  # where nothing listens
    "DATABASE_NAME": "catalogue",
    "DATABASE_USER": "importer",
    "DATABASE_PASSWORD": "secret",
    "DATABASE_SSLMODE": "disable",
    "SINGLE_PUT_LIMIT_BYTES": str(8 * 1024**2),
    "PART_SIZE_BYTES": str(5 * 1024**2),
    "UPLOAD_EXPIRES_SECONDS": "3600",
}


@cache
def _read_tables() -> dict[str, dict[str, Any]]:
    declared = read_resources(_ROOT)["Resources"]
    return {table: declared[name]["Properties"] for name, table in TABLES.items()}


def _create_tables() -> None:
    # By moto's own functions: a request for each table would take a fifth of most tests' time.
    dynamodb = dynamodb_backends[ACCOUNT_ID][REGION]
    for table, declared in _read_tables().items():
        properties = deepcopy(declared)
        dynamodb.create_table(
            table,
            schema=properties["KeySchema"],
            throughput=None,
            attr=properties["AttributeDefinitions"],
            global_indexes=properties.get("GlobalSecondaryIndexes", []),
            indexes=[],
            streams=None,
            billing_mode=properties["BillingMode"],
            sse_specification=None,
            tags=[],
            deletion_protection_enabled=False,
            warm_throughput=None,
        )


class _Session(boto3.Session):
    """A session that keeps its clients: to make one takes longer than most tests."""

    def __init__(self) -> None:
        super().__init__("testing", "testing", region_name=REGION)
        self._kept: dict[str, Any] = {}

    def client(self, service_name: str, **options: Any) -> Any:  # type: ignore[override]
        """Return the client of `service_name` with these options; the same one every time."""
        config = options.get("config")
        made = config and sorted(vars(config)["_user_provided_options"].items())
        name = repr((service_name, sorted((options | {"config": made}).items())))
        if name not in self._kept:
            self._kept[name] = super().client(service_name, **options)  # type: ignore[call-overload]
        return self._kept[name]


_session = cache(_Session)


def _make_atomic(monkeypatch: pytest.MonkeyPatch) -> None:
    # Moto checks a condition and then writes; two threads of a test may both pass the check.
    lock, answer = Lock(), DynamoHandler.call_action

    def call_action(handler: DynamoHandler) -> Any:
        with lock:
            return answer(handler)

    monkeypatch.setattr(DynamoHandler, "call_action", call_action)


@contextmanager
def open_account(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Iterator[None]:
    """Serve an AWS account with a bucket, tables and a key, under settings that name them."""
    for variable in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in (ENVIRONMENT | environment).items():
        monkeypatch.setenv(variable, value)
    _make_atomic(monkeypatch)
    # For the requests library, moto adds hundreds of URL patterns per method; tests use these two.
    monkeypatch.setattr(moto.core.models, "RESPONSES_METHODS", ["GET", "PUT"])
    served = Services(read_settings(ENVIRONMENT | environment))
    with mock_aws(), serving(served):
        boto3.DEFAULT_SESSION = _session()
        _create_tables()
        for queue in QUEUES:
            sqs_backends[ACCOUNT_ID][REGION].create_queue(queue)
        s3_backends[ACCOUNT_ID]["aws"].create_bucket(BUCKET, REGION)
        served.keys.create(make_key(TOKEN))
        yield


def database_environment(database: Database) -> dict[str, str]:
    """Return the environment that names `database`."""
    return {
        "DATABASE_HOST": database.host,
        "DATABASE_PORT": str(database.port),
        "DATABASE_NAME": database.name,
        "DATABASE_USER": database.user,
        "DATABASE_PASSWORD": database.password,
    }
