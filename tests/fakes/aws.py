"""AWS in memory (moto), with the tables as infra/resources declares them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

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
    "WebhooksTable": "webhooks",
}
JOBS_TABLE, IDEMPOTENCY_TABLE = TABLES["JobsTable"], TABLES["IdempotencyTable"]
KEYS_TABLE = TABLES["KeysTable"]
QUEUES = ("events", "deliveries", "slow-deliveries")
REGION = "eu-central-1"
_ARN = f"arn:aws:states:{REGION}:123456789012:stateMachine:"
_QUEUES_URL = f"https://sqs.{REGION}.amazonaws.com/123456789012"
_ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "STAGE": "test",
    "ACCOUNT_ID": "123456789012",
    "JOBS_TABLE": JOBS_TABLE,
    "IDEMPOTENCY_TABLE": IDEMPOTENCY_TABLE,
    "OUTBOX_TABLE": TABLES["OutboxTable"],
    "WEBHOOKS_TABLE": TABLES["WebhooksTable"],
    "EVENTS_QUEUE_URL": f"{_QUEUES_URL}/events",
    "DELIVERIES_QUEUE_URL": f"{_QUEUES_URL}/deliveries",
    "SLOW_DELIVERIES_QUEUE_URL": f"{_QUEUES_URL}/slow-deliveries",
    "SEND_TEST_FUNCTION": "send-test",
    "DRAIN_EVENTS_FUNCTION": "drain-events",
    "WORKFLOWS": json.dumps(
        {"import": f"{_ARN}ImportProducts", "bulk_delete": f"{_ARN}BulkDelete"}
    ),
    "FAIL_FUNCTIONS": json.dumps({"import": "fail-import", "bulk_delete": "fail-bulk-delete"}),
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
def _read_resources() -> Any:
    return read_resources(_ROOT)["Resources"]


def create_tables(dynamodb: Any) -> None:
    """Create the tables of the template."""
    for name, table in TABLES.items():
        properties = _read_resources()[name]["Properties"]
        taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        dynamodb.create_table(
            TableName=table, **{key: properties[key] for key in taken if key in properties}
        )


@cache
def _session() -> boto3.Session:
    # Moto would have a new one for each account, and botocore's descriptions would be read again:
    # three quarters of the time of a test of a route.
    return boto3.Session("testing", "testing", region_name=REGION)


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
    served = Services(read_settings(ENVIRONMENT | environment))
    with mock_aws(), serving(served):
        boto3.DEFAULT_SESSION = _session()
        create_tables(boto3.client("dynamodb"))
        for queue in QUEUES:
            boto3.client("sqs").create_queue(QueueName=queue)
        location = {"LocationConstraint": REGION}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
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
