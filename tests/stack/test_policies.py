"""Each function has exactly the permissions that it uses: no call is denied, none is unused.

These tests run last and check the calls that all other tests have made. Unused permissions are only
checked when all other tests have run.
"""

from pathlib import Path

import pytest

from infra.local.stack import Addresses
from infra.packaging.package import build_package
from infra.packaging.template import Template
from tests.stack.policies import Permission, read_allowed, read_called, without_reasons

pytestmark = pytest.mark.stack

# Permissions for cases that no test of the stack causes, or not every time. Those that AWS itself
# uses are in policies.py.
_ABORTED = "a multipart upload that fails is aborted"
_LANE = "the lane of a delivery depends on the receiver's earlier response times"
_REASONS = {
    "APIHandler: dynamodb:GetItem on IdempotencyTable": "DynamoDB mostly returns the item itself",
    "APIHandler: s3:GetObject on Bucket/uploads/*": "used if a completion's response is lost",
    "CompareKeyRange: s3:AbortMultipartUpload on Bucket/steps/*": _ABORTED,
    "ExportRange: s3:AbortMultipartUpload on Bucket/steps/*": _ABORTED,
    "FinishExport: s3:AbortMultipartUpload on Bucket/exports/*": _ABORTED,
    "FailImport: s3:AbortMultipartUpload on Bucket/reports/*": _ABORTED,
    "FinishImport: s3:AbortMultipartUpload on Bucket/reports/*": _ABORTED,
    "MergeKeyRange: s3:AbortMultipartUpload on Bucket/steps/*": _ABORTED,
    "FinishPlan: s3:AbortMultipartUpload on Bucket/reports/*": _ABORTED,
    "FinishPlan: s3:AbortMultipartUpload on Bucket/steps/*": _ABORTED,
    "TranscodeSource: s3:AbortMultipartUpload on Bucket/steps/*": _ABORTED,
    "FanOutEvent: sqs:SendMessage on EventsQueue": "a long replay continues in the queue",
    "SweepBatchJobs: dynamodb:GetItem on JobsTable": "requests are swept after an hour",
    "SweepDeliveries: dynamodb:UpdateItem on WebhooksTable": "only a fault leaves something",
    "SweepJobs: lambda:InvokeFunction on FailBatchJob": "tested with an import",
    "SweepJobs: states:DescribeExecution on RunBatches's executions": "tested with an import",
    "SweepJobs: lambda:InvokeFunction on FailExport": "tested with an import",
    "SweepJobs: states:DescribeExecution on ExportProducts's executions": "tested with an import",
    "SweepDeliveries: dynamodb:DeleteItem on OutboxTable": "only a fault leaves something",
    "SweepDeliveries: sqs:SendMessage on EventsQueue": "only a fault leaves something",
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


def test_every_permission_is_used(called: set[Permission], template: Template) -> None:
    unused = without_reasons(read_allowed(template) - called, _REASONS)
    assert sorted(map(str, unused)) == []


def test_every_reason_is_for_a_permission(template: Template) -> None:
    assert _REASONS.keys() <= {str(permission) for permission in read_allowed(template)}
