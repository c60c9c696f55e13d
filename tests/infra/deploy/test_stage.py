"""The settings of a stage, and the connections they would take: refused by a sentence."""

import re
from pathlib import Path

import pytest

from infra.deploy.budget import INDEXING, make_budget, max_connections
from infra.deploy.installation import budget_of
from infra.deploy.stage import FOLDER, StageSettings, read_stage
from infra.deploy.target import RefusedError
from infra.packaging.template import Template
from tests.infra.conftest import Resources

_GOOD = """
account = "123456789012"
region = "eu-central-1"
[database]
instance_class = "db.m7g.large"
"""


def _read(folder: Path, text: str) -> StageSettings:
    (folder / "prod.toml").write_text(text)
    return read_stage("prod", folder)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_stage_here_is_good_and_fits_its_database(path: Path, template: Template) -> None:
    settings = read_stage(path.stem)
    assert budget_of(settings).needed > 0
    assert settings.application.parameters.keys() <= template["Parameters"].keys()


def test_what_is_commented_out_in_the_example_is_good_too(tmp_path: Path) -> None:
    text = (FOLDER / "example.toml").read_text()
    settings = _read(tmp_path, re.sub(r"(?m)^# (?=\[|[a-zA-Z_]+ = )", "", text))
    assert settings.edge is not None
    assert settings.edge.domain == "catalogue.example.com"
    assert settings.application.parameters["OidcIssuer"] == "https://login.example.com/"


def test_what_is_left_out_has_a_value(tmp_path: Path) -> None:
    settings = _read(tmp_path, _GOOD)
    assert (settings.network.zones, settings.database.multi_az, settings.edge) == (2, True, None)
    assert settings.allowed_origins == "*"


def test_pages_of_the_edge_may_upload(tmp_path: Path) -> None:
    edge = '[edge]\ndomain = "shop.example"\nhosted_zone_id = "Z1"\n'
    assert _read(tmp_path, _GOOD + edge).allowed_origins == "https://shop.example"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_GOOD.replace("123456789012", "1234"), "prod.toml: account: String should match"),
        (_GOOD.replace("eu-central-1", "Frankfurt"), "prod.toml: region: "),
        (_GOOD.replace("m7g", "x9z"), r"database.instance_class: db.x9z.large is none of: db\."),
        (_GOOD + "multi_az = 1", "prod.toml: database.multi_az: .* boolean"),
        (_GOOD + 'engine_version = "16.3"', "database.engine_version: "),
        (_GOOD + "max_storage_gib = 100", "database: max_storage_gib must be at least a tenth"),
        (_GOOD + "storage = 5", "prod.toml: database.storage: is not known"),
        (_GOOD + "[network]\nzones = 4", "prod.toml: network.zones: Input should be 2 or 3"),
        (_GOOD + "[application]\nworkers = 0", "application.workers: .* greater"),
        (
            _GOOD + '[application.parameters]\nDatabaseHost = "x"',
            "application.parameters: DatabaseHost cannot be given",
        ),
        (_GOOD + '[edge]\ndomain = "x.example"', "edge: domain needs certificate_arn, or"),
        (_GOOD + "[edge", "prod.toml is no TOML: "),
        (_GOOD.partition("[")[0], "prod.toml: database: Field required"),
    ],
)
def test_what_is_wrong_is_refused_by_a_sentence_that_names_it(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        _read(tmp_path, text)


@pytest.mark.parametrize("name", ["../prod", "", "Prod", "a" * 21])
def test_a_stage_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusedError, match="A stage is named by"):
        read_stage(name, tmp_path)


def test_a_stage_that_is_not_there_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"example\.toml shows how"):
        read_stage("prod", tmp_path)


@pytest.mark.parametrize(
    ("instance_class", "nominal"),
    [
        ("db.t4g.micro", 112),
        ("db.m7g.large", 901),
        ("db.r7g.xlarge", 3604),
        ("db.r8g.4xlarge", 5000),
    ],
)
def test_connections_are_a_little_fewer_than_rds_formula_gives(
    instance_class: str, nominal: int
) -> None:
    found = max_connections(instance_class)
    assert found == 5000 if nominal == 5000 else 0.6 * nominal < found < nominal


def test_numbers_that_do_not_fit_are_refused_with_the_sum(tmp_path: Path) -> None:
    workers = "[application]\nworkers = 60\njobs_at_once = 3\n"
    settings = _read(tmp_path, _GOOD.replace("m7g.large", "t4g.small") + workers)
    with pytest.raises(RefusedError, match=r"t4g.small is too small: 331 connections of about \d+"):
        budget_of(settings)


def test_more_functions_than_an_account_can_reserve_are_refused(tmp_path: Path) -> None:
    workers = "[application]\nworkers = 200\njobs_at_once = 4\n"
    settings = _read(tmp_path, _GOOD.replace("m7g.large", "r7g.8xlarge") + workers)
    with pytest.raises(RefusedError, match="1208 functions would be reserved"):
        budget_of(settings)


def test_the_proxy_is_given_what_the_api_may_have_and_no_less() -> None:
    budget = make_budget("db.m7g.large", workers=8, jobs_at_once=2, api=60)
    assert budget.available * budget.proxy_percent / 100 >= 60
    assert budget.available * (budget.proxy_percent - 1) / 100 < 60


def test_the_valve_of_each_function_is_what_the_budget_counts(functions: Resources) -> None:
    valves = {
        name: properties["ReservedConcurrentExecutions"]["Fn::If"][1]
        for name, properties in functions.items()
        if "ReservedConcurrentExecutions" in properties
    }
    assert valves == {
        "StageRange": {"Ref": "StagingAtOnce"},
        "MergeKeyRange": {"Ref": "Workers"},
        "DeleteKeyRange": {"Ref": "Workers"},
        "IndexDocuments": INDEXING,
    }
