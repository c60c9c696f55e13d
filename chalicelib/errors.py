"""Errors every room may raise. The class is the decision: answer, end the job, or try again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field of a request."""

    field: str
    code: str
    message: str


@dataclass
class ProblemError(Exception):
    """A request that is answered with problem details (RFC 9457) of this status and code.

    `extensions` are members that this problem has beside those of all.
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
    """Terminal for the job: a step returns it as its outcome, so that nothing tries again."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class JobCancelledError(Exception):
    """The job was cancelled while a step was at work; the step undoes what it has not committed."""


class TryAgainError(Exception):
    """A passing fault, a lost connection or a deadlock: the workflow runs the step again."""
