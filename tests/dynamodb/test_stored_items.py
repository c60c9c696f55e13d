"""Items that earlier releases wrote stay readable; these are copies of what is in tables."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from chalicelib.bootstrap import services
from chalicelib.exports.job import ExportCounts, ExportedFile, ExportJob
from chalicelib.imports.job import ImportCounts, ImportJob
from chalicelib.jobs.models import Progress
from chalicelib.jobs.usage import Usage
from chalicelib.keys.models import ApiKey
from chalicelib.products.bulk_delete.job import BulkDeleteCounts, BulkDeleteJob
from chalicelib.profiles.models import Profile
from chalicelib.webhooks.models import Attempt, Delivery, Message, Secret, Webhook
from tests.fakes.aws import JOBS_TABLE, KEYS_TABLE, TABLES

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
NOW_TEXT, LATER_TEXT = "2026-03-01T12:00:00.250Z", "2026-03-01T12:05:00.250Z"
TTL = {"N": "1774958400"}

JOB_ID = "job_01kjmma2qtszy23db3v9c8wpga"
KEY_ID = "key_01kjmma2qtn2cqns95d7txznr7"
PROFILE_ID = "prf_01kjmma2qtn2cqns95d7txznr7"
WEBHOOK_ID = "wh_01kjmma2qtjkgp79mykw71gvyk"
MESSAGE_ID = "msg_01kjmma2qtsadjd6wh1cmhm6wd"
DELIVERY_ID = "dlv_01kjmma2qt16jr4wggdeb5fmew"

ATTEMPT = Attempt(1, NOW, "bad_status", "It failed.", 12, 500, "body", "5")
ATTEMPT_MAP = {
    "number": {"N": "1"},
    "attempted_at": {"S": NOW_TEXT},
    "code": {"S": "bad_status"},
    "message": {"S": "It failed."},
    "duration_ms": {"N": "12"},
    "response_status": {"N": "500"},
    "response_body": {"S": "body"},
    "retry_after": {"S": "5"},
}


def _keep(table: str, item: dict[str, Any]) -> None:
    boto3.client("dynamodb").put_item(TableName=table, Item=item)


def test_an_import_that_has_ended(account: None) -> None:
    _keep(
        JOBS_TABLE,
        {
            "job_id": {"S": JOB_ID},
            "kind": {"S": "import"},
            "created_at": {"S": NOW_TEXT},
            "updated_at": {"S": NOW_TEXT},
            "requested_by": {"M": {"caller_id": {"S": KEY_ID}, "name": {"S": "A"}}},
            "status": {"S": "COMPLETED"},
            "phase": {"S": "finish"},
            "attempt": {"N": "2"},
            "progress": {
                "M": {
                    "bytes_total": {"N": "1000"},
                    "bytes_done": {"N": "1000"},
                    "records_total": {"N": "7"},
                    "records_done": {"N": "7"},
                    "percent": {"N": "100"},
                }
            },
            "counts": {
                "M": {
                    "created": {"N": "3"},
                    "updated": {"N": "2"},
                    "unchanged": {"N": "1"},
                    "duplicate": {"N": "0"},
                    "rejected": {"N": "1"},
                }
            },
            "cancel_requested": {"BOOL": False},
            "execution": {"S": "arn:execution"},
            "started_at": {"S": NOW_TEXT},
            "finished_at": {"S": LATER_TEXT},
            "usage": {
                "M": {
                    "megabyte_milliseconds": {"N": "512000"},
                    "requests": {"N": "14"},
                    "transitions": {"N": "60"},
                }
            },
            "version": {"N": "17"},
            "filename": {"S": "catalogue.csv"},
            "size_bytes": {"N": "1000"},
            "options": {
                "M": {
                    "mapping": {"M": {"Foo": {"NULL": True}, "Bar": {"S": "sku"}}},
                    "max_reject_rate": {"N": "0.05"},
                    "max_rejects": {"N": "10"},
                    "blank": {"M": {"price": {"S": "keep"}}},
                }
            },
            "upload": {"M": {"method": {"S": "PUT"}}},
            "source": {
                "M": {
                    "bucket": {"S": "bucket"},
                    "key": {"S": f"uploads/{JOB_ID}"},
                    "etag": {"S": "abc"},
                    "size_bytes": {"N": "1000"},
                }
            },
            "detected": {"M": {"encoding": {"S": "utf-8"}, "delimiter": {"S": ","}}},
            "has_begun_merge": {"BOOL": True},
            "listing": {"S": "job"},
            "ttl": TTL,
        },
    )
    assert services().jobs.get(JOB_ID) == ImportJob(
        job_id=JOB_ID,
        created_at=NOW,
        updated_at=NOW,
        requested_by={"caller_id": KEY_ID, "name": "A"},
        status="COMPLETED",
        phase="finish",
        attempt=2,
        progress=Progress(1000, 1000, 7, 7, 100),
        counts=ImportCounts(created=3, updated=2, unchanged=1, rejected=1),
        execution="arn:execution",
        started_at=NOW,
        finished_at=LATER,
        usage=Usage(512000, 14, 60),
        version=17,
        filename="catalogue.csv",
        size_bytes=1000,
        options={
            "mapping": {"Foo": None, "Bar": "sku"},
            "max_reject_rate": 0.05,
            "max_rejects": 10,
            "blank": {"price": "keep"},
        },
        upload={"method": "PUT"},
        expires_at=None,
        source={
            "bucket": "bucket",
            "key": f"uploads/{JOB_ID}",
            "etag": "abc",
            "size_bytes": 1000,
        },
        detected={"encoding": "utf-8", "delimiter": ","},
        has_begun_merge=True,
    )


def test_a_bulk_delete_that_awaits_its_workflow(account: None) -> None:
    """Its `expires_at` is of the index; before there was a usage, a job had none."""
    _keep(
        JOBS_TABLE,
        {
            "job_id": {"S": JOB_ID},
            "kind": {"S": "bulk_delete"},
            "created_at": {"S": NOW_TEXT},
            "updated_at": {"S": NOW_TEXT},
            "status": {"S": "PENDING"},
            "attempt": {"N": "1"},
            "progress": {
                "M": {
                    "bytes_total": {"N": "0"},
                    "bytes_done": {"N": "0"},
                    "records_total": {"NULL": True},
                    "records_done": {"N": "0"},
                    "percent": {"N": "0"},
                }
            },
            "counts": {"M": {"deleted": {"N": "0"}, "skipped": {"N": "0"}}},
            "cancel_requested": {"BOOL": False},
            "version": {"N": "1"},
            "selection": {"M": {"all": {"BOOL": True}}},
            "listing": {"S": "job"},
            "awaiting": {"S": "workflow"},
            "expires_at": {"S": NOW_TEXT},
            "ttl": TTL,
        },
    )
    job = BulkDeleteJob(
        job_id=JOB_ID,
        created_at=NOW,
        updated_at=NOW,
        counts=BulkDeleteCounts(),
        selection={"all": True},
    )
    assert services().jobs.get(JOB_ID) == job
    assert services().jobs.list_waiting("workflow", LATER, 10) == [job]


def test_an_export_with_its_file(account: None) -> None:
    _keep(
        JOBS_TABLE,
        {
            "job_id": {"S": JOB_ID},
            "kind": {"S": "export"},
            "created_at": {"S": NOW_TEXT},
            "updated_at": {"S": NOW_TEXT},
            "finished_at": {"S": NOW_TEXT},
            "status": {"S": "COMPLETED"},
            "phase": {"S": "finish"},
            "attempt": {"N": "1"},
            "progress": {
                "M": {
                    "bytes_total": {"N": "0"},
                    "bytes_done": {"N": "0"},
                    "records_total": {"N": "5"},
                    "records_done": {"N": "5"},
                    "percent": {"N": "100"},
                }
            },
            "counts": {"M": {"exported": {"N": "5"}}},
            "cancel_requested": {"BOOL": False},
            "version": {"N": "7"},
            "request": {
                "M": {"filter": {"M": {}}, "format": {"S": "csv"}, "fields": {"NULL": True}}
            },
            "written": {"M": {"0": {"N": "5"}}},
            "file": {"M": {"filename": {"S": "products.csv"}, "size_bytes": {"N": "99"}}},
            "listing": {"S": "job"},
            "ttl": TTL,
        },
    )
    assert services().jobs.get(JOB_ID) == ExportJob(
        job_id=JOB_ID,
        created_at=NOW,
        updated_at=NOW,
        finished_at=NOW,
        status="COMPLETED",
        phase="finish",
        progress=Progress(records_total=5, records_done=5, percent=100),
        counts=ExportCounts(exported=5),
        version=7,
        request={"filter": {}, "format": "csv", "fields": None},
        written={"0": 5},
        file=ExportedFile("products.csv", 99),
    )


def test_a_key(account: None) -> None:
    _keep(
        KEYS_TABLE,
        {
            "key_id": {"S": KEY_ID},
            "listing": {"S": "key"},
            "name": {"S": "Größe"},
            "scopes": {"S": "products:read imports:write"},
            "secret_hash": {"S": "c433c8c3"},
            "created_at": {"S": NOW_TEXT},
            "expires_at": {"S": LATER_TEXT},
            "last_used_at": {"S": NOW_TEXT},
            "ttl": TTL,
        },
    )
    assert services().keys.get(KEY_ID) == ApiKey(
        key_id=KEY_ID,
        name="Größe",
        scopes=("products:read", "imports:write"),
        secret_hash="c433c8c3",
        created_at=NOW,
        expires_at=LATER,
        last_used_at=NOW,
    )


def test_a_profile(account: None) -> None:
    _keep(
        TABLES["ProfilesTable"],
        {
            "pk": {"S": "profile"},
            "sk": {"S": PROFILE_ID},
            "profile_id": {"S": PROFILE_ID},
            "name": {"S": "Größe"},
            "options": {"M": {"mapping": {"M": {"Nr": {"S": "sku"}, "Notiz": {"NULL": True}}}}},
            "header": {"L": [{"S": "Nr"}, {"S": "Notiz"}]},
            "created_at": {"S": NOW_TEXT},
            "updated_at": {"S": LATER_TEXT},
            "last_used_at": {"S": LATER_TEXT},
            "version": {"N": "3"},
        },
    )
    assert services().profiles.get(PROFILE_ID) == Profile(
        profile_id=PROFILE_ID,
        name="Größe",
        options={"mapping": {"Nr": "sku", "Notiz": None}},
        header=("Nr", "Notiz"),
        created_at=NOW,
        updated_at=LATER,
        last_used_at=LATER,
        version=3,
    )


def test_a_webhook(account: None) -> None:
    _keep(
        TABLES["WebhooksTable"],
        {
            "pk": {"S": "webhook"},
            "sk": {"S": WEBHOOK_ID},
            "webhook_id": {"S": WEBHOOK_ID},
            "url": {"S": "https://example.com/hooks"},
            "event_types": {"L": [{"S": "import.failed"}, {"S": "product.updated"}]},
            "description": {"S": ""},
            "enabled": {"BOOL": True},
            "secrets": {
                "L": [
                    {"M": {"value": {"S": "whsec_b"}, "created_at": {"S": LATER_TEXT}}},
                    {
                        "M": {
                            "value": {"S": "whsec_a"},
                            "created_at": {"S": NOW_TEXT},
                            "expires_at": {"S": LATER_TEXT},
                        }
                    },
                ]
            },
            "created_at": {"S": NOW_TEXT},
            "updated_at": {"S": NOW_TEXT},
            "disabled": {"M": {"code": {"S": "gone"}, "message": {"S": "It is gone."}}},
            "failing_since": {"S": NOW_TEXT},
            "version": {"N": "1"},
        },
    )
    webhook = Webhook(
        webhook_id=WEBHOOK_ID,
        url="https://example.com/hooks",
        event_types=("import.failed", "product.updated"),
        description="",
        enabled=True,
        secrets=(Secret("whsec_b", LATER), Secret("whsec_a", NOW, LATER)),
        created_at=NOW,
        updated_at=NOW,
        disabled={"code": "gone", "message": "It is gone."},
        failing_since=NOW,
    )
    assert services().webhooks.get(WEBHOOK_ID) == webhook
    assert services().webhooks.list_webhooks(10, None) == [webhook]


def test_a_message(account: None) -> None:
    _keep(
        TABLES["WebhooksTable"],
        {
            "pk": {"S": MESSAGE_ID},
            "sk": {"S": "message"},
            "message_id": {"S": MESSAGE_ID},
            "event_type": {"S": "import.completed"},
            "occurred_at": {"S": NOW_TEXT},
            "payload": {"S": '{"type":"import.completed"}'},
            "ttl": TTL,
        },
    )
    message = Message(MESSAGE_ID, "import.completed", NOW, '{"type":"import.completed"}')
    assert services().deliveries.get_message(MESSAGE_ID) == message


def test_a_delivery_and_its_log(account: None) -> None:
    _keep(
        TABLES["WebhooksTable"],
        {
            "pk": {"S": DELIVERY_ID},
            "sk": {"S": "delivery"},
            "delivery_id": {"S": DELIVERY_ID},
            "webhook_id": {"S": WEBHOOK_ID},
            "message_id": {"S": MESSAGE_ID},
            "event_type": {"S": "import.completed"},
            "created_at": {"S": NOW_TEXT},
            "due_at": {"S": NOW_TEXT},
            "wake_at": {"S": LATER_TEXT},
            "status": {"S": "PENDING"},
            "attempts": {"N": "1"},
            "failures": {"N": "1"},
            "last": {"M": ATTEMPT_MAP},
            "waking": {"S": "wake-3"},
            "ttl": TTL,
        },
    )
    key = {"pk": {"S": DELIVERY_ID}, "sk": {"S": "attempt#000001"}}
    _keep(TABLES["WebhooksTable"], key | ATTEMPT_MAP | {"ttl": TTL})
    deliveries = services().deliveries
    delivery = Delivery(
        delivery_id=DELIVERY_ID,
        webhook_id=WEBHOOK_ID,
        message_id=MESSAGE_ID,
        event_type="import.completed",
        created_at=NOW,
        due_at=NOW,
        wake_at=LATER,
        attempts=1,
        failures=1,
        last=ATTEMPT,
    )
    assert deliveries.get(DELIVERY_ID) == delivery
    assert deliveries.list_deliveries(WEBHOOK_ID, 10, None) == ([delivery], None)
    assert [wake.wake_at for wake in deliveries.overdue(LATER, 100)] == [LATER]
    assert deliveries.list_attempts(DELIVERY_ID) == [ATTEMPT]


def test_a_delivery_that_has_ended(account: None) -> None:
    _keep(
        TABLES["WebhooksTable"],
        {
            "pk": {"S": DELIVERY_ID},
            "sk": {"S": "delivery"},
            "delivery_id": {"S": DELIVERY_ID},
            "webhook_id": {"S": WEBHOOK_ID},
            "message_id": {"S": MESSAGE_ID},
            "event_type": {"S": "import.completed"},
            "created_at": {"S": NOW_TEXT},
            "due_at": {"S": NOW_TEXT},
            "status": {"S": "DELIVERED"},
            "attempts": {"N": "1"},
            "failures": {"N": "0"},
            "finished_at": {"S": LATER_TEXT},
            "ttl": TTL,
        },
    )
    found = services().deliveries.get(DELIVERY_ID)
    assert found == Delivery(
        delivery_id=DELIVERY_ID,
        webhook_id=WEBHOOK_ID,
        message_id=MESSAGE_ID,
        event_type="import.completed",
        created_at=NOW,
        due_at=NOW,
        wake_at=None,
        status="DELIVERED",
        attempts=1,
        finished_at=LATER,
    )


def test_an_event_in_the_outbox(account: None) -> None:
    body = (
        '{"event_id": "evt_1", "type": "import.failed",'
        ' "occurred_at": "2026-03-01T12:00:00.250+00:00", "data": {"a": 1}}'
    )
    _keep(
        TABLES["OutboxTable"],
        {"event_id": {"S": "evt_1"}, "body": {"S": body}, "written_at": {"N": "1772366400"}},
    )
    assert services().outbox.forward_left(datetime.now(UTC)) == 1
