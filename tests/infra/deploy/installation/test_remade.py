"""An installation that is there: deployed again, changed, deleted and made again."""

from typing import Any

import pytest

from infra.deploy.application import Deployed
from infra.deploy.target import RefusedError
from infra.packaging.package import Package
from tests.infra.deploy.installation.conftest import MakeRun
from tests.infra.deploy.installation.emulated import EmulatedTarget

pytestmark = pytest.mark.slow


def test_a_second_deployment_finds_nothing_to_do(
    run: MakeRun, package: Package, deployed: Deployed
) -> None:
    second = run()
    again, _ = second.installation.deploy(package)
    assert not again.changed
    assert len([line for line in second.said if line.endswith(": nothing to do")]) == 4
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
def test_every_setting_of_the_database_can_be_changed_and_replaces_nothing(
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


def test_a_change_that_is_made_is_seen(
    run: MakeRun, target: EmulatedTarget, package: Package, deployed: Deployed
) -> None:
    update = run(backup_days=7)
    update.installation.deploy(package)
    assert target.instance()["BackupRetentionPeriod"] == 7
    assert [line for line in update.said if "BackupRetentionPeriod" in line]
    run().installation.deploy(package)
    assert target.instance()["BackupRetentionPeriod"] == 14


def test_what_is_protected_is_not_destroyed(
    run: MakeRun, target: EmulatedTarget, deployed: Deployed
) -> None:
    with pytest.raises(RefusedError, match="is protected"):
        run().installation.destroy()
    assert target.instance()["DBInstanceStatus"] == "available"


def test_what_is_destroyed_leaves_data_and_can_be_made_again(
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
    assert nothing.said == ["prod: there is nothing to delete"]

    made, edge = run().installation.deploy(package)
    assert made.changed
    assert edge is not None
    assert target.instance()["DbiResourceId"] != instance["DbiResourceId"]
