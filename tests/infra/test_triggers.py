"""What starts functions and workflows, by the packaged template: objects, schedules, queues."""

import pytest

from infra.packaging.template import Template, of_type
from tests.infra.conftest import Resources


def test_import_starts_with_an_object_under_the_uploads_prefix(template: Template) -> None:
    rule = of_type(template, "AWS::Events::Rule")["SourceUploaded"]
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [{"Ref": "Bucket"}]},
            "object": {"key": [{"prefix": "uploads/"}]},
        },
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": "ImportProducts"}
    assert target["DeadLetterConfig"]


@pytest.mark.parametrize(
    ("rule", "machine", "function"),
    [
        ("ImportBrokeOff", "ImportProducts", "FailImport"),
        ("BulkDeleteBrokeOff", "BulkDelete", "FailBulkDelete"),
    ],
)
def test_an_execution_that_breaks_off_is_told_to_what_ends_its_job(
    template: Template, rule: str, machine: str, function: str
) -> None:
    made = of_type(template, "AWS::Events::Rule")[rule]
    assert made["EventPattern"]["detail"] == {
        "status": ["FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"Ref": machine}],
    }
    (target,) = made["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [function, "Arn"]}
    assert target["DeadLetterConfig"]
    permission = of_type(template, "AWS::Lambda::Permission")[f"{rule}MayCall"]
    assert permission["FunctionName"] == {"Ref": function}
    assert permission["SourceArn"] == {"Fn::GetAtt": [rule, "Arn"]}


def test_what_imports_leave_is_purged_every_day(functions: Resources) -> None:
    (event,) = functions["PurgeImports"]["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 day)"


def test_sweep_runs_every_five_minutes(functions: Resources) -> None:
    events = functions["SweepJobs"]["Events"].values()
    assert [event["Properties"]["Schedule"] for event in events] == ["rate(5 minutes)"]


def test_what_bulk_deletes_leave_is_forgotten_every_hour(functions: Resources) -> None:
    (event,) = functions["SweepBulkDeletes"]["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 hour)"


def test_what_waits_for_webhooks_is_looked_after_every_minute(functions: Resources) -> None:
    for name in ("SweepDeliveries", "DrainEvents"):
        (event,) = functions[name]["Events"].values()
        assert event["Properties"]["Schedule"] == "rate(1 minute)"


def test_a_queues_entry_that_failed_comes_again_alone_and_is_not_dropped(
    template: Template, functions: Resources
) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    sources = [
        (properties["Timeout"], event["Properties"])
        for properties in functions.values()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    assert len(sources) == 3
    for timeout, source in sources:
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        queue = queues[source["Queue"]["Fn::GetAtt"][0]]
        assert queue["VisibilityTimeout"] > timeout
        assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in queues
        assert queue["SqsManagedSseEnabled"] is True


def test_slow_webhooks_have_workers_of_their_own(functions: Resources) -> None:
    events = functions["AttemptDelivery"]["Events"]
    for lane in ("Deliveries", "SlowDeliveries"):
        # A number: an emulator takes a parameter's value for a text, and then polls nothing.
        assert events[lane]["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 5}
