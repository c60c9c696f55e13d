"""The messages in the queues of moto."""

import json
from typing import Any

import boto3

from tests.fakes.aws import ENVIRONMENT


def take_bodies(name: str) -> list[dict[str, Any]]:
    """Receive and delete all messages of EVENTS, DELIVERIES or SLOW_DELIVERIES."""
    url = ENVIRONMENT[f"{name}_QUEUE_URL"]
    bodies: list[dict[str, Any]] = []
    while True:
        found = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        if not found.get("Messages"):
            return bodies
        for message in found["Messages"]:
            bodies.append(json.loads(message["Body"]))
            boto3.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
