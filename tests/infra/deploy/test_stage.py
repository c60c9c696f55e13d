"""The settings of a stage and their connection budget: validation and its messages."""

import re
from pathlib import Path

import boto3
import pytest

from infra.deploy.artifacts import Artifacts
from infra.deploy.budget import INDEXING, make_budget, max_connections
from infra.deploy.installation import budget_of
from infra.deploy.stage import FOLDER, StageSettings, read_stage
from infra.deploy.target import RefusedError, Target
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
def test_every_stage_is_valid_and_within_its_budget(path: Path, template: Template) -> None:
    settings = read_stage(path.stem)
    assert budget_of(settings).needed > 0
    assert settings.application.parameters.keys() <= template["Parameters"].keys()


def test_commented_out_settings_of_the_example_are_valid(tmp_path: Path) -> None:
    text = (FOLDER / "example.toml").read_text()
    settings = _read(tmp_path, re.sub(r"(?m)^# (?=\[|[a-zA-Z_]+ = )", "", text))
    assert settings.edge is not None
    assert settings.edge.domain == "catalogue.example.com"
    assert settings.application.parameters["OidcIssuer"] == "https://login.example.com/"


def test_omitted_settings_have_defaults(tmp_path: Path) -> None:
    settings = _read(tmp_path, _GOOD)
    assert (settings.network.zones, settings.database.multi_az, settings.edge) == (2, True, None)
    assert settings.allowed_origins == "*"


def test_pages_at_the_edge_may_upload(tmp_path: Path) -> None:
    edge = '[edge]\ndomain = "shop.example"\nhosted_zone_id = "Z1"\n'
    assert _read(tmp_path, _GOOD + edge).allowed_origins == "https://shop.example"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_GOOD.replace("123456789012", "1234"), "prod.toml: account: String should match"),
        (_GOOD.replace("eu-central-1", "Frankfurt"), "prod.toml: region: "),
        (
            _GOOD.replace("m7g", "x9z"),
            r"database.instance_class: unknown class db.x9z.large; use db\.",
        ),
        (_GOOD + "multi_az = 1", "prod.toml: database.multi_az: .* boolean"),
        (_GOOD + 'engine_version = "16.3"', "database.engine_version: "),
        (_GOOD + "max_storage_gib = 100", "database: max_storage_gib must be at least 10 %"),
        (_GOOD + "storage = 5", "prod.toml: database.storage: unknown setting"),
        (_GOOD + "[network]\nzones = 4", "prod.toml: network.zones: Input should be 2 or 3"),
        (_GOOD + "[application]\nworkers = 0", "application.workers: .* greater"),
        (
            _GOOD + '[application.parameters]\nDatabaseHost = "x"',
            "application.parameters: DatabaseHost can't be set",
        ),
        (_GOOD + '[edge]\ndomain = "x.example"', "edge: domain requires certificate_arn, or"),
        ('tags = {stage = "x"}' + _GOOD, "prod.toml: tags: stage can't be set"),
        (_GOOD + "[edge", "prod.toml isn't valid TOML: "),
        (_GOOD.partition("[")[0], "prod.toml: database: Field required"),
    ],
)
def test_invalid_setting_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        _read(tmp_path, text)


@pytest.mark.parametrize("name", ["../prod", "", "Prod", "prod-", "a" * 19])
def test_stage_name_is_validated(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusedError, match="Invalid stage name"):
        read_stage(name, tmp_path)


def test_longest_stage_gives_valid_names_of_buckets(tmp_path: Path) -> None:
    (tmp_path / f"{'a' * 18}.toml").write_text(_GOOD)
    assert read_stage("a" * 18, tmp_path).region == "eu-central-1"
    for region in boto3.Session().get_available_regions("s3"):
        target = Target("a" * 18, region, "123456789012")
        assert len(Artifacts(target, "123456789012").bucket) <= 63  # S3's limit


def test_missing_stage_explains_how_to_create_it(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"Copy example\.toml"):
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
def test_estimated_connections_are_slightly_below_the_rds_formula(
    instance_class: str, nominal: int
) -> None:
    found = max_connections(instance_class)
    assert found == 5000 if nominal == 5000 else 0.6 * nominal < found < nominal


def test_exceeded_connection_budget_is_refused_with_the_sum(tmp_path: Path) -> None:
    workers = "[application]\nworkers = 60\njobs_at_once = 3\n"
    settings = _read(tmp_path, _GOOD.replace("m7g.large", "t4g.small") + workers)
    with pytest.raises(RefusedError, match=r"t4g.small is too small: 391 connections of about \d+"):
        budget_of(settings)


def test_exceeded_reserved_concurrency_is_refused(tmp_path: Path) -> None:
    workers = "[application]\nworkers = 200\njobs_at_once = 4\n"
    settings = _read(tmp_path, _GOOD.replace("m7g.large", "r7g.8xlarge") + workers)
    with pytest.raises(RefusedError, match="reserves 1608 concurrent executions"):
        budget_of(settings)


def test_proxy_gets_enough_connections_for_the_api() -> None:
    budget = make_budget("db.m7g.large", workers=8, jobs_at_once=2, api=60)
    assert budget.available * budget.proxy_percent / 100 >= 60
    assert budget.available * (budget.proxy_percent - 1) / 100 < 60


def test_reserved_concurrency_of_functions_matches_the_budget(functions: Resources) -> None:
    valves = {
        name: properties["ReservedConcurrentExecutions"]["Fn::If"][1]
        for name, properties in functions.items()
        if "ReservedConcurrentExecutions" in properties
    }
    assert valves == {
        "StageRange": {"Ref": "StagingAtOnce"},
        "CompareKeyRange": {"Ref": "Workers"},
        "MergeKeyRange": {"Ref": "Workers"},
        "RunKeyRange": {"Ref": "Workers"},
        "ExportRange": {"Ref": "Workers"},
        "IndexDocuments": INDEXING,
    }
