"""What the template writes once for all kinds of jobs."""

import json

import pytest

from infra.packaging.job_kinds import expand_job_kinds

_KINDS = {
    "export": {
        "Workflow": "ExportProducts",
        "FailFunction": "FailExport",
        "FailureRule": "ExportFailed",
    },
    "import": {
        "Workflow": "ImportProducts",
        "FailFunction": "FailImport",
        "FailureRule": "ImportFailed",
    },
}


def test_value_is_listed_for_each_kind() -> None:
    statement = {"Resource": {"Fn::EachJobKind": [{"Ref": "Workflow"}]}}
    assert expand_job_kinds(statement, _KINDS) == {
        "Resource": [{"Ref": "ExportProducts"}, {"Ref": "ImportProducts"}]
    }


def test_values_are_inserted_into_a_list() -> None:
    arns = ["first", {"Fn::EachJobKind": [{"Fn::GetAtt": ["FailureRule", "Arn"]}]}, ["last"]]
    assert expand_job_kinds(arns, _KINDS) == [
        "first",
        {"Fn::GetAtt": ["ExportFailed", "Arn"]},
        {"Fn::GetAtt": ["ImportFailed", "Arn"]},
        ["last"],
    ]


def test_mapping_is_json_text_by_kind() -> None:
    expanded = expand_job_kinds({"Fn::JobKindMapping": "${FailFunction}"}, _KINDS)
    assert json.loads(expanded["Fn::Sub"]) == {"export": "${FailExport}", "import": "${FailImport}"}


def test_kind_that_lacks_a_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="job kind export must name exactly FailFunction"):
        expand_job_kinds({}, {"export": {"Workflow": "ExportProducts"}})
