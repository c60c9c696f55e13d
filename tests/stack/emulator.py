"""The emulated AWS services of the deployed stack, for what a client can't do or see."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import psutil

from chalicelib.bootstrap import job_kinds
from chalicelib.events.models import EventType, make_event
from chalicelib.events.queue import EventsQueue
from chalicelib.items import serialize
from chalicelib.jobs.events import describe_end
from chalicelib.jobs.items import to_item
from chalicelib.jobs.models import Job
from infra.local.stack import Addresses, local_target
from tests.fakes.jobs import make_job

Json = dict[str, Any]

_WAIT_SECONDS = 240.0
_RETENTION_DAYS = 30
_MOST_AT_ONCE = 10_000  # log events in one response


@dataclass(frozen=True)
class Emulator:
    """The services of one deployed stack."""

    addresses: Addresses
    lines_since_ms: int = 0  # older lines are ignored

    @cached_property
    def s3(self) -> Any:
        return self._client("s3")

    @cached_property
    def workflow(self) -> Any:
        return self._client("stepfunctions")

    def _client(self, service: str) -> Any:
        return local_target(self.addresses.endpoint_url).client(service)

    # ------------------------------------------------------------------ objects
    def put(self, key: str, content: bytes) -> None:
        self.s3.put_object(Bucket=self.addresses.bucket, Key=key, Body=content)

    def keys(self, prefix: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.addresses.bucket, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def announce_again(self, key: str, **changed: Any) -> Json:
        """Send the event of an existing object again, as S3 may; return the execution's output.

        `changed` overrides fields of the event's object.
        """
        head = self.s3.head_object(Bucket=self.addresses.bucket, Key=key)
        announced = {"key": key, "size": head["ContentLength"], "etag": head["ETag"].strip('"')}
        event = {
            "detail": {"bucket": {"name": self.addresses.bucket}, "object": announced | changed}
        }
        begun = self.workflow.start_execution(
            stateMachineArn=self.addresses.state_machine_arn, input=json.dumps(event)
        )
        return self._wait_for([begun["executionArn"]])[0]

    # ------------------------------------------------------------------ executions
    def executions(self) -> set[str]:
        """Return the ARNs of all executions of the workflow."""
        pages = self.workflow.get_paginator("list_executions").paginate(
            stateMachineArn=self.addresses.state_machine_arn
        )
        return {found["executionArn"] for page in pages for found in page["executions"]}

    def wait_for_another(self, before: set[str], number: int = 1) -> list[Json]:
        """Wait for the end of `number` executions that aren't in `before`; return their outputs."""
        limit = time.monotonic() + _WAIT_SECONDS
        while len(begun := self.executions() - before) < number:
            assert time.monotonic() < limit, "no execution started"
            time.sleep(0.05)
        return self._wait_for(begun)

    def _wait_for(self, executions: Iterable[str]) -> list[Json]:
        limit, ended = time.monotonic() + _WAIT_SECONDS, []
        for arn in executions:
            while (found := self._describe(arn))["status"] == "RUNNING":
                assert time.monotonic() < limit, f"{arn} doesn't end"
                time.sleep(0.05)
            assert found["status"] == "SUCCEEDED", found
            ended.append(json.loads(found["output"]))
        return ended

    def _describe(self, arn: str) -> Json:
        found: Json = self.workflow.describe_execution(executionArn=arn)
        return found

    def stop_execution(self, job_id: str) -> None:
        """Stop the running execution of a job, as an operator may."""
        self.workflow.stop_execution(executionArn=self._execution_of(job_id))

    def is_running(self, job_id: str) -> bool:
        """Return whether the execution of a job is running."""
        return bool(self._describe(self._execution_of(job_id))["status"] == "RUNNING")

    def _execution_of(self, job_id: str) -> str:
        found = self._client("dynamodb").get_item(
            TableName=self.addresses.jobs_table, Key={"job_id": {"S": job_id}}
        )
        return str(found["Item"]["execution"]["S"])

    @contextmanager
    def without_rule(self, logical_id: str) -> Iterator[None]:
        """Remove the targets of an EventBridge rule while the block runs.

        Disabling the rule isn't enough: LocalStack 4.14 triggers disabled rules.
        """
        events, name = self._client("events"), self._physical_id(logical_id).rpartition("|")[2]
        targets = events.list_targets_by_rule(Rule=name)["Targets"]
        events.remove_targets(Rule=name, Ids=[target["Id"] for target in targets])
        try:
            yield
        finally:
            events.put_targets(Rule=name, Targets=targets)

    # ------------------------------------------------------------------ functions, jobs, logs
    def publish(self, kind: EventType, number: int) -> None:
        """Send `number` events to the queue of events."""
        job, now = replace(make_job(), status="FAILED"), datetime.now(UTC)
        data = describe_end(job, job_kinds()[job.kind].events)
        events = [make_event(kind, data, now) for _ in range(number)]
        EventsQueue(self._client("sqs"), self._events_queue_url).send(events)

    def wait_for_fan_out(self) -> None:
        """Wait until every event so far is fanned out to the existing webhooks."""
        limit = time.monotonic() + _WAIT_SECONDS
        while self._is_any_running() or self._drain_events() > 0 or self._count_events() > 0:
            assert time.monotonic() < limit, "events are still waiting"
            time.sleep(0.05)

    def _is_any_running(self) -> bool:
        machines = self.workflow.list_state_machines()["stateMachines"]
        return any(
            self.workflow.list_executions(
                stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING"
            )["executions"]
            for machine in machines
        )

    def _drain_events(self) -> int:
        return int(self.invoke("DrainEvents", {})["events"])

    def _count_events(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._client("sqs").get_queue_attributes(
            QueueUrl=self._events_queue_url, AttributeNames=names
        )
        return sum(int(found["Attributes"][name]) for name in names)

    @cached_property
    def _events_queue_url(self) -> str:
        [url] = [u for u in self._client("sqs").list_queues()["QueueUrls"] if "EventsQueue" in u]
        return str(url)

    def invoke(self, logical_id: str, event: Json) -> Json:
        """Invoke a function as its schedule does."""
        answer = self._client("lambda").invoke(
            FunctionName=self._physical_id(logical_id), Payload=json.dumps(event).encode()
        )
        found: Json = json.load(answer["Payload"])
        assert "FunctionError" not in answer, found
        return found

    def _physical_id(self, logical_id: str) -> str:
        target = local_target(self.addresses.endpoint_url)
        resource = target.client("cloudformation").describe_stack_resource(
            StackName=target.stack_name, LogicalResourceId=logical_id
        )["StackResourceDetail"]
        return str(resource["PhysicalResourceId"])

    @contextmanager
    def waiting_in(self, logical_id: str, body: str) -> Iterator[Callable[[], int]]:
        """Put a message into a queue while the block runs; yield a function that counts them."""
        sqs, url = self._client("sqs"), self._physical_id(logical_id)
        name = "ApproximateNumberOfMessages"
        sqs.send_message(QueueUrl=url, MessageBody=body)
        yield lambda: int(
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        )
        sqs.purge_queue(QueueUrl=url)

    @contextmanager
    def throttled(self, path: str, method: str) -> Iterator[None]:
        """Throttle all requests to a route while the block runs, if the gateway supports it."""
        gateway = self._client("apigateway")
        [rest_api] = [
            found
            for found in gateway.get_rest_apis()["items"]
            if found["id"] in self.addresses.api_url
        ]
        stage = {"restApiId": rest_api["id"], "stageName": "api"}
        place = f"/{path.replace('/', '~1')}/{method}"
        limits = [f"{place}/throttling/{limit}" for limit in ("rateLimit", "burstLimit")]
        closed = [{"op": "replace", "path": limit, "value": "0"} for limit in limits]
        gateway.update_stage(**stage, patchOperations=closed)
        try:
            yield
        finally:
            opened = [{"op": "replace", "path": limit, "value": "10000"} for limit in limits]
            gateway.update_stage(**stage, patchOperations=opened)

    def expire_upload(self, job_id: str) -> None:
        """Set the upload deadline of a job to two hours ago."""
        self._backdate(job_id, "expires_at")

    def expire_plan(self, job_id: str) -> None:
        """Set the expiry of a job's plan to two hours ago."""
        self._backdate(job_id, "expires_at")  # the sort key of the index
        self._backdate(job_id, "plan.expires_at")

    def backdate_start(self, job_id: str) -> None:
        """Set the start of a job to two hours ago."""
        self._backdate(job_id, "expires_at")  # the sort key of the index
        self._backdate(job_id, "started_at")

    def _backdate(self, job_id: str, name: str) -> None:
        past = (datetime.now(UTC) - timedelta(hours=2)).isoformat(timespec="milliseconds")
        self._client("dynamodb").update_item(
            TableName=self.addresses.jobs_table,
            Key={"job_id": {"S": job_id}},
            UpdateExpression="SET " + ".".join(f"#{part}" for part in name.split(".")) + " = :past",
            ExpressionAttributeNames={f"#{part}": part for part in name.split(".")},
            ExpressionAttributeValues={":past": {"S": past.replace("+00:00", "Z")}},
        )

    def keep_job(self, job: Job) -> None:
        """Store a job as the API does, without starting it."""
        self._client("dynamodb").put_item(
            TableName=self.addresses.jobs_table, Item=serialize(to_item(job, _RETENTION_DAYS))
        )

    def alarm(self, logical_id: str) -> Json:
        """Return an alarm as deployed."""
        names = [self._physical_id(logical_id)]
        [found] = self._client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
        return dict(found)

    @contextmanager
    def without_capacity(self, logical_id: str) -> Iterator[Callable[[], bool]]:
        """Throttle all calls of a function while the block runs; yield a check for one."""
        functions, name = self._client("lambda"), self._physical_id(logical_id)
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        try:
            yield lambda: self._is_throttled(logical_id)
        finally:
            functions.delete_function_concurrency(FunctionName=name)

    def _is_throttled(self, logical_id: str) -> bool:
        running = self.workflow.list_executions(
            stateMachineArn=self.addresses.state_machine_arn, statusFilter="RUNNING"
        )["executions"]
        pages = self.workflow.get_paginator("get_execution_history")
        return any(
            "TooManyRequests" in json.dumps(event, default=str)
            for execution in running
            for page in pages.paginate(executionArn=execution["executionArn"])
            for event in page["events"]
        )

    def from_now(self) -> "Emulator":
        """Return an emulator that reads only log lines written from now on."""
        return replace(self, lines_since_ms=time.time_ns() // 1_000_000)

    def log_lines(self, functions: Iterable[str] = ("",)) -> list[str]:
        """Return all log lines of the functions with these logical ids."""
        logs = self._client("logs")
        groups = [
            group["logGroupName"]
            for page in logs.get_paginator("describe_log_groups").paginate()
            for group in page["logGroups"]
            if any(name in group["logGroupName"] for name in functions)
        ]
        return [
            event["message"].strip()
            for group in groups
            for event in _read_log(logs, group, self.lines_since_ms)
        ]

    def log_entries(self, **fields: Any) -> list[Json]:
        """Return the structured lines with these fields."""
        found = (json.loads(line) for line in self.log_lines() if is_structured(line))
        return [entry for entry in found if fields.items() <= entry.items()]


def _read_log(logs: Any, group: str, since: int) -> Iterator[Json]:
    # MiniStack returns the oldest 10,000 events and no next page. So the next request starts with
    # the last millisecond of the response, whose events may be incomplete.
    while True:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since
        )
        found = [event for page in pages for event in page["events"]]
        if len(found) < _MOST_AT_ONCE:
            yield from found
            return
        last = found[-1]["timestamp"]
        assert last > since, "more lines in a millisecond than a response has"
        yield from (event for event in found if event["timestamp"] < last)
        since = last


def is_structured(line: str) -> bool:
    """Return whether a line was written by the product, not by the Lambda runtime."""
    return line.startswith("{")


def kill_end(port: int, other_port: int) -> bool:
    """Kill the process that has the end `port` of a connection; return False if none has."""
    for connection in psutil.net_connections("tcp"):
        ends = [end.port for end in (connection.laddr, connection.raddr) if end]
        if ends == [port, other_port] and connection.pid:
            os.kill(connection.pid, signal.SIGKILL)
            return True
    return False
