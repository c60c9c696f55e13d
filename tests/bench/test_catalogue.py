"""Requests to the catalogue are drawn, sent to every API, compared with targets and reported."""

import json
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.__main__ import read_arguments
from bench.catalogue.client import Api, Call, UnexpectedAnswerError
from bench.catalogue.loading import records_for
from bench.catalogue.note import take_out_note
from bench.catalogue.over_http import to_django, to_stack
from bench.catalogue.questions import KINDS, Question, draw_questions
from bench.catalogue.report import make_catalogue_page, make_catalogue_text, write_catalogue_docs
from bench.catalogue.results import CatalogueResults, Load, Timing, percentile, summarise_times
from bench.catalogue.sample import Sample, Shown, count_words, words_in
from bench.catalogue.session import CATALOGUE_PARTS
from bench.catalogue.targets import judge_catalogue
from bench.generate import Catalogue, expect
from bench.measure import Summary
from chalicelib.http.paging import read_cursor
from chalicelib.postgres import queries
from chalicelib.products.lists.listing import POSITIONS
from chalicelib.products.lists.routes import ProductsQuery
from chalicelib.products.lists.search import Place

NOW = datetime(2026, 11, 24, 9, 30, 0, 125_000, tzinfo=UTC)


def show(number: int) -> Shown:
    name = f"Compact walnut lamp {number}"
    return Shown(number, f"LAMP-{number:04d}", name, "Folds", Decimal(number), NOW)


@pytest.fixture
def sample() -> Sample:
    products = [show(n) for n in range(1, 41)]
    places = {s: [("key", 7)] for s in ("sku", "name")}
    places |= {"price": [("4.20", 7)], "-updated_at": [(NOW.isoformat(), 7)]}
    return Sample(
        products, count_words(products), [f"job_{1:026}"], 1_000, places, {"lamp": (7, 1_000)}
    )


def timing(part: str, kind: str, p50: float, p95: float) -> Timing:
    products = {"database": 500_000, "database-large": 5_000_000}.get(part, 500_000)
    return Timing(part, kind, products, 200, p50, p95, connect_ms=5.0, per_second=80.0)


@pytest.fixture
def results() -> CatalogueResults:
    found = CatalogueResults("a machine, 2 cores", "PostgreSQL 18 (fsync on)")
    for part, factor in (("database", 1.0), ("database-large", 2.0), ("stack", 4.0)):
        timings = [timing(part, kind.name, 5 * factor, 20 * factor) for kind in KINDS]
        alone = [timing(part, name, 2.0, 3.0) for name in ("refused", "unknown")]
        found.add(part, timings + alone, [Load(part, "initial", 530_000, 3.0, 10.0)])
        found.measured[part] = "today"
        found.depth_pages[part] = 1_000
    for way, ratio in (("unnoted", 1.0), ("noted", 1.25)):
        found.price.append(Summary("catalogue-import", "initial", way, 9, 5, ratio, ratio, 1e6, 0))
    return found


def test_words_are_frequent_or_rare_by_their_number_of_products(sample: Sample) -> None:
    assert words_in("Café-crème, 2 CUPS_x") == ["café", "crème", "2", "cups", "x"]
    assert {"walnut", "lamp", "folds"} <= set(sample.words.frequent)
    assert "0007" in sample.words.rare
    assert not set(sample.words.rare) & set(sample.words.frequent)


def test_the_same_seed_draws_the_same_requests(sample: Sample) -> None:
    for kind in KINDS:
        assert draw_questions(kind, sample, 20, 1) == draw_questions(kind, sample, 20, 1)
    patch = next(kind for kind in KINDS if kind.name == "patch")
    assert draw_questions(patch, sample, 20, 1) != draw_questions(patch, sample, 20, 2)


def test_the_api_accepts_every_request(sample: Sample) -> None:
    for kind in KINDS:
        question = kind.draw(sample, random.Random(1))
        query = ProductsQuery.model_validate(question.query)
        if question.after:
            cursor = to_stack(question).path.split("cursor=")[1]
            asked = query.model_copy(update={"cursor": cursor})
            sort = (query.sort or "sku").lstrip("-")
            position = Place if query.search else POSITIONS[sort]
            assert read_cursor(asked, "products", position) is not None


def test_requests_are_translated_for_django() -> None:
    asked = Question({"price[gte]": "1", "sku[prefix]": "LA", "sort": "-updated_at"}, page=1_001)
    path = "/products/?price_min=1&sku_prefix=LA&ordering=-updated_at&page=1001"
    assert to_django(asked) == Call(path)
    changed = Question(product_id=4, changes={"price": "1.50"})
    assert to_django(changed) == Call("/products/4/", "PATCH", b'{"price": "1.50"}')
    assert to_stack(changed) == Call("/products/4", "PATCH", b'{"price": "1.50"}')


def test_a_file_is_long_enough_for_the_requested_products() -> None:
    for products in (2_000, 50_000):
        found = expect(Catalogue(records_for(products))).products
        assert products <= found < 1.02 * products


def test_percentiles_are_measured_values() -> None:
    assert percentile(range(1, 201), 95) == 190
    assert percentile([7.0], 95) == 7.0
    found = summarise_times(("stack", "sku", 9), [1.0, 3.0, 2.0, 9.0], [4.0], seconds=2.0)
    assert (found.samples, found.p50_ms, found.p95_ms) == (4, 2.5, 9.0)
    assert (found.connect_ms, found.per_second) == (4.0, 2.0)


def test_only_the_recording_is_removed_from_the_merge() -> None:
    statement = queries("imports")["upsert_key_range"]
    found = take_out_note(statement)
    assert "document_backlog" in statement
    assert "MERGE INTO products" in found
    assert len(statement) - len(found) < 150
    with pytest.raises(ValueError, match="does not record"):
        take_out_note(found)


def test_every_target_of_the_catalogue_is_judged_by_its_number(results: CatalogueResults) -> None:
    verdicts = {verdict.aim: verdict.is_met for verdict in judge_catalogue(results)}
    assert len(verdicts) == 2 * 6 + 1
    assert all(verdicts.values())
    results.add("database", [timing("database", "sku", 5, 50.0)])
    results.add("database-large", [timing("database-large", "sku", 5, 9)])
    results.timings.append(timing("database-large", "sku-deep", 7.5, 9))
    results.price[1] = Summary("catalogue-import", "initial", "noted", 9, 5, 1.3, 1.3, 1e6, 0)
    failed = [verdict.aim for verdict in judge_catalogue(results) if not verdict.is_met]
    assert failed == [
        "95th percentile of each request in the database, 500,000 products",
        "Deep page, by sku, against the first page (medians), 5,000,000 products",
        "Import with recording against one without, into an empty catalogue",
    ]


def test_catalogue_results_are_saved_and_measuring_a_part_again_replaces_it(
    results: CatalogueResults, tmp_path: Path
) -> None:
    write_catalogue_docs(results, tmp_path)
    again = CatalogueResults.read(tmp_path / "benchmark-catalogue.json")
    assert again == results
    again.add("stack", [timing("stack", "sku", 1, 2)])
    assert [t.kind for t in again.timings if t.part == "stack"] == ["sku"]
    assert [load.part for load in again.loads] == ["database", "database-large"]


def test_the_catalogue_page_has_each_number(results: CatalogueResults) -> None:
    page = make_catalogue_page(results)
    assert "| first page, by sku | 5.0 | 20.0 | 5.0 | 10.0 | 40.0 | 5.0 |" in page
    assert "| first page, by sku | 80.0 | 20.0 | 80.0 |  |  |  |" in page
    assert "| into an empty catalogue | with recording | 1.25 | 1.25 | 1 MB |" in page
    assert "2.0 ms, 80.0 a second" in page
    assert "1,000 pages before it" in page
    assert "$" not in page


def test_nothing_is_reported_without_measurements(tmp_path: Path) -> None:
    assert make_catalogue_text(CatalogueResults()) == ""
    write_catalogue_docs(CatalogueResults(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_catalogue_is_the_name_of_all_its_parts() -> None:
    assert read_arguments(["--only", "catalogue"]).only == list(CATALOGUE_PARTS)
    assert read_arguments(["--only", "catalogue-http"]).only == ["catalogue-http"]


class Echo(BaseHTTPRequestHandler):
    """Answer 404 below /missing, else 200 with the request."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, str]] = []  # noqa: RUF012  # one server at a time

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.asked.append((self.command, self.path, body))
        answer = json.dumps(self.headers["Authorization"]).encode()
        self.send_response(404 if self.path.startswith("/api/missing") else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PATCH = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    Echo.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Api(f"http://127.0.0.1:{server.server_port}/api/", {"Authorization": "Bearer k"})
        server.shutdown()
        thread.join()


def test_each_call_is_sent_once_and_timed(api: Api) -> None:
    calls = [Call(f"/products?n={n}") for n in range(20)] + [Call("/products/1", "PATCH", b"{}")]
    found = api.ask(calls)
    assert len(found.milliseconds) == 21
    assert found.seconds > 0
    expected = [("GET", f"/api/products?n={n}", "") for n in range(20)]
    assert sorted(Echo.asked) == sorted([*expected, ("PATCH", "/api/products/1", "{}")])


def test_an_unexpected_status_raises(api: Api) -> None:
    assert len(api.ask([Call("/missing", status=404)]).milliseconds) == 1
    with pytest.raises(UnexpectedAnswerError, match="/missing"):
        api.ask([Call("/missing")])
