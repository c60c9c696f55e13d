"""Step Functions, as far as the API asks it to start executions."""

from typing import Any


class FakeWorkflow:
    """Notes what is started."""

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
