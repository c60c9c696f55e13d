"""Every alarm goes off by its metric and notifies the topic when it starts and ends.

The emulator evaluates an alarm, by its name, when a metric is written. The tests of the deployed
stack show that our log lines have the dimensions of their alarms.
"""

import json
from typing import Any

import pytest

from infra.deploy.application import Deployed
from infra.packaging.package import ROOT
from infra.packaging.resources import read_resources
from infra.packaging.template import of_type
from tests.infra.deploy.installation.emulated import EmulatedTarget

pytestmark = pytest.mark.slow

Alarm = dict[str, Any]


@pytest.fixture(scope="module")
def alarms(target: EmulatedTarget, deployed: Deployed) -> dict[str, Alarm]:
    pages = target.client("cloudwatch").get_paginator("describe_alarms").paginate()
    found = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    assert len(found) == len(of_type(read_resources(ROOT), "AWS::CloudWatch::Alarm"))
    return found


@pytest.fixture(scope="module")
def queue(target: EmulatedTarget, deployed: Deployed) -> str:
    """A subscriber of the topic, in place of a mail address."""
    sqs, [stack] = target.client("sqs"), _stacks(target)
    url = str(sqs.create_queue(QueueName="notifications")["QueueUrl"])
    name = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
    arn = sqs.get_queue_attributes(**name)["Attributes"]["QueueArn"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    topic = outputs["AlarmTopicArn"]
    target.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def _stacks(target: EmulatedTarget) -> list[dict[str, Any]]:
    found = target.client("cloudformation").describe_stacks(StackName=target.stack_name)
    return list(found["Stacks"])


def _put(target: EmulatedTarget, alarm: Alarm, value: float) -> None:
    datum = {"MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"], "Value": value}
    target.client("cloudwatch").put_metric_data(Namespace=alarm["Namespace"], MetricData=[datum])


def _watches_for_low_values(alarm: Alarm) -> bool:
    return str(alarm["ComparisonOperator"]).startswith("LessThan")


def _receive_states(target: EmulatedTarget, queue: str) -> dict[str, str]:
    """Return the last state of each alarm that sent a notification."""
    sqs, states = target.client("sqs"), {}
    while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            notification = json.loads(json.loads(message["Body"])["Message"])
            states[notification["AlarmName"]] = notification["NewStateValue"]
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return states


def test_every_alarm_goes_off_by_its_metric_and_notifies(
    target: EmulatedTarget, alarms: dict[str, Alarm], queue: str
) -> None:
    for alarm in alarms.values():
        _put(target, alarm, 0 if not _watches_for_low_values(alarm) else 10 * alarm["Threshold"])
    _receive_states(target, queue)
    for alarm in alarms.values():
        _put(target, alarm, 0 if _watches_for_low_values(alarm) else 100 * alarm["Threshold"])
    assert _receive_states(target, queue) == dict.fromkeys(alarms, "ALARM")


def test_every_alarm_notifies_when_it_is_over(
    target: EmulatedTarget, alarms: dict[str, Alarm], queue: str
) -> None:
    cloudwatch = target.client("cloudwatch")
    for state in ("ALARM", "OK"):
        for name in alarms:
            cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
    assert _receive_states(target, queue) == dict.fromkeys(alarms, "OK")
