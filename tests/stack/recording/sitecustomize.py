"""Records every AWS call that a function of the test stack makes, and every URL it signs.

Python imports this module at start if its folder is on PYTHONPATH; the product doesn't know it. A
line is {"function", "service", "operation", "names"}; a process writes each distinct line once.
"""

import json
import os
from pathlib import Path
from typing import Any

_IN_TRANSACTIONS = {"Put", "Update", "Delete", "ConditionCheck"}  # each is an action
_NAMES = (
    *("TableName", "IndexName", "Bucket", "Key", "QueueUrl", "FunctionName"),
    *("stateMachineArn", "executionArn"),
)


class Recorder:
    """The calls of one process of a function."""

    def __init__(self) -> None:
        self._path = Path(os.environ["RECORDED_CALLS"]) / f"{os.getpid()}.jsonl"
        self._function = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self._written: set[str] = set()

    def write(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        """Record a call; a transaction is recorded as its parts."""
        if operation == "TransactWriteItems":
            for item in parameters["TransactItems"]:
                for kind in _IN_TRANSACTIONS & item.keys():
                    self.write(service, f"{kind}Item", item[kind])
            return
        names = {name: parameters[name] for name in _NAMES if name in parameters}
        if "Key" in names:  # an object's folder; nothing of an item's key
            names["Key"] = names["Key"].split("/")[0] if isinstance(names["Key"], str) else ""
        if "executionArn" in names:  # the machine is enough
            names["executionArn"] = names["executionArn"].rpartition(":")[0]
        called = {"service": service, "operation": operation, "names": names}
        line = json.dumps({"function": self._function, **called}, sort_keys=True)
        if line not in self._written:
            self._written.add(line)
            with self._path.open("a") as handle:
                handle.write(f"{line}\n")


def _record(recorder: Recorder) -> None:
    from botocore import client, signers

    base: Any = client.BaseClient
    signing: Any = signers
    call, sign = base._make_api_call, signing.generate_presigned_url

    def call_and_write(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        recorder.write(self.meta.service_model.service_name, operation, parameters)
        return call(self, operation, parameters)

    # N803: boto3's own names
    def sign_and_write(self: Any, ClientMethod: str, Params: Any = None, **others: Any) -> Any:  # noqa: N803
        operation = self.meta.method_to_api_mapping[ClientMethod]
        recorder.write(self.meta.service_model.service_name, operation, Params or {})
        return sign(self, ClientMethod, Params, **others)

    base._make_api_call = call_and_write
    signing.generate_presigned_url = sign_and_write


if "RECORDED_CALLS" in os.environ and "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _record(Recorder())
