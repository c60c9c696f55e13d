"""An installation on AWS: its stacks in order, each given what the ones before it are."""

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
_NEAR_PERCENT = 85  # of the instance's connections: above it an alarm goes off
_GIB = 2**30
_MOST_RESERVED = 900  # of an account's 1,000 functions at once, Lambda keeps 100 for all others


@dataclass(frozen=True)
class Installation:
    """The stacks of one stage; `review` is asked before each is changed."""

    target: Target
    settings: StageSettings
    review: Review
    say: Say = print

    def deploy(self, package: Package) -> tuple[Deployed, str | None]:
        """Bring every stack to this tree; return where the application and the edge are.

        Raises RefusedError, StackFailedError, MigrationFailedError.
        """
        budget = self._refuse_what_cannot_be(package)
        network = self._bring("network", self._network_parameters())
        database = self._bring("database", self._database_parameters(network, budget))
        parameters = self._application_parameters(network, database, budget)
        secret = database["MasterSecretArn"]
        application = deploy(
            self.target, parameters, package, self.say, review=self.review, master_secret=secret
        )
        if self.settings.edge is None:
            return application, None
        edge = self._bring("edge", self._edge_parameters(application.api_url))
        return application, edge["Url"]

    def destroy(self) -> None:
        """Delete every stack, the last first; refused while the database is protected."""
        self.target.identify()
        self._refuse_protected()
        stacks = [self._stack(name) for name in ("edge", "application", "database", "network")]
        found = [stack for stack in stacks if stack.exists()]
        if not found:
            self.say(f"{self.target.stage}: there is nothing to delete")
            return
        names = ", ".join(stack.name for stack in found)
        self.review.agree(f"This deletes {names}. Name the stage to go on:", self.target.stage)
        for stack in found:
            self.say(f"{stack.name}: deleting")
            stack.delete()
            kept = ", ".join(stack.kept())
            self.say(f"{stack.name}: deleted{f'; kept: {kept}' if kept else ''}")

    def _refuse_what_cannot_be(self, package: Package) -> Budget:
        self.target.identify()
        budget = budget_of(self.settings)
        if not package.holds(f"{CERTIFICATES_FOLDER}/{self.settings.region}.pem"):
            raise RefusedError(
                f"The zip holds no certificate of RDS in {self.settings.region}: no function would"
                " believe the database. infra/certificates pins the package that brings them."
            )
        return budget

    def _refuse_protected(self) -> None:
        stack = self._stack("database")
        instance = stack.outputs().get("DatabaseInstance") if stack.exists() else None
        if instance is None:
            return
        found = self.target.client("rds").describe_db_instances(DBInstanceIdentifier=instance)
        if found["DBInstances"][0]["DeletionProtection"]:
            raise RefusedError(
                f"{instance} is protected. Set database.deletion_protection = false in"
                f" infra/stages/{self.target.stage}.toml and deploy that first."
            )

    def _stack(self, name: str) -> Stack:
        target = self.target.beside(_EDGE_REGION) if name == "edge" else self.target
        whole = target.stack_name if name == "application" else f"{target.stack_name}-{name}"
        poll_seconds = 0.2 if target.is_emulator else 5.0
        client = target.client("cloudformation")
        return Stack(client, whole, poll_seconds=poll_seconds, review=self.review)

    def _bring(self, name: str, parameters: Mapping[str, Any]) -> dict[str, str]:
        stack = self._stack(name)
        template = {"TemplateBody": write_template(read_template(_FOLDER / f"{name}.yaml"))}
        texts = {key: _as_text(value) for key, value in parameters.items()}
        changed = stack.deploy(template, {"Stage": self.target.stage, **texts}, self.say)
        self.say(f"{stack.name}: {'deployed' if changed else 'nothing to do'}")
        return stack.outputs()

    def _network_parameters(self) -> dict[str, Any]:
        found = self.target.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
        lists = {listed["PrefixListName"]: listed["PrefixListId"] for listed in found}
        service = f"com.amazonaws.{self.target.region}"
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
        handed_on = ["DatabaseHost", "DatabasePort", "DatabaseResourceId"]
        handed_on += ["ApiDatabaseHost", "ApiDatabaseResourceId"]
        values: dict[str, Any] = {
            **{name: database[name] for name in handed_on},
            "DatabaseName": _DATABASE,
            "DatabaseUser": _USER,
            "SubnetIds": network["SubnetIds"],
            "SecurityGroupIds": network["FunctionsGroup"],
            "Workers": settings.workers,
            "StagingAtOnce": settings.workers * settings.jobs_at_once,
            "RetentionDays": settings.retention_days,
            "LogRetentionDays": settings.log_retention_days,
            "AllowedOrigins": self.settings.allowed_origins,
            "AlarmEmail": settings.alarm_email,
            "DatabaseInstanceId": database["DatabaseInstance"],
            "DatabaseMostConnections": _NEAR_PERCENT * budget.available // 100,
            "DatabaseLeastFreeBytes": self.settings.database.storage_gib * _GIB // 10,
            **settings.parameters,
        }
        return {name: _as_text(value) for name, value in values.items()}

    def _edge_parameters(self, api_url: str) -> dict[str, Any]:
        settings = self.settings.edge
        host, _, path = api_url.removeprefix("https://").partition("/")
        assert settings is not None  # noqa: S101  # it is asked for before
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
    """Return the stage's connection budget; raises RefusedError where its numbers do not fit."""
    database, application = settings.database, settings.application
    budget = make_budget(
        database.instance_class,
        application.workers,
        application.jobs_at_once,
        database.api_connections,
    )
    if budget.needed > budget.available:
        raise RefusedError(
            f"{database.instance_class} is too small: {budget.explain()}. Take a larger class, or"
            " lower application.workers, application.jobs_at_once or database.api_connections."
        )
    if budget.reserved > _MOST_RESERVED:
        raise RefusedError(
            f"{budget.reserved} functions would be reserved; of Lambda's usual 1,000 an account can"
            f" reserve {_MOST_RESERVED}. Lower application.workers or application.jobs_at_once."
        )
    return budget


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
