"""What may go wrong in an attempt: a code that stays, and a sentence for people."""

from dataclasses import dataclass


@dataclass
class AttemptFailedError(Exception):
    """An attempt that got no answer: its code says why."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
