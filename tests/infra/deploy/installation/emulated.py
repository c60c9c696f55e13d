"""An installation on an emulator, by the deploy program and the templates that AWS gets.

Where the emulator does not know a type its resources are left out of what it is sent, and what
asks for them is answered by a text of the form that AWS documents.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.deploy.budget import Budget
from infra.deploy.installation import Installation
from infra.deploy.target import Target
from infra.local.postgres import Database

# Types in our templates that MiniStack doesn't support.
UNKNOWN_TYPES = {
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::Route53::RecordSetGroup",
    "AWS::WAFv2::LoggingConfiguration",
}
# Attributes of omitted resources, and one attribute that MiniStack doesn't support.
STAND_INS = {
    "Proxy": "product-importer-proxy",
    "Proxy.Endpoint": "proxy.proxy-abc.eu-central-1.rds.amazonaws.com",
    "Proxy.DBProxyArn": "arn:aws:rds:eu-central-1:000000000000:db-proxy:prx-0123456789abcdef0",
    "Instance.MasterUserSecret.SecretArn": "arn:aws:secretsmanager:eu-central-1:0:secret:rds!db-1",
}
_GIVE_TEMPLATES = {"create_change_set", "get_template_summary"}


def abridge(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template without what the emulator doesn't support."""
    resources = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] not in UNKNOWN_TYPES
    }
    found: dict[str, Any] = _answer({**template, "Resources": resources})
    return found


def _answer(part: Any) -> Any:
    if isinstance(part, list):
        return [_answer(each) for each in part]
    if not isinstance(part, dict):
        return part
    asked = part.get("Ref") or ".".join(part.get("Fn::GetAtt", []))
    if len(part) == 1 and asked in STAND_INS:
        return STAND_INS[asked]
    return {key: _answer(each) for key, each in part.items()}


class AbridgingClient:
    """A CloudFormation client that sends abridged templates."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, operation: str) -> Any:
        call = getattr(self._client, operation)
        if operation not in _GIVE_TEMPLATES:
            return call
        return lambda **request: call(**_abridged(request))


def _abridged(request: dict[str, Any]) -> dict[str, Any]:
    body = request.get("TemplateBody")  # the application's is in a bucket and supported as a whole
    return request | ({"TemplateBody": json.dumps(abridge(json.loads(body)))} if body else {})


@dataclass(frozen=True)
class EmulatedTarget(Target):
    """A target that accepts all stacks, as AWS does."""

    def client(self, service: str, *, read_timeout: int = 60) -> Any:
        made = super().client(service, read_timeout=read_timeout)
        return AbridgingClient(made) if service == "cloudformation" else made

    def outputs(self, name: str) -> dict[str, str]:
        """Return the outputs of another stack than the application's."""
        whole = f"{self.stack_name}-{name}"
        [stack] = self.client("cloudformation").describe_stacks(StackName=whole)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def instance(self) -> dict[str, Any]:
        """Return RDS's description of the database instance."""
        name = self.outputs("database")["DatabaseInstance"]
        [found] = self.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return dict(found)


@dataclass(frozen=True, kw_only=True)
class EmulatedInstallation(Installation):
    """All stacks in an emulator; the functions use a PostgreSQL beside it."""

    beside: Database

    def _application_parameters(
        self, network: Mapping[str, str], database: Mapping[str, str], budget: Budget
    ) -> dict[str, str]:
        beside = self.beside
        return super()._application_parameters(network, database, budget) | {
            "DatabaseHost": beside.host,
            "ApiDatabaseHost": beside.host,
            "DatabasePort": str(beside.port),
            "DatabaseName": beside.name,
            "DatabaseUser": beside.user,
            "DatabasePassword": beside.password,
            "DatabaseSslMode": "disable",
        }
