"""Plans through the deployed API: what an import would change, and the apply of exactly that."""

import csv
import io
from base64 import b64encode

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, read_problem
from tests.stack.files import make_catalogue, make_csv, make_numbered
from tests.stack.planning import (
    BEFORE,
    COUNTS,
    FILE,
    apply,
    edit,
    list_changes,
    make_plan,
    product_id,
)

pytestmark = [pytest.mark.stack, pytest.mark.wiring]


@pytest.fixture
def planned(api: Api, catalogue: Catalogue) -> Json:
    api.complete(BEFORE)
    return make_plan(api, FILE)


def test_apply_does_exactly_what_the_plan_lists(
    api: Api, catalogue: Catalogue, planned: Json
) -> None:
    job_id, plan = planned["job_id"], planned["plan"]
    assert plan["counts"] == COUNTS
    assert plan["fields"] == {"sku": 1, "price": 2, "quantity": 1}
    assert plan["price_changes"] == {"above_percent": 50, "count": 1}
    assert plan["quantity_to_zero"] == 1
    assert planned["links"]["apply"] == f"/imports/{job_id}/apply"
    assert catalogue.names() == {"A": "Lamp", "B": "Desk", "C": "Sofa"}
    assert [item["code"] for item in api.rejects(job_id)] == ["price_not_decimal"]
    assert api.report(job_id).status_code == 200

    changes = list_changes(api, job_id, limit=1)
    assert [(item["sku"], item["action"], item["line"]) for item in changes] == [
        ("A", "updated", 2),
        ("B", "updated", 3),
        ("D", "created", 6),
    ]
    assert changes[0]["changes"] == {"price": {"before": "1.00", "after": "1.10"}}
    assert changes[1]["changes"]["quantity"] == {"before": 5, "after": 0}
    assert [item["sku"] for item in list_changes(api, job_id, "?field=quantity")] == ["B"]
    assert [item["sku"] for item in list_changes(api, job_id, "?action=created")] == ["D"]

    wrong = api.call("POST", f"/imports/{job_id}/apply", json={"expected_counts": {"created": 2}})
    assert "1 created" in read_problem(wrong, 409, "plan_differs")["detail"]
    done = apply(api, job_id, expected_counts=COUNTS)
    assert (done["status"], done["counts"]) == ("COMPLETED", COUNTS)
    assert done["plan"]["drift"] is None
    assert catalogue.names() == {"A": "Lamp", "b": "Desk", "C": "Sofa", "D": "Rug"}
    assert catalogue.leftovers(job_id) == {"tables": 0, "ranges": 0, "lease": 0, "plans": 0}
    again = apply(api, job_id, expected_counts=COUNTS)
    assert (again["status"], again["counts"]) == ("COMPLETED", COUNTS)
    other = api.call("POST", f"/imports/{job_id}/apply", json={})
    read_problem(other, 409, "apply_differs")
    read_problem(api.call("GET", f"/imports/{job_id}/changes"), 409, "not_planned")


def test_changes_are_downloaded_as_one_file(api: Api, planned: Json) -> None:
    path = f"/imports/{planned['job_id']}/changes"
    answer = api.call("GET", path, headers={"Accept": "text/csv"}, allow_redirects=False)
    assert answer.status_code == 303
    text = api.session.get(answer.headers["Location"], timeout=60).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["sku"], row["action"], row["field"]) for row in rows] == [
        ("A", "updated", "price"),
        ("B", "updated", "sku"),
        ("B", "updated", "price"),
        ("B", "updated", "quantity"),
        ("D", "created", ""),
    ]
    assert (rows[0]["before"], rows[0]["after"]) == ("1.00", "1.10")


def test_apply_with_drift_changes_nothing_and_lists_it(
    api: Api, catalogue: Catalogue, planned: Json
) -> None:
    edit(api, "A", name="Edited")
    created = api.call("POST", "/products", json={"sku": "D", "name": "Meanwhile"}).json()
    versions = catalogue.row_versions()
    rested = apply(api, planned["job_id"])
    assert rested["status"] == "PLANNED"
    assert catalogue.row_versions() == versions
    drift = rested["plan"]["drift"]
    assert drift["count"] == 2
    assert [(item["sku"], item["product_id"]) for item in drift["products"]] == [
        ("A", product_id(api, "A")),
        ("D", created["id"]),
    ]
    # Other jobs aren't kept from the catalogue meanwhile.
    assert api.complete(make_csv("Z,Other,1.00")) == {"created": 1}

    done = apply(api, planned["job_id"], on_drift="skip")
    assert done["counts"] == COUNTS | {"created": 0, "updated": 1, "skipped": 2}
    assert done["plan"]["drift"] == drift
    assert catalogue.names() == {
        "A": "Edited",
        "b": "Desk",
        "C": "Sofa",
        "D": "Meanwhile",
        "Z": "Other",
    }
    skipped = api.get(f"/imports/{planned['job_id']}/skipped")["items"]
    assert {item["reason"] for item in skipped} == {"changed_since_plan"}


def test_apply_overwrites_what_was_changed_since(
    api: Api, catalogue: Catalogue, planned: Json
) -> None:
    edit(api, "A", name="Edited")
    assert api.call("DELETE", f"/products/{product_id(api, 'B')}").status_code == 204
    api.call("POST", "/products", json={"sku": "D", "name": "Meanwhile"})
    done = apply(api, planned["job_id"], on_drift="overwrite")
    assert done["counts"] == COUNTS
    assert catalogue.names() == {"A": "Lamp", "b": "Desk", "C": "Sofa", "D": "Rug"}
    drift = done["plan"]["drift"]
    assert (drift["count"], drift["overwritten"]) == (3, 3)
    assert [item["sku"] for item in drift["products"]] == ["A", "b", "D"]
    found = api.get(f"/imports/{planned['job_id']}/report", params={"of": "overwritten"})
    rows = list(csv.DictReader(io.StringIO(api.session.get(found["url"], timeout=60).text)))
    assert [(row["sku"], row["line"]) for row in rows] == [("A", "2"), ("b", "3"), ("D", "6")]


def test_cancelled_plan_leaves_nothing(api: Api, catalogue: Catalogue, planned: Json) -> None:
    job_id = planned["job_id"]
    versions = catalogue.row_versions()
    answer = api.call("POST", f"/imports/{job_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (202, "CANCELLED")
    assert catalogue.row_versions() == versions
    assert catalogue.leftovers(job_id) == {"tables": 0, "ranges": 0, "lease": 0, "plans": 0}
    read_problem(api.call("POST", f"/imports/{job_id}/apply", json={}), 409, "not_planned")


def test_plan_is_made_while_another_import_merges(api: Api, catalogue: Catalogue) -> None:
    api.complete(BEFORE)
    with catalogue.hold("products"):
        other = api.begin(make_catalogue(2_000))
        catalogue.wait_for("merge_key_range", other, is_waiting=True)
        plan = make_plan(api, FILE)["plan"]
    assert plan["counts"] == COUNTS
    assert api.follow(other).job["status"] == "COMPLETED"


def test_large_plan_counts_what_its_apply_counts(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_catalogue(30_000))
    planned = make_plan(api, make_catalogue(30_000, changed_rate=0.3))
    done = apply(api, planned["job_id"], expected_counts=planned["plan"]["counts"])
    assert done["counts"] == planned["plan"]["counts"]
    assert done["counts"]["updated"] > 5_000
    again = make_plan(api, make_catalogue(30_000, changed_rate=0.3))
    assert again["plan"]["counts"]["updated"] == again["plan"]["counts"]["created"] == 0


def test_estimates_are_near_what_the_job_then_costs(api: Api, catalogue: Catalogue) -> None:
    content = make_catalogue(30_000)
    head = b64encode(content[: 256 * 1024]).decode()
    body = {"size_bytes": len(content), "head": head}
    previewed = api.call("POST", "/imports/preview", json=body).json()["estimate"]
    job = api.run(content)
    assert is_near(previewed["usd"], job["cost"]["usd"]), (previewed, job["cost"])

    planned = make_plan(api, make_catalogue(30_000, changed_rate=0.3))
    estimate = planned["plan"]["estimate"]
    done = apply(api, planned["job_id"])
    assert is_near(estimate["usd"], done["cost"]["usd"]), (estimate, done["cost"])
    assert 0 < estimate["minutes"] < previewed["minutes"]


def is_near(estimate: str, cost: str) -> bool:
    return abs(float(estimate) / float(cost) - 1) <= 0.25


def test_update_only_plan_by_attribute(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_csv("A,Lamp,1.00,e1", "B,Desk,2.00,e2", header="sku,name,price,EAN"))
    file = make_csv("e1,1.50", "e3,9.00", header="EAN,price")
    planned = make_plan(api, file, {"mode": "update", "match": "attributes.EAN"})
    counts = planned["plan"]["counts"]
    assert (counts["updated"], counts["skipped"]) == (1, 1)
    assert list_changes(api, planned["job_id"])[0]["sku"] == "A"
    assert apply(api, planned["job_id"])["counts"] == counts


def test_numbered_file_is_planned_again_after_a_cancel(api: Api, catalogue: Catalogue) -> None:
    first = make_plan(api, make_numbered(range(5)))
    api.call("POST", f"/imports/{first['job_id']}/cancel")
    second = make_plan(api, make_numbered(range(5)))
    assert apply(api, second["job_id"])["counts"]["created"] == 5
