"""Uploads: pause, reload, lost connection, expired URLs, cancel, queue."""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.stack.browser.chosen import files_of, write_files
from tests.stack.browser.storage import Storage
from tests.stack.browser.visitor import LONG_MS, Visitor, job_of
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api
from tests.stack.files import make_csv, make_numbered

pytestmark = pytest.mark.stack

PRODUCTS = 160
_DESCRIPTION = (
    "A lamp of soft light. " * 4_500
)  # long records: a large file that is imported quickly


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of four parts."""
    file = tmp_path_factory.mktemp("files") / "large.csv"
    records = (f"P-{n},Lamp {n},{_DESCRIPTION}" for n in range(PRODUCTS))
    file.write_bytes(make_csv(*records, header="sku,name,description"))
    return file


@pytest.fixture
def half(visitor: Visitor, storage: Storage, catalogue: Catalogue, large: Path, api: Api) -> str:
    """A job with a half-finished upload: two parts at S3, two in progress."""
    storage.hold(3, 4)
    _begin(visitor, large)
    storage.wait_for(1, 2, 3, 4)
    job_id = job_of(visitor.page)
    _wait_for_parts(api, job_id, 2)
    return job_id


def _begin(visitor: Visitor, file: Path) -> None:
    visitor.choose(file)
    visitor.page.get_by_role("button", name="Import", exact=True).click()
    expect(visitor.page.get_by_role("region", name="Upload")).to_be_visible()


def _wait_for_parts(api: Api, job_id: str, count: int) -> None:
    parts = f"/imports/{job_id}/parts"
    wait_until(lambda: len(api.get(parts)["items"]) == count, f"{count} parts at S3")


def _expect_only_the_rest_sent(page: Page, storage: Storage, catalogue: Catalogue) -> None:
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert sorted(storage.asked[:4]) == [1, 2, 3, 4]
    assert sorted(storage.asked[4:]) == [3, 4]
    assert len(catalogue.names()) == PRODUCTS


def test_paused_upload_resumes_with_missing_parts(
    visitor: Visitor, half: str, storage: Storage, catalogue: Catalogue
) -> None:
    page = visitor.page
    upload = page.get_by_role("region", name="Upload")
    upload.get_by_role("button", name="Pause").click()
    expect(upload).to_contain_text("paused")
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    visitor.check_accessible()
    storage.release()
    assert len(storage.asked) == 4
    upload.get_by_role("button", name="Resume").click()
    _expect_only_the_rest_sent(page, storage, catalogue)


def test_upload_resumes_after_reload_with_missing_parts(
    visitor: Visitor, half: str, storage: Storage, catalogue: Catalogue, large: Path, tmp_path: Path
) -> None:
    page = visitor.page
    page.once("dialog", lambda dialog: dialog.accept())  # the confirmation to leave
    page.reload()
    storage.release()
    left = page.get_by_role("status").filter(has_text="large.csv isn't fully uploaded.")
    expect(left).to_contain_text("10.5 MB of")
    visitor.check_accessible()
    other = tmp_path / "large.csv"
    other.write_bytes(b"sku,name\n")
    visitor.choose(other)
    expect(left.get_by_role("alert")).to_contain_text("Choose the original file")
    visitor.choose(large)
    assert job_of(page) == half
    _expect_only_the_rest_sent(page, storage, catalogue)


def test_smaller_upload_resumes_after_reload(
    visitor: Visitor, storage: Storage, catalogue: Catalogue, tmp_path: Path, api: Api
) -> None:
    file = tmp_path / "smaller.csv"
    records = [f"P-{n},Lamp {n},{_DESCRIPTION}" for n in range(56)]
    file.write_bytes(make_csv(*records, header="sku,name,description"))
    assert api.announce(file.stat().st_size)["upload"]["method"] == "PUT"
    page = visitor.page
    storage.hold(2)
    _begin(visitor, file)
    storage.wait_for(1, 2)
    _wait_for_parts(api, job_of(page), 1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    storage.release()
    expect(page.get_by_role("status").filter(has_text="smaller.csv")).to_be_visible()
    visitor.choose(file)
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert sorted(storage.asked) == [1, 2, 2]
    assert len(catalogue.names()) == len(records)


def test_upload_resumes_after_lost_connection(
    visitor: Visitor, half: str, storage: Storage, catalogue: Catalogue, context: BrowserContext
) -> None:
    visitor.expect_message("ERR_INTERNET_DISCONNECTED")
    page = visitor.page
    context.set_offline(True)
    expect(page.get_by_text("Waiting for connection.")).to_be_visible()
    visitor.check_accessible()
    storage.release()
    context.set_offline(False)
    _expect_only_the_rest_sent(page, storage, catalogue)


def test_expired_part_url_is_renewed(
    visitor: Visitor, storage: Storage, catalogue: Catalogue, large: Path, api: Api
) -> None:
    visitor.expect_message("403")
    page = visitor.page
    storage.hold(2)
    _begin(visitor, large)
    storage.wait_for(1, 2, 3, 4)
    _wait_for_parts(api, job_of(page), 3)
    with page.expect_request("**/parts") as asking:
        storage.reject(2)
    assert asking.value.post_data_json == {"part_numbers": [2]}
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert sorted(storage.asked) == [1, 2, 2, 3, 4]
    assert len(catalogue.names()) == PRODUCTS


def test_rejected_part_does_not_block_others(
    visitor: Visitor, storage: Storage, catalogue: Catalogue, large: Path, api: Api
) -> None:
    visitor.expect_message("403")
    storage.hold(2, 3)
    _begin(visitor, large)
    storage.wait_for(1, 2, 3, 4)
    _wait_for_parts(api, job_of(visitor.page), 2)
    storage.reject(2, why="AccessDenied")
    storage.wait_for(1, 2, 2, 3, 4)
    storage.release()
    expect(visitor.page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert sorted(storage.asked) == [1, 2, 2, 3, 4]
    assert len(catalogue.names()) == PRODUCTS


def test_leftover_upload_resumes_when_cancel_fails(
    visitor: Visitor, half: str, storage: Storage, large: Path
) -> None:
    visitor.expect_message("ERR_FAILED")
    page = visitor.page
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    storage.release()
    visitor.open("#/import")
    left = page.get_by_role("status").filter(has_text="large.csv isn't fully uploaded.")
    cancel = left.get_by_role("button", name="Cancel import")
    page.route("**/cancel", lambda route: route.abort())
    cancel.click()
    expect(left).to_contain_text("Can't reach the service")
    visitor.check_accessible()
    expect(left.get_by_role("button", name="Choose large.csv again")).to_be_visible()
    page.unroute("**/cancel")
    cancel.click()
    expect(left).to_be_hidden()


def test_cancelled_upload_imports_nothing(
    visitor: Visitor, half: str, storage: Storage, catalogue: Catalogue, api: Api
) -> None:
    page = visitor.page
    page.get_by_role("region", name="Upload").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The import was cancelled.")).to_be_visible()
    storage.release()
    assert api.get(f"/jobs/{half}")["status"] == "CANCELLED"
    assert catalogue.names() == {}
    page.reload()
    expect(page.get_by_text("The import was cancelled.")).to_be_visible()
    expect(page.get_by_text("isn't fully uploaded")).to_be_hidden()
    visitor.check_accessible()


def test_import_cancelled_while_staging_changes_nothing(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    file = tmp_path / "spring.csv"
    file.write_bytes(make_numbered(range(1_000)))
    with catalogue.hold("import_ranges"):
        visitor.choose(file)
        page.get_by_role("button", name="Import", exact=True).click()
        catalogue.wait_for("stage_range", job_of(page), is_waiting=True)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("button", name="Cancelling…")).to_be_disabled()
    expect(page.get_by_text("The import was cancelled.")).to_be_visible(timeout=LONG_MS)
    assert catalogue.names() == {}


def test_files_are_imported_one_after_another(
    visitor: Visitor, page: Page, catalogue: Catalogue, api: Api, tmp_path: Path
) -> None:
    records = {name: f"A-1,Lamp of the {name} file" for name in ("first", "second", "third")}
    files = write_files(tmp_path, **records)
    visitor.choose(*files)
    visitor.check_accessible()
    page.get_by_role("button", name="Import 3 ready files").click()
    listed = files_of(page)
    expect(listed.filter(has_text="Completed")).to_have_count(3, timeout=LONG_MS)
    visitor.check_accessible()
    assert catalogue.names() == {"A-1": "Lamp of the third file"}
    jobs = [api.get("/jobs")["items"][n] for n in (2, 1, 0)]
    assert [job["filename"] for job in jobs] == [file.name for file in files]
    for before, after in pairwise(jobs):
        assert before["finished_at"] <= after["started_at"]
