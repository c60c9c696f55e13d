"""Migrates the stack's database, by calling the stack's own function."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from infra.deploy.target import Target

Say = Callable[[str], None]
_SECONDS = 300


class MigrationFailedError(Exception):
    """The stack is deployed, but the migration of its database failed."""


def migrate_database(
    target: Target, function_name: str, say: Say, master_secret: str | None = None
) -> None:
    """Call the stack's function that migrates the database; raises MigrationFailedError.

    If the functions' database user doesn't exist yet, the master user creates it. For that, this
    program reads the secret `master_secret` with the operator's credentials and passes it in one
    call.
    """
    result = _call(target, function_name, {})
    if result.get("outcome") == "user_missing" and master_secret is not None:
        say("database: creating the functions' user")
        result = _call(target, function_name, {"master": _read_master(target, master_secret)})
    if "version" not in result:
        raise MigrationFailedError(f"migrate_database answered {json.dumps(result)[:500]}")
    applied = ", ".join(result["applied"]) or "no migrations to apply"
    say(f"database: version {result['version']} ({applied})")


def _call(target: Target, function_name: str, event: Mapping[str, Any]) -> dict[str, Any]:
    client = target.client("lambda", read_timeout=_SECONDS + 10)
    answer = client.invoke(FunctionName=function_name, Payload=json.dumps(event).encode())
    result = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer or not isinstance(result, dict):
        raise MigrationFailedError(f"migrate_database answered {json.dumps(result)[:500]}")
    return result


def _read_master(target: Target, secret: str) -> dict[str, str]:
    found = target.client("secretsmanager").get_secret_value(SecretId=secret)
    master = json.loads(found["SecretString"])
    return {"username": master["username"], "password": master["password"]}
