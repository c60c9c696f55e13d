"""Edits of products while a job changes the catalogue."""

import pytest
from chalice.test import HTTPResponse
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.products.lease import release_lease, take_lease
from tests.fakes import changes
from tests.fakes.api import Api, problem_of
from tests.fakes.jobs import NOW, make_bulk_delete
from tests.products.editing import make, patch
from tests.products.shelves import lease_holder

pytestmark = pytest.mark.usefixtures("catalogue")


def _begin_job(catalogue: Connection) -> str:
    """Have a job change the catalogue; return its id."""
    job = make_bulk_delete()
    services().jobs.create(job)
    assert take_lease(catalogue, job.job_id)
    catalogue.commit()
    return job.job_id


def test_no_product_gets_another_sku_while_a_job_changes_the_catalogue(
    api: Api, catalogue: Connection
) -> None:
    path, _, _ = make(api, sku="A-1")
    job_id = _begin_job(catalogue)
    answer = patch(api, path, {"sku": "B-2"})
    assert problem_of(answer) == (409, "catalogue_busy")
    assert answer.headers["Retry-After"]
    assert patch(api, path, {"sku": "a-1", "name": "Same"}).status_code == 200
    release_lease(catalogue, job_id)
    catalogue.commit()
    assert patch(api, path, {"sku": "B-2"}).status_code == 200


def test_a_job_that_ended_without_giving_back_its_lease_keeps_no_edit_out(
    api: Api, catalogue: Connection
) -> None:
    path, _, _ = make(api, sku="A-1")
    job_id = _begin_job(catalogue)
    changes.request_cancel(services().jobs, job_id, NOW)
    assert patch(api, path, {"sku": "B-2"}).json_body["sku"] == "B-2"
    assert lease_holder(catalogue) is None


def _restore(api: Api, path: str, version: int) -> HTTPResponse:
    return api.post(f"{path}/restore", {"version": version})


def test_restored_version_changes_no_sku_while_a_job_changes_the_catalogue(
    api: Api, catalogue: Connection
) -> None:
    path, _, _ = make(api, sku="A-1", name="First")
    patch(api, path, {"sku": "B-2"})
    patch(api, path, {"name": "Third"})
    job_id = _begin_job(catalogue)
    answer = _restore(api, path, 1)
    assert problem_of(answer) == (409, "catalogue_busy")
    assert answer.headers["Retry-After"]
    assert _restore(api, path, 2).json_body["name"] == "First"
    release_lease(catalogue, job_id)
    catalogue.commit()
    assert _restore(api, path, 1).json_body["sku"] == "A-1"


def test_deleted_product_comes_back_while_a_job_runs_as_a_new_one_is_created(
    api: Api, catalogue: Connection
) -> None:
    path, _, _ = make(api, sku="A-1")
    api.send("DELETE", path)
    job_id = _begin_job(catalogue)
    assert _restore(api, path, 1).status_code == 200
    make(api, sku="B-2")
    release_lease(catalogue, job_id)
    catalogue.commit()


def test_ended_job_that_kept_its_lease_keeps_no_version_from_being_restored(
    api: Api, catalogue: Connection
) -> None:
    path, _, _ = make(api, sku="A-1")
    patch(api, path, {"sku": "B-2"})
    job_id = _begin_job(catalogue)
    changes.request_cancel(services().jobs, job_id, NOW)
    assert _restore(api, path, 1).json_body["sku"] == "A-1"
    assert lease_holder(catalogue) is None
