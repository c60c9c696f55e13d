"""Every route of the app answers alike."""

import pytest

from app import app
from chalicelib.health import routes as health_routes
from chalicelib.http.routing import Routes
from chalicelib.imports.api.plan_routes import routes as plan_routes
from chalicelib.imports.api.record_routes import routes as record_routes
from chalicelib.imports.api.routes import routes as import_routes
from chalicelib.jobs.routes import routes as job_routes
from chalicelib.keys.routes import routes as key_routes
from chalicelib.openapi.routes import routes as openapi_routes
from chalicelib.page.routes import routes as page_routes
from chalicelib.products.bulk_delete.routes import routes as bulk_delete_routes
from chalicelib.webhooks.api.delivery_routes import routes as delivery_routes
from chalicelib.webhooks.api.routes import routes as webhook_routes

ROUTES = [(method, path) for path, methods in app.routes.items() for method in methods]


def test_the_routes_are_those_of_the_rooms() -> None:
    assert {(method, path) for method, path in ROUTES if method != "HEAD"} == {
        ("GET", "/"),
        ("GET", "/assets/{asset}"),
        ("GET", "/health"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/docs/{asset}"),
        ("GET", "/jobs"),
        ("GET", "/jobs/{job_id}"),
        ("POST", "/jobs/{job_id}/cancel"),
        ("POST", "/jobs/{job_id}/retry"),
        ("POST", "/exports"),
        ("GET", "/exports/{job_id}/file"),
        ("POST", "/imports"),
        ("POST", "/imports/preview"),
        ("GET", "/imports/{job_id}/parts"),
        ("POST", "/imports/{job_id}/parts"),
        ("POST", "/imports/{job_id}/complete"),
        ("POST", "/imports/{job_id}/cancel"),
        ("POST", "/imports/{job_id}/retry"),
        ("GET", "/imports/{job_id}/changes"),
        ("POST", "/imports/{job_id}/apply"),
        ("GET", "/imports/{job_id}/rejects"),
        ("GET", "/imports/{job_id}/skipped"),
        ("GET", "/imports/{job_id}/report"),
        ("GET", "/imports/template"),
        ("GET", "/profiles"),
        ("POST", "/profiles"),
        ("GET", "/profiles/{profile_id}"),
        ("PATCH", "/profiles/{profile_id}"),
        ("DELETE", "/profiles/{profile_id}"),
        ("GET", "/profiles/{profile_id}/template"),
        ("GET", "/webhooks"),
        ("POST", "/webhooks"),
        ("GET", "/webhooks/{webhook_id}"),
        ("PATCH", "/webhooks/{webhook_id}"),
        ("DELETE", "/webhooks/{webhook_id}"),
        ("POST", "/webhooks/{webhook_id}/test"),
        ("POST", "/webhooks/{webhook_id}/rotate-secret"),
        ("GET", "/webhooks/{webhook_id}/deliveries"),
        ("POST", "/webhooks/{webhook_id}/replay"),
        ("GET", "/deliveries/{delivery_id}"),
        ("POST", "/deliveries/{delivery_id}/replay"),
        ("POST", "/products/bulk-delete"),
        ("POST", "/jobs/{job_id}/revert"),
        ("GET", "/jobs/{job_id}/conflicts"),
        ("GET", "/keys"),
        ("POST", "/keys"),
        ("GET", "/keys/current"),
        ("GET", "/keys/{key_id}"),
        ("DELETE", "/keys/{key_id}"),
        ("GET", "/products"),
        ("POST", "/products"),
        ("GET", "/products/{product_id}"),
        ("PUT", "/products/{product_id}"),
        ("PATCH", "/products/{product_id}"),
        ("DELETE", "/products/{product_id}"),
        ("GET", "/products/{product_id}/history"),
        ("POST", "/products/{product_id}/restore"),
    }
    shared = (health_routes, openapi_routes, page_routes, job_routes, key_routes)
    ours = (import_routes, record_routes, plan_routes, bulk_delete_routes)
    for routes in (*shared, *ours, webhook_routes, delivery_routes):
        assert isinstance(routes, Routes)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_is_framed_and_judges_content_types_itself(method: str, path: str) -> None:
    route = app.routes[path][method]
    assert route.view_function.__qualname__ != "framed"  # named after its view, as it is packaged
    assert route.content_types == ["*/*"]
    assert hasattr(route.view_function, "__wrapped__")


@pytest.mark.parametrize("path", sorted(app.routes))
def test_head_is_answered_wherever_get_is(path: str) -> None:
    methods = app.routes[path]
    assert ("HEAD" in methods) == ("GET" in methods)
