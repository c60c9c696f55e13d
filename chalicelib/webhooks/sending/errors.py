"""Errors of an attempt: a stable code and a message for the webhook's owner."""

from dataclasses import dataclass


@dataclass
class AttemptFailedError(Exception):
    """An attempt without a response; the code says why."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
