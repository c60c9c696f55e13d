"""An installation on AWS: its stacks in order, each with the outputs of those before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.deploy.application import Deployed, deploy
from infra.deploy.budget import Budget, make_budget
from infra.deploy.migrate import Say
from infra.deploy.review import Review
from infra.deploy.stack import Stack
from infra.deploy.stage import StageSettings
from infra.deploy.target import RefusedError, Target
from infra.packaging.package import CERTIFICATES_FOLDER, Package
from infra.packaging.template import read_template, write_template

_FOLDER = Path(__file__).parents[1]
_DATABASE, _USER = "catalogue", "importer"
_EDGE_REGION = "us-east-1"  # CloudFront's
_NEAR_PERCENT = 85  # of the instance's connections; above it an alarm goes off
_GIB = 2**30
_MOST_RESERVED = 900  # of 1,000 concurrent executions, Lambda keeps 100 unreserved


@dataclass(frozen=True)
class Installation:
    """The stacks of one stage; `review` is called before each change."""

    target: Target
    settings: StageSettings
    review: Review
    say: Say = print

    def deploy(self, package: Package) -> tuple[Deployed, str | None]:
        """Deploy every stack; return the application, and the URL of the edge if there is one.

        Raises RefusedError, StackFailedError and MigrationFailedError.
        """
        budget = self._check_settings(package)
        network = self._deploy_stack("network", self._network_parameters())
        database = self._deploy_database(self._database_parameters(network, budget))
        parameters = self._application_parameters(network, database, budget)
        secret = database["MasterSecretArn"]
        application = deploy(
            self.target,
            parameters,
            package,
            self.say,
            review=self.review,
            master_secret=secret,
            tags=self._tags,
        )
        if self.settings.edge is None:
            return application, None
        edge = self._deploy_stack("edge", self._edge_parameters(application.api_url))
        return application, edge["Url"]

    def destroy(self) -> None:
        """Delete every stack, the last one first.

        Raises RefusedError while the database has deletion protection.
        """
        self.target.identify()
        self._check_unprotected()
        stacks = [self._stack(name) for name in ("edge", "application", "database", "network")]
        found = [stack for stack in stacks if stack.exists()]
        if not found:
            self.say(f"{self.target.stage}: nothing to delete")
            return
        names = ", ".join(stack.name for stack in found)
        self.review.confirm(f"This deletes {names}. Enter the stage to confirm:", self.target.stage)
        for stack in found:
            self.say(f"{stack.name}: deleting")
            stack.delete()
            kept = ", ".join(stack.kept())
            self.say(f"{stack.name}: deleted{f'; kept: {kept}' if kept else ''}")

    @property
    def _tags(self) -> dict[str, str]:
        own = {"project": "product-importer", "stage": self.target.stage}
        return {**self.settings.tags, **own}

    def _check_settings(self, package: Package) -> Budget:
        self.target.identify()
        budget = budget_of(self.settings)
        if not package.holds(f"{CERTIFICATES_FOLDER}/{self.settings.region}.pem"):
            raise RefusedError(
                f"The zip has no RDS certificates for {self.settings.region}, so no function could"
                " connect to the database. Update the package pinned in infra/certificates."
            )
        return budget

    def _check_unprotected(self) -> None:
        stack = self._stack("database")
        instance = stack.outputs().get("DatabaseInstance") if stack.exists() else None
        if instance is None:
            return
        found = self.target.client("rds").describe_db_instances(DBInstanceIdentifier=instance)
        if found["DBInstances"][0]["DeletionProtection"]:
            raise RefusedError(
                f"{instance} has deletion protection. Set database.deletion_protection = false in"
                f" infra/stages/{self.target.stage}.toml and deploy that first."
            )

    def _stack(self, name: str) -> Stack:
        target = self.target.in_region(_EDGE_REGION) if name == "edge" else self.target
        whole = target.stack_name if name == "application" else f"{target.stack_name}-{name}"
        poll_seconds = 0.2 if target.is_emulator else 5.0
        client = target.client("cloudformation")
        return Stack(client, whole, poll_seconds=poll_seconds, review=self.review, tags=self._tags)

    def _deploy_stack(self, name: str, parameters: Mapping[str, Any]) -> dict[str, str]:
        stack = self._stack(name)
        template = {"TemplateBody": write_template(read_template(_FOLDER / f"{name}.yaml"))}
        strings = {key: _as_string(value) for key, value in parameters.items()}
        changed = stack.deploy(template, {"Stage": self.target.stage, **strings}, self.say)
        self.say(f"{stack.name}: {'deployed' if changed else 'no changes'}")
        return stack.outputs()

    def _deploy_database(self, parameters: Mapping[str, Any]) -> dict[str, str]:
        if not self._stack("database").was_created():
            # Protected from the start, it couldn't be removed if another resource of it failed.
            self._deploy_stack("database", {**parameters, "DeletionProtection": False})
        return self._deploy_stack("database", parameters)

    def _network_parameters(self) -> dict[str, Any]:
        service = f"com.amazonaws.{self.target.region}"
        pages = self.target.client("ec2").get_paginator("describe_managed_prefix_lists").paginate()
        lists = {
            listed["PrefixListName"]: listed["PrefixListId"]
            for page in pages
            for listed in page["PrefixLists"]
        }
        return {
            "Cidr": self.settings.network.cidr,
            "Zones": self.settings.network.zones,
            "S3PrefixList": lists[f"{service}.s3"],
            "DynamoPrefixList": lists[f"{service}.dynamodb"],
            "LogRetentionDays": self.settings.application.log_retention_days,
        }

    def _database_parameters(self, network: Mapping[str, str], budget: Budget) -> dict[str, Any]:
        settings = self.settings.database
        return {
            "SubnetIds": network["SubnetIds"],
            "DatabaseGroup": network["DatabaseGroup"],
            "ProxyGroup": network["ProxyGroup"],
            "DatabaseName": _DATABASE,
            "DatabaseUser": _USER,
            "EngineVersion": settings.engine_version,
            "InstanceClass": settings.instance_class,
            "MultiAz": settings.multi_az,
            "StorageGib": settings.storage_gib,
            "MaxStorageGib": settings.max_storage_gib,
            "BackupDays": settings.backup_days,
            "DeletionProtection": settings.deletion_protection,
            "ProxyPercent": budget.proxy_percent,
        }

    def _application_parameters(
        self, network: Mapping[str, str], database: Mapping[str, str], budget: Budget
    ) -> dict[str, str]:
        settings = self.settings.application
        passed_on = ["DatabaseHost", "DatabasePort", "DatabaseResourceId"]
        passed_on += ["ApiDatabaseHost", "ApiDatabaseResourceId"]
        values: dict[str, Any] = {
            **{name: database[name] for name in passed_on},
            "DatabaseName": _DATABASE,
            "DatabaseUser": _USER,
            "SubnetIds": network["SubnetIds"],
            "SecurityGroupIds": network["FunctionsGroup"],
            "Workers": settings.workers,
            "StagingAtOnce": settings.workers * settings.jobs_at_once,
            "RetentionDays": settings.retention_days,
            "UndoDays": settings.undo_days,
            "LogRetentionDays": settings.log_retention_days,
            "AllowedOrigins": self.settings.allowed_origins,
            "AlarmEmail": settings.alarm_email,
            "DatabaseInstanceId": database["DatabaseInstance"],
            "DatabaseMostConnections": _NEAR_PERCENT * budget.available // 100,
            "DatabaseLeastFreeBytes": self.settings.database.storage_gib * _GIB // 10,
            **settings.parameters,
        }
        return {name: _as_string(value) for name, value in values.items()}

    def _edge_parameters(self, api_url: str) -> dict[str, Any]:
        settings = self.settings.edge
        host, _, path = api_url.removeprefix("https://").partition("/")
        assert settings is not None  # noqa: S101  # the caller checks it
        return {
            "ApiHost": host,
            "ApiPath": f"/{path}",
            "Domain": settings.domain,
            "CertificateArn": settings.certificate_arn,
            "HostedZoneId": settings.hosted_zone_id,
            "RequestsPerAddress": settings.requests_per_address,
            "LogRetentionDays": self.settings.application.log_retention_days,
        }


def budget_of(settings: StageSettings) -> Budget:
    """Return the stage's connection budget; raises RefusedError if it exceeds a limit."""
    database, application = settings.database, settings.application
    budget = make_budget(
        database.instance_class,
        application.workers,
        application.jobs_at_once,
        database.api_connections,
    )
    if budget.needed > budget.available:
        raise RefusedError(
            f"{database.instance_class} is too small: {budget.explain()}. Use a larger class, or"
            " lower application.workers, application.jobs_at_once or database.api_connections."
        )
    if budget.reserved > _MOST_RESERVED:
        raise RefusedError(
            f"This reserves {budget.reserved} concurrent executions; an account with Lambda's usual"
            f" 1,000 can reserve {_MOST_RESERVED}. Lower application.workers or"
            " application.jobs_at_once."
        )
    return budget


def _as_string(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
