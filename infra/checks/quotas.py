"""How much of AWS's default quotas the templates use."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.deploy.budget import make_budget
from infra.deploy.stage import StageSettings
from infra.packaging.package import Package
from infra.packaging.template import Template, of_type

_MIB = 1024 * 1024
# An intrinsic function becomes a string at deployment: at its longest an ARN.
_UNKNOWN = "x" * 130


@dataclass(frozen=True)
class Quota:
    """A quota and how much of it is used."""

    name: str
    used: int
    limit: int
    of: str = ""  # the resource that uses the most

    @property
    def is_met(self) -> bool:
        """Whether the quota isn't exceeded."""
        return self.used <= self.limit


def count_template(name: str, template: Template) -> Iterator[Quota]:
    """Yield the quotas of CloudFormation and IAM for a template that SAM has transformed."""
    yield Quota(f"{name}: resources", len(template["Resources"]), 500)
    yield Quota(f"{name}: parameters", len(template.get("Parameters", {})), 200)
    yield Quota(f"{name}: outputs", len(template.get("Outputs", {})), 200)
    text = json.dumps(template, separators=(",", ":"))
    yield Quota(f"{name}: bytes of the template", len(text.encode()), _MIB)
    roles = {
        n: _policy_size(r.get("Policies", []))
        for n, r in of_type(template, "AWS::IAM::Role").items()
    }
    yield from _most(f"{name}: characters of a role's policies", roles, 10_240)
    managed = {
        n: _size(p["PolicyDocument"])
        for n, p in of_type(template, "AWS::IAM::ManagedPolicy").items()
    }
    yield from _most(f"{name}: characters of a managed policy", managed, 6_144)


def count_application(template: Template) -> Iterator[Quota]:
    """Yield the quotas of Lambda, API Gateway, Step Functions and others for a SAM template."""
    functions = of_type(template, "AWS::Serverless::Function")
    environments = {name: _environment_size(template, p) for name, p in functions.items()}
    yield from _most("bytes of a function's environment", environments, 4096)
    yield from _most("seconds of a function", {n: p["Timeout"] for n, p in functions.items()}, 900)
    # New accounts may have this lower limit; AWS support raises it.
    yield from _most("MB of a function", {n: p["MemorySize"] for n, p in functions.items()}, 3008)
    for api in of_type(template, "AWS::Serverless::Api").values():
        paths = api["DefinitionBody"]["paths"]
        yield Quota("resources of the API", len({p for path in paths for p in _above(path)}), 300)
        yield Quota("bytes of the API's definition", _size(api["DefinitionBody"]), 6 * _MIB)
        yield Quota("gateway responses", len(api["GatewayResponses"]), 21)
    machines = of_type(template, "AWS::StepFunctions::StateMachine")
    definitions = {name: _size(p["DefinitionString"]) for name, p in machines.items()}
    yield from _most("bytes of a state machine", definitions, _MIB)
    rules = [*of_type(template, "AWS::Events::Rule"), *_schedules(functions)]
    yield Quota("rules of the event bus", len(rules), 300)
    tables = of_type(template, "AWS::DynamoDB::Table")
    indexes = {name: len(p.get("GlobalSecondaryIndexes", [])) for name, p in tables.items()}
    yield from _most("indexes of a table", indexes, 20)


def count_network(template: Template) -> Iterator[Quota]:
    """Yield the quotas of the network."""
    groups = of_type(template, "AWS::EC2::SecurityGroup")
    rules = {name: len(p["SecurityGroupEgress"]) for name, p in groups.items()}
    # A prefix list counts as its maximum of entries: about 20 each for S3 and DynamoDB.
    rules = {
        n: r + 20 * json.dumps(groups[n]).count("DestinationPrefixListId") for n, r in rules.items()
    }
    yield from _most("rules out of a security group", rules, 60)
    endpoints = of_type(template, "AWS::EC2::VPCEndpoint").values()
    interfaces = [e for e in endpoints if e["VpcEndpointType"] == "Interface"]
    yield Quota("interface endpoints of a network", len(interfaces), 50)


def count_package(package: Package) -> Iterator[Quota]:
    """Yield Lambda's limits of a zip, and our own: one that its console can still show."""
    yield Quota("bytes of the zip", package.code_path.stat().st_size, 50 * _MIB)
    yield Quota("bytes of the zip, unpacked", package.unzipped_bytes, 250 * _MIB)


def count_stage(name: str, settings: StageSettings) -> Iterator[Quota]:
    """Yield the concurrency that a stage needs from Lambda and from its database."""
    database, application = settings.database, settings.application
    connections = database.api_connections
    numbers = (application.workers, application.jobs_at_once, connections)
    budget = make_budget(database.instance_class, *numbers)
    yield Quota(f"stage {name}: reserved concurrency", budget.reserved, 900)
    yield Quota(
        f"stage {name}: connections", budget.needed, budget.available, database.instance_class
    )


def _most(name: str, numbers: dict[str, int], limit: int) -> Iterator[Quota]:
    if numbers:
        most = max(numbers, key=lambda key: numbers[key])
        yield Quota(name, numbers[most], limit, most)


def _policy_size(policies: Iterable[dict[str, Any]]) -> int:
    return sum(_size(policy["PolicyDocument"]) for policy in policies)


def _environment_size(template: Template, function: dict[str, Any]) -> int:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    variables = variables | function.get("Environment", {}).get("Variables", {})
    defaults = {
        name: str(parameter["Default"])
        for name, parameter in template["Parameters"].items()
        if parameter.get("Default")
    }
    values = {
        name: defaults.get(value["Ref"], value)
        if isinstance(value, dict) and "Ref" in value
        else value
        for name, value in variables.items()
    }
    return sum(len(name) + len(str(_known(value))) for name, value in values.items())


def _size(value: Any) -> int:
    known = _known(value)
    return len(known if isinstance(known, str) else json.dumps(known, separators=(",", ":")))


def _known(value: Any) -> Any:
    """Return `value` with a string in place of each intrinsic function."""
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref")):
            return _UNKNOWN
        return {key: _known(inner) for key, inner in value.items()}
    return [_known(inner) for inner in value] if isinstance(value, list) else value


def _above(path: str) -> Iterator[str]:
    parts = path.strip("/").split("/")
    yield from ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _schedules(functions: dict[str, dict[str, Any]]) -> list[str]:
    return [
        name
        for properties in functions.values()
        for name, event in properties.get("Events", {}).items()
        if event["Type"] == "Schedule"
    ]
