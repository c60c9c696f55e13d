"""Measure requests in the database: the product's functions, each on a new connection."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from psycopg2.extensions import cursor as Cursor

from bench.catalogue.loading import count_products, open_cursor
from bench.catalogue.questions import KINDS, Kind, Question, draw_questions
from bench.catalogue.results import Timing, summarise_times
from bench.catalogue.sample import Sample, read_sample
from bench.measure import Say
from bench.quiet import Quiet
from bench.server import Server
from bench.workers import settings_of
from chalicelib.postgres import connect
from chalicelib.products.edits.transaction import change_product, find_product
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lists.documents import begin_reading
from chalicelib.products.lists.listing import list_products
from chalicelib.products.lists.routes import ProductsQuery
from chalicelib.products.lists.search import Place, search_products
from chalicelib.settings import Settings, read_settings

SAMPLES = 200  # requests per kind


@dataclass(frozen=True)
class Asked:
    """The time of one request: to connect, and from then to its end."""

    connect_ms: float
    statements_ms: float
    products: int


def ask(settings: Settings, question: Question) -> Asked:
    """Do the API's work for a request, on a new connection."""
    act = _read_page if question.product_id is None else _act_on_product
    query = ProductsQuery.model_validate(question.query)
    began = time.perf_counter()
    with connect(settings, "bench") as connection, connection.cursor() as cursor:
        connected = time.perf_counter()
        products = act(cursor, question, query)
    ended = time.perf_counter()
    return Asked(1000 * (connected - began), 1000 * (ended - connected), products)


def _read_page(cursor: Cursor, question: Question, query: ProductsQuery) -> int:
    snapshot = begin_reading(cursor)
    after: Any = question.after
    if query.search and query.sort is None:
        place = Place(*after) if after else None
        return len(search_products(cursor, snapshot, query, place, query.limit).products)
    sort = query.sort or "sku"
    return len(list_products(cursor, snapshot, query, sort, after, query.limit).products)


def _act_on_product(cursor: Cursor, question: Question, _: ProductsQuery) -> int:
    product_id = question.product_id or 0
    if question.changes:
        changes = read_changes(question.changes)
        journal = Journal("key_bench", "bench")
        change_product(cursor, journal, product_id, lambda _: None, lambda old: {**old, **changes})
    else:
        find_product(cursor, product_id)
    return 1


def read_changes(changes: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a request body with these changes."""
    return {name: Decimal(v) if name == "price" else v for name, v in changes.items()}


def measure_database(
    server: Server, part: str, samples: int, quiet: Quiet, say: Say
) -> tuple[list[Timing], Sample]:
    """Measure every kind of request `requests` times."""
    settings = read_settings(settings_of(server))
    with open_cursor(server) as cursor:
        sample = read_sample(cursor)
    names = part, count_products(server)
    timings = []
    for kind in KINDS:
        timing = _measure_kind(settings, quiet, sample, kind, samples, names)
        numbers = f"{timing.p50_ms:8.1f} {timing.p95_ms:8.1f} ms"
        say(f"{part:<16}{kind.title:<52}{numbers}, connecting {timing.connect_ms:.1f}")
        timings.append(timing)
    return timings, sample


def _measure_kind(
    settings: Settings,
    quiet: Quiet,
    sample: Sample,
    kind: Kind,
    samples: int,
    names: tuple[str, int],
) -> Timing:
    seeds = count()

    def run() -> list[Asked]:
        questions = draw_questions(kind, sample, samples, next(seeds))
        return [ask(settings, question) for question in questions]

    asked = quiet.run(lambda: None, run)
    if not any(found.products for found in asked):
        raise RuntimeError(f"no request of kind {kind.name} found a product")
    part, products = names
    return summarise_times(
        (part, kind.name, products),
        [found.statements_ms for found in asked],
        [found.connect_ms for found in asked],
    )
