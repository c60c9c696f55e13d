"""LocalStack in Docker Compose: the file, and the program that starts it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local import compose, stack
from infra.local.compose import ComposeFailedError
from infra.local.ephemeral import ephemeral_folder
from infra.local.ministack import MiniStack

FILE: dict[str, Any] = yaml.safe_load(compose.FILE.read_text(encoding="utf-8"))
LOCALSTACK, POSTGRES = FILE["services"]["localstack"], FILE["services"]["postgres"]


def test_localstack_is_the_last_release_without_a_token() -> None:
    assert LOCALSTACK["image"] == "localstack/localstack:4.14.0"
    assert "LOCALSTACK_AUTH_TOKEN" not in LOCALSTACK["environment"]


def test_postgresql_version_and_locale_suit_the_schema() -> None:
    name, _, version = POSTGRES["image"].partition(":")
    assert (name, int(version.partition(".")[0]) >= 17) == ("postgres", True)
    assert "--builtin-locale=C.UTF-8" in POSTGRES["environment"]["POSTGRES_INITDB_ARGS"]


def test_containers_listen_on_loopback_only() -> None:
    for service in FILE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_each_container_has_a_health_check() -> None:
    for service in FILE["services"].values():
        check = service["healthcheck"]
        assert int(check["retries"]) * int(check["interval"].rstrip("s")) >= 60
    assert LOCALSTACK["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_each_container_has_time_to_stop() -> None:
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


def test_every_environment_value_is_a_string() -> None:
    for service in FILE["services"].values():
        assert all(isinstance(value, str) for value in service["environment"].values())


def test_database_address_matches_the_compose_file() -> None:
    database = compose.database({})
    environment = POSTGRES["environment"]
    assert POSTGRES["ports"] == [f"127.0.0.1:${{POSTGRES_PORT:-{database.port}}}:5432"]
    assert environment["POSTGRES_PASSWORD"] == f"${{POSTGRES_PASSWORD:-{database.password}}}"
    assert environment["POSTGRES_DB"] == database.name
    assert environment["POSTGRES_USER"] == database.user
    other = compose.database({"POSTGRES_PORT": "5500", "POSTGRES_PASSWORD": "another"})
    assert (other.port, other.password) == (5500, "another")


def test_missing_docker_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compose.main(["up"]) == 1
    assert "The Docker engine doesn't answer" in capsys.readouterr().err


def test_address_is_that_of_the_deployed_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compose, "_STATE", tmp_path)
    assert compose.main(["address"]) == 1
    kept = stack.Addresses("http://api", "pik_1", "http://s3", "b", "j", "a", compose.database({}))
    stack.save_addresses(kept, tmp_path)
    assert compose.main(["address"]) == 0
    assert compose.main(["key"]) == 0
    assert capsys.readouterr().out.split() == ["http://api", "pik_1"]


@pytest.fixture
def ministack() -> Iterator[MiniStack]:
    """The address of an emulator that answers as LocalStack does."""
    with ephemeral_folder() as folder:
        (folder / "ministack").mkdir(parents=True)
        started = MiniStack(folder / "ministack")
        started.start()
        yield started
        started.stop()


@pytest.mark.slow
def test_unavailable_services_are_named(
    ministack: MiniStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    host = ministack.endpoint_url.removeprefix("http://")
    assert compose.find_unavailable(host) == {}
    ministack.stop()
    unavailable = compose.find_unavailable(host)
    assert {"s3", "stepfunctions", "lambda", "dynamodb"} <= unavailable.keys()
    assert "Could not connect" in unavailable["s3"]


def test_endpoint_in_the_environment_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://somewhere.else:4566")
    with pytest.raises(ComposeFailedError, match="Unset AWS_ENDPOINT_URL"):
        compose.find_unavailable()
