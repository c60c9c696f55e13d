"""The review of a change set: it is shown, data is protected, and a person confirms."""

import io
from typing import Any

import pytest
from rich.console import Console

from infra.deploy.changes import Change, read_changes, show_changes
from infra.deploy.review import Review
from infra.deploy.target import RefusedError

_EDIT = Change("Modify", "StageRange", "AWS::Lambda::Function", details=("MemorySize", "Timeout"))
_NEW = Change("Add", "Alarm", "AWS::CloudWatch::Alarm")
_SWAP = Change("Modify", "Proxy", "AWS::RDS::DBProxy", "True", ("EngineFamily",))
_LOSS = Change("Modify", "Instance", "AWS::RDS::DBInstance", "True", ("DBName",))


def _shown(*changes: Change) -> list[str]:
    written = io.StringIO()
    show_changes("s", changes, Console(file=written, width=100, force_terminal=True))
    return written.getvalue().splitlines()


def _review(answer: str = "yes", **options: Any) -> Review:
    console = Console(file=io.StringIO())
    return Review(console=console, ask=lambda question: answer, **options)


def test_changes_are_read_from_a_change_set() -> None:
    resource = {
        "Action": "Modify",
        "LogicalResourceId": "Proxy",
        "ResourceType": "AWS::RDS::DBProxy",
        "Replacement": "True",
        "Details": [
            {"Target": {"Attribute": "Properties", "Name": "EngineFamily"}},
            {"Target": {"Attribute": "Properties", "Name": "EngineFamily"}},
            {"Target": {"Attribute": "Tags"}},
        ],
    }
    pages: list[dict[str, Any]] = [{"Changes": [{"ResourceChange": resource}]}, {}]
    expected = Change("Modify", "Proxy", "AWS::RDS::DBProxy", "True", ("EngineFamily", "Tags"))
    assert read_changes(pages) == [expected]


def _conditional(**requires: str) -> Change:
    targets = [
        {"Target": {"Attribute": "Properties", "Name": name, "RequiresRecreation": required}}
        for name, required in requires.items()
    ]
    resource = {
        "Action": "Modify",
        "LogicalResourceId": "Instance",
        "ResourceType": "AWS::RDS::DBInstance",
        "Replacement": "Conditional",
        "Details": targets,
    }
    [change] = read_changes([{"Changes": [{"ResourceChange": resource}]}])
    return change


def test_change_that_rds_makes_in_place_isnt_a_replacement() -> None:
    change = _conditional(
        BackupRetentionPeriod="Conditionally", MultiAZ="Conditionally", DBInstanceClass="Never"
    )
    assert not change.replaces
    _review()("s", [change])


@pytest.mark.parametrize(
    "requires",
    [
        {"Engine": "Conditionally", "MultiAZ": "Conditionally"},
        {"KmsKeyId": "Always", "BackupRetentionPeriod": "Conditionally"},
        {"DBInstanceClass": "Never"},  # the property doesn't replace it
        {},
    ],
    ids=lambda requires: "-".join(requires) or "nothing",
)
def test_other_conditional_replacements_are_refused(requires: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match="would lose the data of Instance"):
        _review()("s", [_conditional(**requires)])


def test_replacements_are_shown_first_and_in_red() -> None:
    lines = _shown(_NEW, _EDIT, _SWAP, _LOSS)
    places = [
        next(i for i, line in enumerate(lines) if name in line) for name in ("Instance", "Proxy")
    ]
    assert places == sorted(places)
    assert places[1] < next(i for i, line in enumerate(lines) if "StageRange" in line)
    for place in places:
        assert "REPLACES" in lines[place]
        assert "\x1b[1;31m" in lines[place]  # bold and red
    assert "EngineFamily" in lines[places[1]]


def test_creation_is_only_counted() -> None:
    assert len(_shown(_NEW, Change("Add", "Other", "AWS::CloudWatch::Alarm"))) == 1


def test_only_confirmed_changes_are_applied() -> None:
    _review()("s", [_EDIT, _SWAP])
    for answer in ("no", "", "y"):
        with pytest.raises(RefusedError, match="Not confirmed"):
            _review(answer)("s", [_EDIT])


@pytest.mark.parametrize(
    "loss", [_LOSS, Change("Remove", "JobsTable", "AWS::DynamoDB::Table")], ids=lambda c: c.name
)
def test_loss_of_data_is_refused_unless_the_resource_is_named(loss: Change) -> None:
    with pytest.raises(RefusedError, match=f"would lose the data of {loss.name}"):
        _review(is_confirmed=True)("s", [_EDIT, loss])
    _review(replaceable=frozenset({loss.name}))("s", [_EDIT, loss])


def test_changes_without_a_terminal_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    with pytest.raises(RefusedError, match="Use --yes"):
        Review(console=Console(file=io.StringIO()))("s", [_EDIT])
    Review(is_confirmed=True, console=Console(file=io.StringIO()))("s", [_EDIT])
