"""An import that names its parent: whose options it has, and which parents are refused."""

from base64 import b64encode
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.imports.job import ImportJob
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import make_bulk_delete
from tests.imports.announced import announce, claim, finish, keep, read_import


def _keep_parent(**more: Any) -> ImportJob:
    """Keep a completed import."""
    parent = keep(size_bytes=1000, **more)
    claim(parent)
    finish(parent, "COMPLETED")
    return parent


_DETECTED: dict[str, Any] = {
    "columns": {"Nr": "sku", "Titel": "name", "Preis": "price", "Notiz": None},
    "header": ["Nr", "Titel", "Preis", "Notiz"],
    "decimal_mark": ",",
    "format": None,
}


def test_child_reads_a_rejects_file_as_its_parent_read_the_original(api: Api) -> None:
    given = {"encoding": "cp1252", "header_line": 3, "max_rejects": 5, "blank": {"price": "keep"}}
    profile = {"profile_id": "prf_1", "name": "Supplier"}
    parent = _keep_parent(options=given, detected=_DETECTED, profile=profile)
    job = read_import(announce(api, parent_job_id=parent.job_id)["job_id"])
    assert (job.parent_job_id, job.profile) == (parent.job_id, profile)
    expected = {
        "encoding": None,
        "header_line": None,
        "max_rejects": None,
        "blank": {"price": "keep"},
        "decimal_mark": ",",
        "format": "none",
        "mapping": _DETECTED["columns"],
    }
    assert {name: job.options[name] for name in expected} == expected
    shown = api.get(f"/jobs/{job.job_id}").json_body
    assert (shown["parent_job_id"], shown["repair"]) == (parent.job_id, None)


def test_options_of_the_request_replace_all_of_the_parent(api: Api) -> None:
    parent = _keep_parent(options={"decimal_mark": ","}, detected=_DETECTED)
    options = {"mode": "update"}
    created = announce(api, parent_job_id=parent.job_id, options=options)
    job = read_import(created["job_id"])
    assert job.parent_job_id == parent.job_id
    assert (job.options["mode"], job.options["decimal_mark"]) == ("update", None)
    assert (job.options["mapping"], job.profile) == ({}, None)


def test_preview_reads_a_rejects_file_as_its_parent_would(api: Api) -> None:
    parent = _keep_parent(options={}, detected=_DETECTED)
    raw = '\ufeff_line;_code;_message;Nr;Titel;Preis;Notiz\n4;c;m;A;Lampe;"1,234";x\n'.encode()
    found = api.post(
        "/imports/preview",
        {
            "size_bytes": len(raw),
            "head": b64encode(raw).decode(),
            "parent_job_id": parent.job_id,
        },
    ).json_body
    assert [(c["header"], c["field"]) for c in found["columns"]] == [*_DETECTED["columns"].items()]
    [record] = found["records"]
    assert (record["cells"], record["reject"]["code"]) == (
        ["A", "Lampe", "1,234", "x"],
        "price_too_precise",
    )


def test_parent_must_be_an_import_that_exists_and_has_completed(api: Api) -> None:
    body = {"filename": "c.csv", "size_bytes": 9}
    other = make_bulk_delete()
    services().jobs.create(other)
    expected = {
        "job_01m85g57s7w6pgg03m8hrxcz85": "parent_not_found",
        other.job_id: "parent_not_an_import",
    }
    for job_id, code in expected.items():
        answer = api.post("/imports", body | {"parent_job_id": job_id})
        assert fields_of(answer) == {"parent_job_id": code}
    running = keep()
    answer = api.post("/imports", body | {"parent_job_id": running.job_id})
    assert problem_of(answer) == (409, "parent_not_completed")
    finish(running, "FAILED")
    answer = api.post("/imports", body | {"parent_job_id": running.job_id})
    assert problem_of(answer) == (409, "parent_not_completed")


def test_rejected_records_are_never_taken_for_the_whole_catalogue(api: Api) -> None:
    snapshot = {"missing": "delete", "max_missing": {"percent": 100}}
    parent = _keep_parent(options=snapshot, detected=_DETECTED)
    job = read_import(announce(api, parent_job_id=parent.job_id)["job_id"])
    assert (job.options["missing"], job.options["max_missing"]) == (None, None)
    body = {"filename": "a.csv", "size_bytes": 9, "parent_job_id": parent.job_id}
    answer = api.post("/imports", body | {"options": snapshot})
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"options.missing": "not_with_parent"}
