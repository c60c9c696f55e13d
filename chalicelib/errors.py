"""Errors that every room may raise. The class decides: answer, end the job, or retry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FieldProblem:
    """The problem of one field of a request."""

    field: str
    code: str
    message: str


@dataclass
class ProblemError(Exception):
    """A request that is answered by problem details (RFC 9457) with this status and code.

    `extensions` are the additional members of this problem.
    """

    status: int
    code: str
    detail: str
    errors: Sequence[FieldProblem] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"


@dataclass
class JobEndedError(Exception):
    """The job has to end: a step returns this as its outcome, so that nothing retries it."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class JobCancelledError(Exception):
    """The job was cancelled while a step was running; the step rolls back."""


class TryAgainError(Exception):
    """A temporary error, such as a lost connection or a deadlock: the workflow retries the step."""
