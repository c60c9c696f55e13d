"""Deploys the application's stack: uploads the package, deploys it and migrates the database.

The stack is the same on AWS and on an emulator; only parameters differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.http.scopes import is_public_path
from infra.deploy.artifacts import Artifacts
from infra.deploy.migrate import Say, migrate_database
from infra.deploy.stack import Reviewed, Stack
from infra.deploy.target import RefusedError, Target
from infra.packaging.package import Package
from infra.packaging.template import open_routes, place_code, write_template

# They let webhooks call this machine's network, or change their schedule.
_LOCAL_PARAMETERS = {"WebhookAllowLoopback", "WebhookScheduleScale"}


@dataclass(frozen=True)
class Deployed:
    """The outputs of a deployment."""

    api_url: str
    bucket: str
    jobs_table: str
    state_machine_arn: str
    issue_key_name: str  # of the function that stores a first key
    changed: bool


def deploy(
    target: Target,
    parameters: Mapping[str, str],
    package: Package,
    say: Say = print,
    *,
    review: Reviewed = lambda *_: None,
    master_secret: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Deployed:
    """Deploy `package` to `target`.

    `review` may refuse the changes; `master_secret` names the secret that a new database's user is
    created with; `tags` are the stack's.

    Raises RefusedError, StackFailedError and MigrationFailedError.
    """
    account = target.identify()
    template = package.read_template()
    if not target.is_emulator:
        _check_local_parameters(parameters)
        _check_open_routes(template)
    artifacts = Artifacts(target, account)
    place_code(template, artifacts.bucket, artifacts.put(package.code_path.read_bytes(), ".zip"))
    key = artifacts.put(write_template(template).encode(), ".template.json")

    client, poll_seconds = target.client("cloudformation"), 0.2 if target.is_emulator else 2.0
    stack = Stack(client, target.stack_name, poll_seconds=poll_seconds, review=review, tags=tags)
    values = {"Stage": target.stage, **parameters}
    changed = stack.deploy({"TemplateURL": artifacts.url(key)}, values, say)
    say(f"{stack.name}: {'deployed' if changed else 'no changes'}")
    outputs = stack.outputs()
    migrate_database(target, outputs["MigrateDatabaseName"], say, master_secret)
    return Deployed(
        api_url=_api_url(target, outputs),
        bucket=outputs["BucketName"],
        jobs_table=outputs["JobsTableName"],
        state_machine_arn=outputs["StateMachineArn"],
        issue_key_name=outputs["IssueKeyName"],
        changed=changed,
    )


def _check_open_routes(template: dict[str, Any]) -> None:
    routes = [route for route in open_routes(template) if not is_public_path(route.split()[1])]
    if routes:
        raise RefusedError(
            "Not deployed: these routes have no authorizer, so anyone could call them: "
            + ", ".join(routes)
        )


def _check_local_parameters(parameters: Mapping[str, str]) -> None:
    # The template ignores them on AWS too; the operator should know.
    given = sorted(_LOCAL_PARAMETERS & parameters.keys())
    if given:
        raise RefusedError(f"Only emulators on this machine take: {', '.join(given)}")


def _api_url(target: Target, outputs: Mapping[str, str]) -> str:
    if target.endpoint_url is None:
        return outputs["EndpointURL"].rstrip("/")
    return f"{target.endpoint_url}/_aws/execute-api/{outputs['RestAPIId']}/api"
