"""Finish a plan: check and sum up its outcomes, estimate its apply, write its reports."""

from psycopg2.extensions import connection as Connection

from chalicelib.aws import find_region
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.estimate import Shape, estimate_apply
from chalicelib.imports.steps import finish
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.steps.changes import hold_changes
from chalicelib.imports.steps.changes_report import write_report
from chalicelib.imports.steps.compare import sum_plan
from chalicelib.jobs.models import Json


def close_plan(attempt: Attempt, connection: Connection, plan: Plan) -> Json:
    """Return what the plan comes to, once its reports are written. Idempotent.

    Nothing drops the plan until its pieces are read; a leftover run may meet a dropped one, and
    raises PlanDroppedError.
    """
    hold_changes(connection, attempt.job_id)
    found = sum_plan(connection, attempt.job_id)
    finish.check_sum(attempt.work, plan, found["counts"])
    finish.write_reports(connection, attempt.work)
    write_report(connection, attempt.work)
    estimate = estimate_apply(Shape.of_plan(plan), attempt.job.usage, find_region())
    return found | {"estimate": estimate.to_json()}
