"""Before a change set is executed: it is shown, data is guarded, and someone says yes."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from infra.deploy.changes import Change, show_changes
from infra.deploy.target import RefusedError

Ask = Callable[[str], str]


@dataclass(frozen=True)
class Review:
    """A person's review, or with `is_agreed` that of the table alone.

    What would lose data is refused in any case, unless it is in `given_up` by its logical id.
    """

    is_agreed: bool = False
    given_up: frozenset[str] = frozenset()
    console: Console = field(default_factory=Console)
    ask: Ask = input

    def __call__(self, stack: str, changes: Sequence[Change]) -> None:
        """Show `changes`; raises RefusedError where they are not to be made."""
        show_changes(stack, changes, self.console)
        lost = [
            change for change in changes if change.may_lose and change.name not in self.given_up
        ]
        if lost:
            named = ", ".join(f"{change.name} ({change.kind})" for change in lost)
            raise RefusedError(
                f"{stack}: data would be lost with {named}."
                " If that is meant, name it with --replace."
            )
        self.agree(f"{stack}: make these changes?")

    def agree(self, question: str, answer: str = "yes") -> None:
        """Ask for `answer`; raises RefusedError unless it is given."""
        if self.is_agreed:
            return
        if self.ask is input and not sys.stdin.isatty():
            raise RefusedError("Nobody is here to be asked; say --yes")
        if self.ask(f"{question} ({answer}/no) ").strip().lower() != answer:
            raise RefusedError("Not agreed to; nothing was changed")
