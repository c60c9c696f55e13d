"""The files in infra/resources: joined into one template, each short and introduced."""

from pathlib import Path

import pytest

from infra.packaging.package import ROOT
from infra.packaging.resources import join_templates, read_resources

_FILES = sorted((ROOT / "infra" / "resources").glob("*.yaml"))
_MOST_LINES = 250


def test_sections_of_several_files_are_joined() -> None:
    joined = join_templates(
        {
            "jobs.yaml": {"Transform": "T", "Resources": {"JobsTable": {}}},
            "keys.yaml": {"Resources": {"KeysTable": {}}, "Outputs": {"Name": {}}},
        }
    )
    assert joined == {
        "Transform": "T",
        "Resources": {"JobsTable": {}, "KeysTable": {}},
        "Outputs": {"Name": {}},
    }


@pytest.mark.parametrize("template", [{"Resources": {"Topic": {}}}, {"Transform": "T"}])
def test_name_defined_in_two_files_is_an_error_that_names_both(template: dict[str, object]) -> None:
    [(section, _)] = template.items()
    with pytest.raises(ValueError, match=f"{section}.* both jobs.yaml and keys.yaml"):
        join_templates({"jobs.yaml": template, "keys.yaml": template})


def test_anchors_of_the_shared_file_are_expanded_and_not_in_the_template() -> None:
    template = read_resources(ROOT)
    assert "Shared" not in template
    assert template["Resources"]["JobsTable"]["Type"] == "AWS::DynamoDB::Table"
    assert template["Resources"]["SweepJobsLogs"]["Properties"] == {
        "RetentionInDays": {"Ref": "LogRetentionDays"}
    }


@pytest.mark.parametrize("path", _FILES, ids=lambda path: str(path.name))
def test_file_is_short_and_its_first_line_says_what_it_holds(path: Path) -> None:
    first, *rest = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# ")
    assert len(rest) < _MOST_LINES
