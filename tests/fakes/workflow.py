"""Fakes of Step Functions and Lambda, as far as jobs use them."""

import json
from typing import Any

from chalicelib.bootstrap import services


class FakeWorkflow:
    """Records the executions that are started."""

    class exceptions:  # noqa: N801  # as boto3 names it
        class ExecutionAlreadyExists(Exception):  # noqa: N818
            pass

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.taken: set[str] = set()
        self.breaks = False

    def start_execution(self, **asked: Any) -> None:
        if self.breaks:
            raise ConnectionError
        if asked["name"] in self.taken:
            raise self.exceptions.ExecutionAlreadyExists
        self.started.append(asked)


def fake_workflow() -> FakeWorkflow:
    """Start the executions of the served account with a fake."""
    fake = FakeWorkflow()
    services().use_client("stepfunctions", fake)
    return fake


class FakeExecutions:
    """Executions by their status; one that it doesn't have has expired."""

    class exceptions:  # noqa: N801  # as boto3 names it
        class ExecutionDoesNotExist(Exception):  # noqa: N818
            pass

    def __init__(self, **statuses: str) -> None:
        self.statuses = statuses
        self.asked: list[str] = []

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803
        self.asked.append(executionArn)
        if executionArn not in self.statuses:
            raise self.exceptions.ExecutionDoesNotExist
        return {"status": self.statuses[executionArn]}


class FakeFunctions:
    """Records the calls of functions; the payload is None if none was given."""

    def __init__(self) -> None:
        self.called: list[tuple[str, Any]] = []

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: str = "null") -> None:  # noqa: N803
        assert InvocationType == "Event"
        self.called.append((FunctionName, json.loads(Payload)))


def make_execution_end(execution: str, status: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the event of an execution's end, as the service documents it."""
    return {
        "version": "0",
        "id": "315c1398-40ff-a850-213b-158f73e60175",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": "123456789012",
        "time": "2026-03-01T12:00:00Z",
        "region": "eu-central-1",
        "resources": [execution],
        "detail": {
            "executionArn": execution,
            "stateMachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:it",
            "name": "name",
            "status": status,
            "startDate": 1772366400000,
            "stopDate": 1772366401000,
            "input": json.dumps(given),
            "inputDetails": {"included": True},
            "output": None,
            "outputDetails": None,
            "error": None,
            "cause": None,
        },
    }
