"""Measure requests over HTTP, to the deployed stack and to Django REST Framework."""

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from bench.catalogue.client import Api, Call
from bench.catalogue.loading import (
    count_products,
    list_files,
    load,
    open_cursor,
    wait_for_documents,
)
from bench.catalogue.questions import KINDS, Kind, Question, draw_questions
from bench.catalogue.results import Load, Timing, summarise_times
from bench.catalogue.sample import Sample, read_sample
from bench.catalogue.serving import serve_django
from bench.deployed import import_through
from bench.measure import Say
from bench.quiet import Quiet
from bench.server import Server
from chalicelib.http.paging import make_cursor
from chalicelib.products.lists.routes import ProductsQuery
from infra.demo.client import ImportClient
from infra.local.stack import Addresses

CALLS = 200
_WARM_UP = 8
STACK, DJANGO = "stack", "django"
REFUSED, UNKNOWN = "refused", "unknown"

# Requests without database work. A list with limit 0 is refused by the function before it connects:
# it costs only the emulated gateway, the authorizer and the function. An unknown path is refused by
# the gateway.
EMULATOR_ALONE = {
    REFUSED: Call("/products?limit=0", status=400),
    UNKNOWN: Call("/nothing", status=404),
}
_DJANGO_NAMES = {
    "sku[prefix]": "sku_prefix",
    "price[gte]": "price_min",
    "price[lte]": "price_max",
    "updated_at[gte]": "updated_since",
    "sort": "ordering",
}
_NOT_DJANGO = {"job"}  # the model does not have this field
Translate = Callable[[Question], Call]
Draw = Callable[[int], list[Call]]  # by seed


def load_through(
    server: Server, addresses: Addresses, folder: Path, records: int, say: Say
) -> list[Load]:
    """Load through the API of the deployed stack."""
    client = ImportClient(addresses.api_url, addresses.api_key)
    steps = (
        lambda path: import_through(client, path).seconds,
        lambda: wait_for_documents(server),
    )
    return load(server, STACK, list_files(folder, records), steps, say)


class Asking:
    """The same requests, sent to one API after the other."""

    def __init__(self, server: Server, quiet: Quiet, say: Say) -> None:
        with open_cursor(server) as cursor:
            self.sample: Sample = read_sample(cursor)
        self.quiet, self._say = quiet, say
        self._server, self._products = server, count_products(server)

    def ask_stack(self, addresses: Addresses) -> list[Timing]:
        """Measure the deployed stack."""
        headers = {"Authorization": f"Bearer {addresses.api_key}", "Accept": "application/json"}
        api = Api(addresses.api_url, headers)
        alone = {name: lambda _, call=call: [call] * CALLS for name, call in EMULATOR_ALONE.items()}
        api.ask([EMULATOR_ALONE[REFUSED]] * CALLS)  # starts as many functions as needed
        return self._ask(STACK, api, alone | self._translate(to_stack))

    def ask_django(self, folder: Path) -> list[Timing]:
        """Measure Django REST Framework on the same database; it does not update documents."""
        with serve_django(self._server.environment(), folder / "gunicorn.log") as url:
            api = Api(url, {"Accept": "application/json"})
            return self._ask(DJANGO, api, self._translate(to_django, without=_NOT_DJANGO))

    def _translate(self, translate: Translate, without: Iterable[str] = ()) -> dict[str, Draw]:
        def draw(kind: Kind) -> Draw:
            return lambda seed: [
                translate(question) for question in draw_questions(kind, self.sample, CALLS, seed)
            ]

        return {kind.name: draw(kind) for kind in KINDS if kind.name not in without}

    def _ask(self, part: str, api: Api, kinds: Mapping[str, Draw]) -> list[Timing]:
        return [self._measure_kind((part, name), api, draw) for name, draw in kinds.items()]

    def _measure_kind(self, names: tuple[str, str], api: Api, draw: Draw) -> Timing:
        seeds = count()
        api.ask(draw(next(seeds))[:_WARM_UP])  # warms up connections, caches and functions
        asked = self.quiet.run(lambda: None, lambda: api.ask(draw(next(seeds))))
        timing = summarise_times(
            (*names, self._products), asked.milliseconds, seconds=asked.seconds
        )
        numbers = f"{timing.p50_ms:9.1f} {timing.p95_ms:9.1f} ms"
        self._say(f"{timing.part:<8}{timing.kind:<18}{timing.per_second:8.1f}/s{numbers}")
        return timing


def to_stack(question: Question) -> Call:
    """Return the request for this product's API."""
    if question.product_id is not None:
        return _to_product(f"/products/{question.product_id}", question)
    query = dict(question.query)
    if question.after:
        asked = ProductsQuery.model_validate(query)
        query["cursor"] = make_cursor(asked, "products", question.after)
    return Call(f"/products?{urlencode(query)}" if query else "/products")


def to_django(question: Question) -> Call:
    """Return the request for the API in Django REST Framework."""
    if question.product_id is not None:
        return _to_product(f"/products/{question.product_id}/", question)
    query = {_DJANGO_NAMES.get(name, name): value for name, value in question.query.items()}
    if query.get("ordering", "sku") == "sku":
        query.pop("ordering", None)  # its default
    if question.page > 1:
        query["page"] = str(question.page)
    return Call(f"/products/?{urlencode(query)}")


def _to_product(path: str, question: Question) -> Call:
    if not question.changes:
        return Call(path)
    return Call(path, "PATCH", json.dumps(question.changes).encode())
