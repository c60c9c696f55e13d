"""Concurrent imports and edits have the effect of some serial order."""

import threading

import pytest

from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv, make_numbered

pytestmark = pytest.mark.stack

FIRST, SECOND = range(3_000), range(2_000, 5_000)


def _names(*imports: tuple[range, str]) -> dict[str, str]:
    return {f"N-{n:06d}": f"{name} {n}" for numbers, name in imports for n in numbers}


def test_two_imports_take_effect_one_after_the_other(api: Api, catalogue: Catalogue) -> None:
    a, b = (FIRST, "Lamp"), (SECOND, "Bulb")
    with catalogue.hold("import_ranges"):  # so that they are staged at the same time
        jobs = [api.begin(make_numbered(*each)) for each in (a, b)]
        for job_id in jobs:
            catalogue.wait_for("stage_range", job_id, is_waiting=True)
    counts = [api.follow(job_id).job["counts"] for job_id in jobs]
    found = catalogue.names()
    order = (a, b) if found == _names(a, b) else (b, a)
    assert found == _names(*order)
    first, second = counts if order == (a, b) else counts[::-1]
    assert (first["created"], first["updated"]) == (3_000, 0)
    assert (second["created"], second["updated"]) == (2_000, 1_000)


def test_import_waits_while_another_merges(api: Api, catalogue: Catalogue) -> None:
    a, b = (FIRST, "Lamp"), (SECOND, "Bulb")
    with catalogue.hold("import_merges"):
        first = api.begin(make_numbered(*a))
        api.follow(first, lambda job: job["phase"] == "merge")
        second = api.begin(make_numbered(*b))
        wait_until(lambda: catalogue.staged_ranges(second) == {0}, "the second one staged")
        assert api.follow(second, lambda job: job["phase"] == "stage").job["status"] == "PROCESSING"
    assert api.follow(first).job["counts"]["created"] == 3_000
    assert api.follow(second).job["counts"]["updated"] == 1_000
    assert catalogue.names() == _names(a, b)


def test_same_file_twice_at_once_creates_each_product_once(api: Api, catalogue: Catalogue) -> None:
    content = make_numbered(FIRST)
    with catalogue.hold("import_ranges"):
        jobs = [api.begin(content), api.begin(content)]
        for job_id in jobs:
            catalogue.wait_for("stage_range", job_id, is_waiting=True)
    counts = [api.follow(job_id).job["counts"] for job_id in jobs]
    assert sorted(count["created"] for count in counts) == [0, 3_000]
    assert sorted(count["unchanged"] for count in counts) == [0, 3_000]


def test_edit_during_an_import_is_before_or_after_it(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_csv("CHANGED,Lamp,1", "SAME,Bulb,1", "ELSEWHERE,Torch,1"))
    edit = "UPDATE products SET name = 'edited', price = 9, description = 'edited'"
    content = make_csv("CHANGED,New lamp,2", "SAME,Bulb,1", "NEW,Pipe,1")
    with catalogue.transaction(edit, is_committed=True):
        job_id = api.begin(content)
        catalogue.wait_for("merge_key_range", job_id, is_waiting=True)
    job = api.follow(job_id).job
    assert job["status"] == "COMPLETED"
    found = {
        key: (p["name"], int(p["price"]), p["description"])
        for key, p in catalogue.products().items()
    }
    assert found.pop("elsewhere") == ("edited", 9, "edited")
    assert found.pop("new") == ("Pipe", 1, "")
    # The edit was first here: the columns that the file has are the file's.
    assert found.pop("changed") == ("New lamp", 2, "edited")
    # It was the same before the edit, or it is again after it: the counts say which.
    is_after = job["counts"]["unchanged"] == 1
    assert found == {"same": ("edited" if is_after else "Bulb", 9 if is_after else 1, "edited")}
    assert job["counts"]["updated"] == (1 if is_after else 2)


def test_product_created_by_an_edit_during_an_import_exists_once(
    api: Api, catalogue: Catalogue
) -> None:
    insert = "INSERT INTO products (sku, sku_key, name, price) VALUES ('a-1', 'a-1', 'edited', 9)"
    with catalogue.transaction(insert, is_committed=True):
        job_id = api.begin(make_csv("A-1,Lamp,1"))
        catalogue.wait_for("merge_key_range", job_id, is_waiting=True)
    job = api.follow(job_id).job
    assert (job["status"], job["counts"]["updated"]) == ("COMPLETED", 1)
    assert catalogue.names() == {"A-1": "Lamp"}


def test_object_with_many_simultaneous_events_is_imported_once(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    content = make_numbered(range(50))
    created = api.announce(len(content))
    before = emulator.executions()
    key = f"uploads/{created['job_id']}"
    puts = [threading.Thread(target=emulator.put, args=(key, content)) for _ in range(4)]
    assert emulator.s3  # made once, before there are threads
    for put in puts:
        put.start()
    for put in puts:
        put.join()
    outcomes = sorted(end["outcome"] for end in emulator.wait_for_another(before, len(puts)))
    assert outcomes == ["completed", "ignored", "ignored", "ignored"]
    job = api.follow(created["job_id"]).job
    assert (job["status"], job["counts"]["created"]) == ("COMPLETED", 50)
