"""LocalStack by Docker Compose: what its file promises, and the program that starts it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local import compose, stack
from infra.local.compose import ComposeFailedError
from infra.local.fleeting import fleeting_folder
from infra.local.ministack import MiniStack

FILE: dict[str, Any] = yaml.safe_load(compose.FILE.read_text(encoding="utf-8"))
LOCALSTACK, POSTGRES = FILE["services"]["localstack"], FILE["services"]["postgres"]


def test_localstack_is_the_last_release_that_needs_no_token() -> None:
    assert LOCALSTACK["image"] == "localstack/localstack:4.14.0"
    assert "LOCALSTACK_AUTH_TOKEN" not in LOCALSTACK["environment"]


def test_postgresql_is_one_that_the_schema_takes() -> None:
    name, _, version = POSTGRES["image"].partition(":")
    assert (name, int(version.partition(".")[0]) >= 17) == ("postgres", True)
    assert "--builtin-locale=C.UTF-8" in POSTGRES["environment"]["POSTGRES_INITDB_ARGS"]


def test_nothing_listens_beyond_loopback() -> None:
    for service in FILE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_each_is_waited_for_until_it_is_well() -> None:
    for service in FILE["services"].values():
        check = service["healthcheck"]
        assert int(check["retries"]) * int(check["interval"].rstrip("s")) >= 60
    assert LOCALSTACK["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_each_has_time_to_stop() -> None:
    assert {service["stop_grace_period"] for service in FILE["services"].values()} == {"60s"}


def test_functions_run_in_containers_that_reach_the_database() -> None:
    environment, network = LOCALSTACK["environment"], "product-importer"
    assert "/var/run/docker.sock:/var/run/docker.sock" in LOCALSTACK["volumes"]
    assert environment["MAIN_CONTAINER_NAME"] == LOCALSTACK["container_name"]
    assert environment["LAMBDA_DOCKER_NETWORK"] == FILE["networks"][network]["name"]
    assert all(network in service["networks"] for service in FILE["services"].values())
    assert compose.FUNCTIONS_DATABASE["DatabaseHost"] in FILE["services"]
    assert POSTGRES["ports"][0].endswith(f":{compose.FUNCTIONS_DATABASE['DatabasePort']}")


def test_presigned_urls_are_checked_as_on_aws() -> None:
    assert LOCALSTACK["environment"]["S3_SKIP_SIGNATURE_VALIDATION"] == "0"


def test_every_setting_is_a_text_that_yaml_leaves_alone() -> None:
    for service in FILE["services"].values():
        assert all(isinstance(value, str) for value in service["environment"].values())


def test_this_machine_sees_the_database_that_the_file_makes() -> None:
    database = compose.database({})
    environment = POSTGRES["environment"]
    assert POSTGRES["ports"] == [f"127.0.0.1:${{POSTGRES_PORT:-{database.port}}}:5432"]
    assert environment["POSTGRES_PASSWORD"] == f"${{POSTGRES_PASSWORD:-{database.password}}}"
    assert environment["POSTGRES_DB"] == database.name
    assert environment["POSTGRES_USER"] == database.user
    other = compose.database({"POSTGRES_PORT": "5500", "POSTGRES_PASSWORD": "of one's own"})
    assert (other.port, other.password) == (5500, "of one's own")


def test_without_docker_it_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compose.main(["up"]) == 1
    assert "Docker's engine does not answer" in capsys.readouterr().err


def test_an_address_is_that_of_what_was_deployed_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compose, "_STATE", tmp_path)
    assert compose.main(["address"]) == 1
    kept = stack.Addresses("http://api", "pik_1", "http://s3", "b", "j", "a", compose.database({}))
    stack.keep_addresses(kept, tmp_path)
    assert compose.main(["address"]) == 0
    assert compose.main(["key"]) == 0
    assert capsys.readouterr().out.split() == ["http://api", "pik_1"]


@pytest.fixture
def ministack() -> Iterator[MiniStack]:
    """An emulator that answers as LocalStack does."""
    with fleeting_folder() as folder:
        (folder / "ministack").mkdir(parents=True)
        started = MiniStack(folder / "ministack")
        started.start()
        yield started
        started.stop()


@pytest.mark.slow
def test_services_that_do_not_answer_are_named(
    ministack: MiniStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    host = ministack.endpoint_url.removeprefix("http://")
    assert compose.find_silent(host) == {}
    ministack.stop()
    silent = compose.find_silent(host)
    assert {"s3", "stepfunctions", "lambda", "dynamodb"} <= silent.keys()
    assert "Could not connect" in silent["s3"]


def test_another_endpoint_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://somewhere.else:4566")
    with pytest.raises(ComposeFailedError, match="Unset AWS_ENDPOINT_URL"):
        compose.find_silent()
