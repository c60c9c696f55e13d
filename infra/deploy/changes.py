"""The changes of a change set, and a table of them for review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

# Types that hold data, which no deployment may lose by accident.
HOLDS_DATA = {
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
}
# Properties that a stage's settings may change at any time: by the type's schema CloudFormation
# reports a conditional replacement, but RDS changes them in place, by its documentation.
_CHANGED_IN_PLACE = {"AWS::RDS::DBInstance": {"BackupRetentionPeriod", "MultiAZ"}}
_SHOWN_DETAILS = 6


@dataclass(frozen=True)
class Change:
    """The change of one resource."""

    action: str  # Add, Modify, Remove, Import, Dynamic
    name: str
    kind: str
    replacement: str = "False"  # True, Conditional, False
    details: tuple[str, ...] = ()  # the properties that change

    @property
    def replaces(self) -> bool:
        """Whether the resource is or may be replaced."""
        return self.replacement in {"True", "Conditional"}

    @property
    def may_lose(self) -> bool:
        """Whether the change may lose data."""
        return self.kind in HOLDS_DATA and (self.replaces or self.action == "Remove")


def read_changes(pages: Iterable[dict[str, Any]]) -> list[Change]:
    """Return the changes in the pages of DescribeChangeSet."""
    found = []
    for page in pages:
        for entry in page.get("Changes", []):
            resource = entry.get("ResourceChange", {})
            targets = [d.get("Target", {}) for d in resource.get("Details", [])]
            names = [t.get("Name") or t.get("Attribute", "") for t in targets]
            found.append(
                Change(
                    action=resource["Action"],
                    name=resource["LogicalResourceId"],
                    kind=resource["ResourceType"],
                    replacement=_read_replacement(resource, targets),
                    details=tuple(dict.fromkeys(name for name in names if name)),
                )
            )
    return found


def _read_replacement(resource: dict[str, Any], targets: Sequence[dict[str, Any]]) -> str:
    replacement = str(resource.get("Replacement", "False"))
    in_place = _CHANGED_IN_PLACE.get(resource["ResourceType"], set())
    named = {t.get("Name") for t in targets if t.get("RequiresRecreation") != "Never"}
    is_in_place = replacement == "Conditional" and named and named <= in_place
    return "False" if is_in_place else replacement


def show_changes(stack: str, changes: Sequence[Change], console: Console) -> None:
    """Print the changes, replacements first and in red; those of a creation are only counted."""
    if changes and all(change.action == "Add" for change in changes):
        console.print(f"{stack}: [green]adds[/] {_count(changes)}")
        return
    table = Table(title=stack, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in ("", "resource", "type", "changes"):
        table.add_column(heading, overflow="fold")
    for change in sorted(changes, key=lambda c: (not c.may_lose, not c.replaces, c.action, c.name)):
        words, style = _say(change)
        shown = ", ".join(change.details[:_SHOWN_DETAILS])
        table.add_row(words, change.name, change.kind.removeprefix("AWS::"), shown, style=style)
    console.print(table)


def _say(change: Change) -> tuple[str, str]:
    if change.replacement == "True":
        return "REPLACES", "bold red"
    if change.replacement == "Conditional":
        return "MAY REPLACE", "red"
    styles = {"Add": ("adds", "green"), "Remove": ("removes", "red")}
    return styles.get(change.action, ("changes", "yellow"))


def _count(changes: Sequence[Change]) -> str:
    kinds: dict[str, int] = {}
    for change in changes:
        kinds[change.kind.split("::")[1]] = kinds.get(change.kind.split("::")[1], 0) + 1
    return ", ".join(f"{number} of {kind}" for kind, number in sorted(kinds.items()))
