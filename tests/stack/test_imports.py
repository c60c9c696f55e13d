"""A file becomes the catalogue: what a client sees on the way, and what there is afterwards."""

import pytest

from tests.imports.oracle import import_serially
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, is_final
from tests.stack.emulator import Emulator
from tests.stack.files import make_catalogue, make_csv, make_numbered

pytestmark = [pytest.mark.stack, pytest.mark.wiring]


def test_one_put_imports_the_products(api: Api, catalogue: Catalogue) -> None:
    content = make_csv(
        'L-1,"Lamp, ""round""",12.50,red',
        "L-2,Läufer,0.99,",
        "  l-1  ,Lamp again,13,blue",
        "L-3,Torch,free,",
        header="SKU,Title,Variant Price,Color",
    )
    created = api.announce(len(content), name="spring.csv")
    assert created["status"] == "PENDING"
    assert created["upload"]["method"] == "PUT"
    assert api.get(f"/jobs/{created['job_id']}")["phase"] is None

    api.upload(created, content)
    job = api.follow(created["job_id"]).job

    assert (job["status"], job["phase"], job["attempt"]) == ("COMPLETED", "finish", 1)
    assert (job["filename"], job["size_bytes"], job["kind"]) == ("spring.csv", 123, "import")
    assert job["counts"] == {
        "created": 2, "updated": 0, "unchanged": 0, "duplicate": 1, "skipped": 0, "rejected": 1,
        "missing": 0
    }  # fmt: skip
    assert job["progress"] == {
        "bytes_total": 123, "bytes_done": 123, "records_total": 4, "records_done": 4, "percent": 100
    }  # fmt: skip
    detected = {name: job["detected"][name] for name in job["detected"] if name != "evidence"}
    assert detected == {
        "format": None,
        "header_line": 1,
        "decimal_mark": ".",
        "currency": None,
        "encoding": "utf-8",
        "delimiter": ",",
        "columns": {
            "SKU": "sku", "Title": "name", "Variant Price": "price", "Color": "attributes"
        },
        "header": ["SKU", "Title", "Variant Price", "Color"],
    }  # fmt: skip
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]
    products = catalogue.products()
    assert {key: p["name"] for key, p in products.items()} == {"l-1": "Lamp again", "l-2": "Läufer"}
    assert str(products["l-1"]["price"]) == "13.00"
    assert products["l-1"]["attributes"] == {"Color": "blue"}
    assert products["l-2"] | {"price": None} == {
        "sku": "L-2", "name": "Läufer", "brand": "", "description": "", "price": None,
        "quantity": 0, "active": True, "attributes": {},
    }  # fmt: skip
    assert catalogue.sources() == {"l-1": (job["job_id"], 4), "L-2": (job["job_id"], 3)}


def test_catalogue_after_many_ranges_is_what_a_serial_reader_leaves(
    api: Api, catalogue: Catalogue
) -> None:
    content = make_catalogue(25_000)
    expected = import_serially(content, {})
    job = api.run(content)
    assert job["counts"] == expected.counts
    assert catalogue.products() == expected.products
    found = {reject["line"]: reject["code"] for reject in api.rejects(job["job_id"])}
    assert found == {line: refused.code for line, refused in expected.rejects.items()}
    assert {line for _, line in catalogue.sources().values()} == set(expected.written.values())

    changed = make_catalogue(25_000, changed_rate=0.3)
    again = import_serially(changed, expected.products)
    versions = catalogue.row_versions()
    assert api.run(changed)["counts"] == again.counts
    assert catalogue.products() == again.products
    written = {key for key, version in catalogue.row_versions().items() if versions[key] != version}
    assert written == set(again.written)


def test_same_file_again_writes_nothing(api: Api, catalogue: Catalogue) -> None:
    content = make_numbered(range(200))
    assert api.complete(content) == {"created": 200}
    versions, sources = catalogue.row_versions(), catalogue.sources()
    assert api.complete(content) == {"unchanged": 200}
    assert catalogue.row_versions() == versions
    assert catalogue.sources() == sources


def test_import_leaves_no_temporary_data(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    job_id = api.run(make_numbered(range(3)))["job_id"]
    assert catalogue.leftovers(job_id) == {"tables": 0, "ranges": 0, "lease": 0, "plans": 0}
    assert emulator.keys(f"uploads/{job_id}") == [f"uploads/{job_id}"]
    assert emulator.keys(f"reports/{job_id}") == [
        f"reports/{job_id}/rejects.csv",
        f"reports/{job_id}/skipped.csv",
    ]


def test_polls_see_progress_and_an_unchanged_job_costs_no_body(
    api: Api, catalogue: Catalogue
) -> None:
    with catalogue.hold("import_merges"):  # so that the merge is surely seen
        followed = api.follow(
            api.begin(make_catalogue(25_000)), lambda job: job["progress"]["percent"] >= 60
        )
    job_id = followed.job["job_id"]
    assert followed.job["links"] == {
        "self": f"/jobs/{job_id}",
        "rejects": f"/imports/{job_id}/rejects",
        "skipped": f"/imports/{job_id}/skipped",
    }
    assert (followed.job["phase"], followed.job["progress"]["percent"]) == ("merge", 60)
    assert followed.job["progress"]["bytes_done"] == followed.job["size_bytes"]
    api.follow(job_id, followed=followed)
    phases = [job["phase"] for job in followed.polls]
    assert {"merge", "finish"} < set(phases)
    assert len({job["progress"]["percent"] for job in followed.polls}) > 3
    etag = f'"{followed.versions[-1]}"'
    again = api.call("GET", f"/jobs/{job_id}", headers={"If-None-Match": f'"0", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert "Retry-After" not in api.call("GET", f"/jobs/{job_id}").headers
    assert is_final(api.get(f"/jobs/{job_id}"))


def test_polls_have_retry_after(api: Api) -> None:
    job_id = api.announce(10)["job_id"]
    answer = api.call("GET", f"/jobs/{job_id}")
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.json()["links"]["cancel"] == f"/imports/{job_id}/cancel"
