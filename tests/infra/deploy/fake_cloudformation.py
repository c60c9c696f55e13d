"""A fake of CloudFormation, with only what the deploy program uses."""

from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError


class FakeCloudFormation:
    """One stack; its next execution ends in the state `ends_in`.

    `settles_in`: the state that an operation which someone else began ends in, once it was seen.
    """

    def __init__(
        self,
        state: str | None = None,
        ends_in: str = "CREATE_COMPLETE",
        outputs: dict[str, str] | None = None,
        settles_in: str | None = None,
    ) -> None:
        self.state = state
        self.settles_in = settles_in
        self.ends_in = ends_in
        self.outputs = outputs or {}
        self.refusal: str | None = None
        self.changes: list[dict[str, Any]] = []
        self.parameters: dict[str, str] = {}
        self.sent: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.executed = 0
        self.deleted = 0
        self.discarded = 0  # change sets deleted without being executed

    def describe_stacks(self, **request: Any) -> dict[str, Any]:
        if self.state is None:
            message = f"Stack {request['StackName']} does not exist"
            raise ClientError({"Error": {"Code": "E", "Message": message}}, "DescribeStacks")
        listed = [{"ParameterKey": name} for name in self.parameters]
        outputs = [{"OutputKey": k, "OutputValue": v} for k, v in self.outputs.items()]
        seen, self.state = self.state, self.settles_in or self.state
        return {"Stacks": [{"StackStatus": seen, "Parameters": listed, "Outputs": outputs}]}

    def get_template_summary(self, **request: Any) -> dict[str, Any]:
        return {"Parameters": [{"ParameterKey": name} for name in ("Stage", "DatabasePassword")]}

    def create_change_set(self, **request: Any) -> dict[str, Any]:
        self.sent.append(request)
        return {"Id": "change-set"}

    def describe_change_set(self, **request: Any) -> dict[str, Any]:
        if self.refusal is None:
            return {"Status": "CREATE_COMPLETE", "Changes": self.changes}
        return {"Status": "FAILED", "StatusReason": self.refusal}

    def delete_change_set(self, **request: Any) -> None:
        self.discarded += 1

    def execute_change_set(self, **request: Any) -> None:
        self.executed += 1
        self.state, self.settles_in = self.ends_in, None
        self.parameters |= {
            p["ParameterKey"]: p["ParameterValue"]
            for p in self.sent[-1]["Parameters"]
            if "ParameterValue" in p
        }

    def delete_stack(self, **request: Any) -> None:
        self.deleted += 1
        self.state = None

    def get_paginator(self, operation: str) -> "FakePages":
        return FakePages(self, operation)

    def fail(self, *reasons: tuple[str, str]) -> None:
        """Add events of failed resources; the last one given is the oldest."""
        began = datetime.now(UTC) + timedelta(minutes=1)
        self.events = [
            {
                "LogicalResourceId": name,
                "ResourceType": "AWS::X::Y",
                "ResourceStatus": "CREATE_FAILED",
                "ResourceStatusReason": reason,
                "Timestamp": began - timedelta(seconds=number),
            }
            for number, (name, reason) in enumerate(reasons)
        ]


class FakePages:
    """A paginator for one of its lists."""

    def __init__(self, fake: FakeCloudFormation, operation: str) -> None:
        self._fake, self._operation = fake, operation

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        if self._operation == "describe_stack_events":
            return [{"StackEvents": self._fake.events}]
        assert self._operation == "describe_change_set"
        return [self._fake.describe_change_set(**request)]


class FakeRegion:
    """CloudFormation in a region: stacks identified by the end of their names."""

    def __init__(self, **outputs: dict[str, str]) -> None:
        self.stacks = {name: FakeCloudFormation(outputs=named) for name, named in outputs.items()}
        self.order: list[str] = []

    def __getattr__(self, operation: str) -> Any:
        return lambda **request: self._call(operation, request)

    def get_paginator(self, operation: str) -> "FakeRegionPages":
        return FakeRegionPages(self, operation)

    def stack(self, name: str) -> FakeCloudFormation:
        """Return the stack of a full name; the application's if it ends in no known word."""
        kind = name.rpartition("-")[2]
        return self.stacks[kind if kind in self.stacks else "application"]

    def _call(self, operation: str, request: dict[str, Any]) -> Any:
        if operation == "get_template_summary":
            return {"Parameters": []}
        if operation in {"execute_change_set", "delete_stack"}:
            self.order.append(request["StackName"])
        return getattr(self.stack(request["StackName"]), operation)(**request)


class FakeRegionPages:
    """A paginator for a list of one of its stacks."""

    def __init__(self, region: FakeRegion, operation: str) -> None:
        self._region, self._operation = region, operation

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        return self._region.stack(request["StackName"]).get_paginator(self._operation).paginate()
