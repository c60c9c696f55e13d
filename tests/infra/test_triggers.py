"""What starts functions and workflows in the packaged template: objects, schedules, queues."""

import pytest

from infra.packaging.package import ROOT
from infra.packaging.resources import read_job_kinds
from infra.packaging.template import Template, of_type
from tests.infra.conftest import Resources


def test_object_with_the_uploads_prefix_starts_an_import(template: Template) -> None:
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
        (kind["FailureRule"], kind["Workflow"], kind["FailFunction"])
        for kind in read_job_kinds(ROOT).values()
    ],
)
def test_failed_execution_calls_the_fail_function(
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


def test_finished_imports_are_purged_daily(functions: Resources) -> None:
    (event,) = functions["PurgeImports"]["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 day)"


def test_sweep_of_jobs_runs_every_five_minutes(functions: Resources) -> None:
    events = functions["SweepJobs"]["Events"].values()
    assert [event["Properties"]["Schedule"] for event in events] == ["rate(5 minutes)"]


def test_finished_batch_jobs_are_swept_hourly(functions: Resources) -> None:
    (event,) = functions["SweepBatchJobs"]["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 hour)"


def test_events_and_deliveries_are_swept_every_minute(functions: Resources) -> None:
    for name in ("SweepDeliveries", "DrainEvents"):
        (event,) = functions[name]["Events"].values()
        assert event["Properties"]["Schedule"] == "rate(1 minute)"


def test_failed_queue_entry_is_retried_alone_and_never_dropped(
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


def test_slow_webhooks_have_separate_workers(functions: Resources) -> None:
    events = functions["AttemptDelivery"]["Events"]
    for lane in ("Deliveries", "SlowDeliveries"):
        # A literal: an emulator passes a parameter as a string, and then doesn't poll.
        assert events[lane]["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 5}
