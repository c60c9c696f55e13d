"""A CloudFormation stack: deploying a template by a change set, its outputs and its events."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.changes import Change, read_changes
from infra.deploy.target import RefusedError

Say = Callable[[str], None]
Reviewed = Callable[[str, Sequence[Change]], None]  # raises RefusedError
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_NO_CHANGES = ("didn't contain changes", "no updates are to be performed", "no changes")
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
_EMPTY = {"REVIEW_IN_PROGRESS"}  # a change set was created but never executed
# The creation failed, and for the last two its roll-back too: the stack can only be deleted.
_REMAINS = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}
_STUCK = {
    "UPDATE_ROLLBACK_FAILED": "Correct what its events name, run `aws cloudformation"
    " continue-update-rollback --stack-name {name}`, and deploy again.",
    "DELETE_FAILED": "Remove what its events name, and delete the stack again with `make destroy`.",
}
_CANCELLED = "cancelled"  # the reason given for resources that stop because another failed


class StackFailedError(Exception):
    """The deployment failed; the message names the first resource that did."""


class Stack:
    """One stack, by name."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        poll_seconds: float = 2.0,
        review: Reviewed = lambda *_: None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """`tags`: of the stack, which CloudFormation passes on to its resources."""
        self._client = client
        self._poll_seconds = poll_seconds
        self._review = review
        self._tags = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        self._deleted_id: str | None = None
        self.name = name

    def deploy(self, template: Mapping[str, str], parameters: Mapping[str, str], say: Say) -> bool:
        """Deploy the template; return False if it changes nothing.

        `template` is {"TemplateURL": ...} or {"TemplateBody": ...}. A parameter of an existing
        stack that isn't given keeps its value. Raises StackFailedError, and whatever the review
        raises.
        """
        state = self._settle(say)
        if state in _STUCK:
            raise StackFailedError(
                f"{self.name} is {state}. {_STUCK[state].format(name=self.name)}"
            )
        if state in _REMAINS:
            say(f"{self.name}: deleting the remains of a failed creation")
            self.delete()
            state = None
        creates = state is None or state in _EMPTY
        known = set() if creates else {p["ParameterKey"] for p in self._describe()["Parameters"]}
        change_set = self._create_change_set(template, parameters, known, creates)
        if change_set is None:
            return False
        self._review_changes(change_set)
        started = datetime.now(UTC)
        say(f"{self.name}: {'creating' if creates else 'updating'}")
        self._client.execute_change_set(ChangeSetName=change_set, StackName=self.name)
        state = self._settle(say, beside=_EMPTY)
        if state not in _DONE:
            raise StackFailedError(f"{self.name} is {state}: {self._first_failure(started)}")
        return True

    def exists(self) -> bool:
        """Return whether the stack exists and isn't empty."""
        return self._state() not in {None, *_EMPTY}

    def was_created(self) -> bool:
        """Return whether the stack's creation has succeeded, once nothing is in progress."""
        return self._settle(lambda _: None) not in {None, *_EMPTY, *_REMAINS}

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs."""
        return {o["OutputKey"]: o["OutputValue"] for o in self._describe().get("Outputs", [])}

    def delete(self) -> None:
        """Delete the stack and wait for it; resources that the template retains stay."""
        self._deleted_id = self._describe().get("StackId")
        self._client.delete_stack(StackName=self.name)
        state = self._settle(lambda _: None)
        if state not in {None, "DELETE_COMPLETE"}:
            raise StackFailedError(f"{self.name} could not be deleted: {state}")

    def kept(self) -> list[str]:
        """Return the resources that a deletion retained, by logical id and name."""
        return [
            f"{event['LogicalResourceId']} ({event.get('PhysicalResourceId', '')})"
            for event in self._events(datetime.min.replace(tzinfo=UTC))
            if event["ResourceStatus"] == "DELETE_SKIPPED"
        ]

    def _review_changes(self, change_set: str) -> None:
        pages = self._client.get_paginator("describe_change_set").paginate(
            ChangeSetName=change_set, StackName=self.name
        )
        try:
            self._review(self.name, read_changes(pages))
        except RefusedError:
            self._client.delete_change_set(ChangeSetName=change_set, StackName=self.name)
            raise

    def _describe(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        return found

    def _state(self) -> str | None:
        try:
            state = str(self._describe()["StackStatus"])
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if state == "DELETE_COMPLETE" else state

    def _settle(self, say: Say, beside: set[str] | frozenset[str] = frozenset()) -> str | None:
        # Wait until no operation is in progress, ours or someone else's.
        said = None
        while True:
            state = self._state()
            if state is None or not state.endswith("_IN_PROGRESS"):
                return state
            if state in _EMPTY and state not in beside:
                return state
            if state != said and said is not None:
                say(f"{self.name}: {state.lower()}")
            said = state
            time.sleep(self._poll_seconds)

    def _create_change_set(
        self,
        template: Mapping[str, str],
        parameters: Mapping[str, str],
        known: set[str],
        creates: bool,
    ) -> str | None:
        values: list[dict[str, Any]]
        values = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
        declared = self._declared(template)
        values += [
            {"ParameterKey": name, "UsePreviousValue": True}
            for name in sorted(known & declared - set(parameters))
        ]
        change_set = self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"deploy-{time.time_ns()}",
            ChangeSetType="CREATE" if creates else "UPDATE",
            **template,
            Parameters=values,
            Capabilities=_CAPABILITIES,
            Tags=self._tags,
        )["Id"]
        while True:
            seen = self._client.describe_change_set(ChangeSetName=change_set, StackName=self.name)
            if seen["Status"] == "CREATE_COMPLETE":
                return str(change_set)
            if seen["Status"] == "FAILED":
                break
            time.sleep(self._poll_seconds / 4)
        reason = seen.get("StatusReason", "no reason given")
        self._client.delete_change_set(ChangeSetName=change_set, StackName=self.name)
        if any(words in reason.lower() for words in _NO_CHANGES):
            return None
        raise StackFailedError(f"{self.name}: {reason}")

    def _declared(self, template: Mapping[str, str]) -> set[str]:
        summary = self._client.get_template_summary(**template)
        return {p["ParameterKey"] for p in summary.get("Parameters", [])}

    def _first_failure(self, since: datetime) -> str:
        for event in reversed(self._events(since)):  # the oldest first
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("_FAILED") and _CANCELLED not in reason.lower():
                kind = event["ResourceType"]
                return f"{event['LogicalResourceId']} ({kind}): {reason or 'no reason given'}"
        return "no event gives a reason"

    def _events(self, since: datetime) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        name = self._deleted_id or self.name  # a deleted stack can only be named by its id
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=name)
        for page in pages:
            events += [e for e in page["StackEvents"] if e["Timestamp"] >= since]
            if page["StackEvents"] and page["StackEvents"][-1]["Timestamp"] < since:
                break
        return events
