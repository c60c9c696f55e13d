"""The OpenAPI document, made from the table of routes and the models they name."""

import inspect
from collections.abc import Iterator, Mapping

from chalice.app import RouteEntry

from chalicelib.http.operations import Operation, access_of, operation_of
from chalicelib.http.problems import ProblemResponse
from chalicelib.http.scopes import PUBLIC
from chalicelib.openapi.parts import DESCRIPTION, SECURITY, TAGS
from chalicelib.openapi.paths import Route, Writer
from chalicelib.openapi.schemas import Json, Key, make_schemas

# Of the API, not of the program: it moves as docs/decisions/0008 says.
API_VERSION = "0.3.0"

RouteTable = Mapping[str, Mapping[str, RouteEntry]]


def make_document(table: RouteTable) -> Json:
    """Return the document of the routes in `table`; the same routes always give the same."""
    routes = list(_read(table))
    references, schemas = make_schemas(key for route in routes for key in _keys(route.operation))
    writer = Writer(references)
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = writer.write(route)
    components: Json = {"schemas": schemas}
    if any(route.access != PUBLIC for route in routes):
        components["securitySchemes"] = SECURITY
    used = {route.operation.tag for route in routes}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Product Importer",
            "version": API_VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "Where this document is."}],
        "tags": [{"name": tag, "description": TAGS[tag]} for tag in TAGS if tag in used],
        "paths": paths,
        "components": components,
    }


def _read(table: RouteTable) -> Iterator[Route]:
    # HEAD is answered wherever GET is; it needs no words of its own.
    for path, entries in sorted(table.items()):
        for method, entry in sorted(entries.items()):
            if method != "HEAD":
                view = entry.view_function
                said = operation_of(view), access_of(view)
                yield Route(path, method, inspect.unwrap(view), *said)


def _keys(operation: Operation) -> Iterator[Key]:
    yield ProblemResponse, "serialization"
    if operation.body:
        yield operation.body, "validation"
    for answer in operation.responses.values():
        if answer.body and not isinstance(answer.body, str):
            yield answer.body, "serialization"
