"""The review of a change set: show it, refuse a loss of data, and ask for confirmation."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from infra.deploy.changes import Change, show_changes
from infra.deploy.target import RefusedError

Ask = Callable[[str], str]


@dataclass(frozen=True)
class Review:
    """Shows changes and asks a person to confirm them, or doesn't ask with `is_confirmed`.

    A change that would lose data is refused in any case, unless its logical id is in `replaceable`.
    """

    is_confirmed: bool = False
    replaceable: frozenset[str] = frozenset()
    console: Console = field(default_factory=Console)
    ask: Ask = input

    def __call__(self, stack: str, changes: Sequence[Change]) -> None:
        """Show `changes`; raises RefusedError if they must not be made."""
        show_changes(stack, changes, self.console)
        lost = [
            change for change in changes if change.may_lose and change.name not in self.replaceable
        ]
        if lost:
            named = ", ".join(f"{change.name} ({change.kind})" for change in lost)
            raise RefusedError(
                f"{stack}: this would lose the data of {named}."
                " To allow it, name each with --replace."
            )
        self.confirm(f"{stack}: apply these changes?")

    def confirm(self, question: str, answer: str = "yes") -> None:
        """Ask `question`; raises RefusedError unless the person enters `answer`."""
        if self.is_confirmed:
            return
        if self.ask is input and not sys.stdin.isatty():
            raise RefusedError("There is no terminal to confirm at. Use --yes.")
        if self.ask(f"{question} ({answer}/no) ").strip().lower() != answer:
            raise RefusedError("Not confirmed; nothing was changed.")
