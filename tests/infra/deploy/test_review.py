"""What a change set would do is shown, data is guarded, and someone has to agree."""

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


def test_changes_are_read_as_cloudformation_tells_them() -> None:
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


def test_what_rds_does_in_place_is_no_replacement_whatever_the_change_set_calls_it() -> None:
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
        {"DBInstanceClass": "Never"},  # it does not say what may replace it
        {},
    ],
    ids=lambda requires: "-".join(requires) or "nothing",
)
def test_any_other_conditional_replacement_is_refused(requires: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match="data would be lost with Instance"):
        _review()("s", [_conditional(**requires)])


def test_replacements_are_shown_first_named_and_red() -> None:
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


def test_a_creation_is_only_counted() -> None:
    assert len(_shown(_NEW, Change("Add", "Other", "AWS::CloudWatch::Alarm"))) == 1


def test_what_is_agreed_to_goes_on_and_the_rest_does_not() -> None:
    _review()("s", [_EDIT, _SWAP])
    for answer in ("no", "", "y"):
        with pytest.raises(RefusedError, match="Not agreed"):
            _review(answer)("s", [_EDIT])


@pytest.mark.parametrize(
    "loss", [_LOSS, Change("Remove", "JobsTable", "AWS::DynamoDB::Table")], ids=lambda c: c.name
)
def test_what_would_lose_data_is_refused_unless_it_is_named(loss: Change) -> None:
    with pytest.raises(RefusedError, match=f"data would be lost with {loss.name}"):
        _review(is_agreed=True)("s", [_EDIT, loss])
    _review(given_up=frozenset({loss.name}))("s", [_EDIT, loss])


def test_where_nobody_can_be_asked_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    with pytest.raises(RefusedError, match="say --yes"):
        Review(console=Console(file=io.StringIO()))("s", [_EDIT])
    Review(is_agreed=True, console=Console(file=io.StringIO()))("s", [_EDIT])
