"""What each function may call of AWS is what it calls: no call that is refused, no power unused.

These tests come last, and judge the calls that all the others have made. What the policies leave
unused is only judged when all the others have run.
"""

from pathlib import Path

import pytest

from infra.local.stack import Addresses
from infra.packaging.package import build_package
from infra.packaging.template import Template
from tests.stack.policies import Permission, read_allowed, read_called, without_reasons

pytestmark = pytest.mark.stack

# Beside what AWS itself does by a function's role: what is called in a case that no test of the
# stack brings about, or not each time.
_ABORTED = "an upload in parts that breaks off is given up"
_LANE = "which lane a delivery takes depends on how long its receiver took before"
_REASONS = {
    "APIHandler: dynamodb:GetItem on IdempotencyTable": "DynamoDB tells mostly by itself",
    "APIHandler: s3:GetObject on Bucket/uploads/*": "a lost completion is asked anew",
    "FailImport: s3:AbortMultipartUpload on Bucket/reports/*": _ABORTED,
    "FinishImport: s3:AbortMultipartUpload on Bucket/reports/*": _ABORTED,
    "TranscodeSource: s3:AbortMultipartUpload on Bucket/steps/*": _ABORTED,
    "FanOutEvent: sqs:SendMessage on EventsQueue": "a long replay sends its rest",
    "SweepBulkDeletes: dynamodb:GetItem on JobsTable": "selections are swept an hour old",
    "SweepDeliveries: dynamodb:UpdateItem on WebhooksTable": "only what a fault has left is there",
    "SweepJobs: lambda:InvokeFunction on FailBulkDelete": "an import stands for both",
    "SweepJobs: states:DescribeExecution on BulkDelete's executions": "an import stands for both",
    "SweepDeliveries: dynamodb:DeleteItem on OutboxTable": "only what a fault has left is there",
    "SweepDeliveries: sqs:SendMessage on EventsQueue": "only what a fault has left is there",
} | {
    f"{function}: sqs:SendMessage on {queue}": _LANE
    for function in ("APIHandler", "AttemptDelivery", "FanOutEvent", "SweepDeliveries")
    for queue in ("DeliveriesQueue", "SlowDeliveriesQueue")
}


@pytest.fixture(scope="module")
def template() -> Template:
    return build_package().read_template()


@pytest.fixture(scope="module")
def called(recording: Path, stack: Addresses) -> set[Permission]:
    return read_called(recording, stack)


def test_every_call_is_allowed(called: set[Permission], template: Template) -> None:
    assert called, "nothing was recorded"
    assert sorted(map(str, called - read_allowed(template))) == []


def test_everything_that_is_allowed_is_called(called: set[Permission], template: Template) -> None:
    unused = without_reasons(read_allowed(template) - called, _REASONS)
    assert sorted(map(str, unused)) == []


def test_every_reason_is_of_something_that_is_allowed(template: Template) -> None:
    assert _REASONS.keys() <= {str(permission) for permission in read_allowed(template)}
