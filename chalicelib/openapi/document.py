"""Make the OpenAPI document from the table of routes and their models."""

import inspect
from collections.abc import Iterator, Mapping

from chalice.app import RouteEntry

from chalicelib.http.operations import Operation, access_of, operation_of
from chalicelib.http.problems import ProblemResponse
from chalicelib.http.scopes import PUBLIC
from chalicelib.openapi.parts import DESCRIPTION, SECURITY, TAGS
from chalicelib.openapi.paths import Route, Writer
from chalicelib.openapi.schemas import Json, Key, make_schemas

# The version of the API, not of the program; see docs/decisions/0008.
API_VERSION = "0.12.0"

RouteTable = Mapping[str, Mapping[str, RouteEntry]]


def make_document(table: RouteTable) -> Json:
    """Return the document of the routes in `table`. It is deterministic."""
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
        "servers": [{"url": ".", "description": "The location of this document."}],
        "tags": [{"name": tag, "description": TAGS[tag]} for tag in TAGS if tag in used],
        "paths": paths,
        "webhooks": dict(
            message for route in routes for message in writer.write_messages(route.operation)
        ),
        "components": components,
    }


def _read(table: RouteTable) -> Iterator[Route]:
    # Every GET route supports HEAD too; it isn't documented separately.
    for path, entries in sorted(table.items()):
        for method, entry in sorted(entries.items()):
            if method != "HEAD":
                view = entry.view_function
                operation, access = operation_of(view), access_of(view)
                yield Route(path, method, inspect.unwrap(view), operation, access)


def _keys(operation: Operation) -> Iterator[Key]:
    yield ProblemResponse, "serialization"
    for message in operation.messages.values():
        yield message, "serialization"
    if operation.body:
        yield operation.body, "validation"
    for response in operation.responses.values():
        if response.body and not isinstance(response.body, str):
            yield response.body, "serialization"
