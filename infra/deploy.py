"""The deploy program, for AWS and for an emulator of it alike.

    python -m infra.deploy --stage prod --account 123456789012 [--parameters prod.json]
    python -m infra.deploy --stage local --endpoint-url http://127.0.0.1:4566 --set DatabaseHost=...

It packages, uploads, brings the stack to the template by a change set, migrates the database and
prints where things are. Doing it again changes nothing. The first time it makes a key with all
scopes and prints it, once; should all keys be lost, --another-key makes one more. The database's
password is read from the environment (DATABASE_PASSWORD), so that it stands in no file and on no
command line.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.http.scopes import is_public_path
from infra.artifacts import Artifacts
from infra.dependencies import Runtime, host_runtime
from infra.keys import KeyNotIssuedError, issue_key
from infra.package import Package, build_package
from infra.stack import Stack, StackFailedError
from infra.target import RefusedError, Target
from infra.template import open_routes, place_code

Say = Callable[[str], None]
_MIGRATION_SECONDS = 300
# They would open this machine's network to webhooks, or change their schedule.
_LOCAL_PARAMETERS = {"WebhookAllowLoopback", "WebhookScheduleScale"}


class MigrationFailedError(Exception):
    """The stack is deployed; its database could not be brought to the schema."""


@dataclass(frozen=True)
class Deployed:
    """Where a deployment is."""

    api_url: str
    bucket: str
    jobs_table: str
    state_machine_arn: str
    issue_key_name: str  # of the function that keeps a first key
    changed: bool


def deploy(
    target: Target, parameters: Mapping[str, str], package: Package, say: Say = print
) -> Deployed:
    """Bring `target` to `package`; raises RefusedError, StackFailedError, MigrationFailedError."""
    account = target.identify()
    template = package.read_template()
    if not target.is_emulator:
        _refuse_local_parameters(parameters)
        _refuse_open_routes(template)
    artifacts = Artifacts(target, account)
    place_code(template, artifacts.bucket, artifacts.put(package.code_path.read_bytes(), ".zip"))
    text = json.dumps(template, separators=(",", ":"), sort_keys=True)
    template_url = artifacts.url(artifacts.put(text.encode(), ".template.json"))

    poll_seconds = 0.2 if target.is_emulator else 2.0
    stack = Stack(target.client("cloudformation"), target.stack_name, poll_seconds=poll_seconds)
    changed = stack.deploy(template_url, {"Stage": target.stage, **parameters}, say)
    say(f"{stack.name}: {'deployed' if changed else 'up to date'}")
    outputs = stack.outputs()
    migrate_database(target, outputs["MigrateDatabaseName"], say)
    return Deployed(
        api_url=_api_url(target, outputs),
        bucket=outputs["BucketName"],
        jobs_table=outputs["JobsTableName"],
        state_machine_arn=outputs["StateMachineArn"],
        issue_key_name=outputs["IssueKeyName"],
        changed=changed,
    )


def migrate_database(target: Target, function_name: str, say: Say) -> None:
    """Let the stack's own function bring the database to the schema."""
    client = target.client("lambda", read_timeout=_MIGRATION_SECONDS + 10)
    answer = client.invoke(FunctionName=function_name, Payload=b"{}")
    result = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer or not isinstance(result, dict) or "version" not in result:
        raise MigrationFailedError(f"migrate_database answered {json.dumps(result)[:500]}")
    applied = ", ".join(result["applied"]) or "nothing to do"
    say(f"database: version {result['version']} ({applied})")


def _refuse_open_routes(template: dict[str, Any]) -> None:
    routes = [route for route in open_routes(template) if not is_public_path(route.split()[1])]
    if routes:
        raise RefusedError(
            "Not published: anyone could call these routes, which have no authorizer: "
            + ", ".join(routes)
        )


def _refuse_local_parameters(parameters: Mapping[str, str]) -> None:
    # The template disregards them on AWS as well; who sets them is told that it does.
    given = sorted(_LOCAL_PARAMETERS & parameters.keys())
    if given:
        raise RefusedError(f"Only for emulators on this machine: {', '.join(given)}")


def _api_url(target: Target, outputs: Mapping[str, str]) -> str:
    if target.endpoint_url is None:
        return outputs["EndpointURL"].rstrip("/")
    return f"{target.endpoint_url}/_aws/execute-api/{outputs['RestAPIId']}/api"


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns its exit status."""
    options = _parse(arguments)
    runtime = Runtime(host_runtime().python, options.architecture)
    package = build_package(runtime)
    if options.package_only:
        megabytes = package.unzipped_bytes / 1e6
        print(f"{package.template_path}\n{package.code_path} ({megabytes:.0f} MB unzipped)")
        return 0
    target = Target(options.stage, options.region, options.account, options.endpoint_url)
    try:
        deployed = deploy(target, _parameters(options), package)
        key = issue_key(target, deployed.issue_key_name, is_another=options.another_key)
    except (RefusedError, StackFailedError, MigrationFailedError, KeyNotIssuedError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"{'The emulator' if target.is_emulator else 'AWS'}: {error}", file=sys.stderr)
        return 1
    print(f"API            {deployed.api_url}")
    print(f"page           {deployed.api_url}/")
    print(f"bucket         {deployed.bucket}")
    print(f"state machine  {deployed.state_machine_arn}")
    if key is not None:
        print(f"key            {key}\n               It has all scopes and is shown this once.")
    return 0


def _parameters(options: argparse.Namespace) -> dict[str, str]:
    values: dict[str, str] = {}
    if options.parameters:
        values |= json.loads(options.parameters.read_text(encoding="utf-8"))
    values |= dict(pair.split("=", 1) for pair in options.set)
    if "DATABASE_PASSWORD" in os.environ:
        values["DatabasePassword"] = os.environ["DATABASE_PASSWORD"]
    return values


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--stage", default="local", help="name of the installation")
    parser.add_argument("--account", help="the AWS account that is meant; needed for AWS")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--endpoint-url", help="an emulator on this machine, instead of AWS")
    parser.add_argument("--parameters", type=Path, help="JSON file of the stack's parameters")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    architectures = ("x86_64", "arm64")
    parser.add_argument("--architecture", choices=architectures, default="x86_64")
    parser.add_argument("--another-key", action="store_true", help="make a key with all scopes")
    parser.add_argument("--package-only", action="store_true", help="make the package and stop")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
