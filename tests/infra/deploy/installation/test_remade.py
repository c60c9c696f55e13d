"""An existing installation: deployed again, changed, deleted and recreated."""

from typing import Any

import pytest

from infra.deploy.application import Deployed
from infra.deploy.target import RefusedError
from infra.packaging.package import Package
from tests.infra.deploy.installation.conftest import MakeRun
from tests.infra.deploy.installation.emulated import EmulatedTarget

pytestmark = pytest.mark.slow


def test_second_deployment_has_no_changes(
    run: MakeRun, package: Package, deployed: Deployed
) -> None:
    second = run()
    again, _ = second.installation.deploy(package)
    assert not again.changed
    assert len([line for line in second.said if line.endswith(": no changes")]) == 4
    assert [line for line in second.said if line.endswith(("creating", "updating"))] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"backup_days": 7},
        {"multi_az": False},
        {"instance_class": "db.r7g.xlarge"},
        {"storage_gib": 200, "max_storage_gib": 2000},
        {"engine_version": "18.5"},
        {"api_connections": 90},
        {"deletion_protection": False},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_database_setting_can_change_without_a_replacement(
    run: MakeRun,
    target: EmulatedTarget,
    package: Package,
    deployed: Deployed,
    changed: dict[str, Any],
) -> None:
    before = target.instance()["DbiResourceId"]
    update, back = run(**changed), run()
    update.installation.deploy(package)
    assert target.instance()["DbiResourceId"] == before
    back.installation.deploy(package)
    replaced = [line for line in update.said + back.said if "REPLACE" in line and "RDS::" in line]
    assert replaced == []


def test_applied_change_is_visible(
    run: MakeRun, target: EmulatedTarget, package: Package, deployed: Deployed
) -> None:
    update = run(backup_days=7)
    update.installation.deploy(package)
    assert target.instance()["BackupRetentionPeriod"] == 7
    assert [line for line in update.said if "BackupRetentionPeriod" in line]
    run().installation.deploy(package)
    assert target.instance()["BackupRetentionPeriod"] == 14


def test_protected_installation_is_not_destroyed(
    run: MakeRun, target: EmulatedTarget, deployed: Deployed
) -> None:
    with pytest.raises(RefusedError, match="has deletion protection"):
        run().installation.destroy()
    assert target.instance()["DBInstanceStatus"] == "available"


def test_destroying_keeps_data_and_allows_a_new_deployment(
    run: MakeRun, target: EmulatedTarget, package: Package, deployed: Deployed
) -> None:
    instance = target.instance()
    run(deletion_protection=False).installation.deploy(package)
    end = run(deletion_protection=False)
    end.installation.destroy()
    for name in ("Bucket", "JobsTable", "EventsQueue", "Key"):
        assert f"{name} (" in " ".join(end.said)
    [snapshot] = target.client("rds").describe_db_snapshots()["DBSnapshots"]
    assert snapshot["DBInstanceIdentifier"] == instance["DBInstanceIdentifier"]
    target.client("s3").head_bucket(Bucket=deployed.bucket)
    target.client("dynamodb").describe_table(TableName=deployed.jobs_table)
    nothing = run()
    nothing.installation.destroy()
    assert nothing.said == ["prod: nothing to delete"]

    made, edge = run().installation.deploy(package)
    assert made.changed
    assert edge is not None
    assert target.instance()["DbiResourceId"] != instance["DbiResourceId"]
