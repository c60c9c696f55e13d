"""The Chalice app: registers the blueprints of the rooms and requires a key for their routes."""

from chalice.app import Chalice

from chalicelib.events.drain import drain
from chalicelib.exports.routes import routes as export_routes
from chalicelib.exports.steps import steps as export_steps
from chalicelib.health import routes as health_routes
from chalicelib.http.routing import require_keys
from chalicelib.imports.api.plan_routes import routes as plan_routes
from chalicelib.imports.api.record_routes import routes as record_routes
from chalicelib.imports.api.routes import routes as import_routes
from chalicelib.imports.steps.handlers import steps as import_steps
from chalicelib.imports.steps.purge import purging
from chalicelib.jobs.routes import routes as job_routes
from chalicelib.jobs.sweep import sweep
from chalicelib.keys.authorizer import authorize_request, authorizers
from chalicelib.keys.issue import issuing
from chalicelib.keys.routes import routes as key_routes
from chalicelib.migrations.runner import migrations
from chalicelib.openapi.routes import routes as openapi_routes
from chalicelib.page.routes import routes as page_routes
from chalicelib.products.batches.steps import steps as batch_steps
from chalicelib.products.batches.sweep import sweep as batch_sweep
from chalicelib.products.bulk_delete.routes import routes as bulk_delete_routes
from chalicelib.products.edits.routes import routes as product_edits
from chalicelib.products.journal.routes import routes as history_routes
from chalicelib.products.journal.sweep import sweep as journal_sweep
from chalicelib.products.lists.routes import routes as product_routes
from chalicelib.products.lists.steps import steps as product_steps
from chalicelib.products.reverts.routes import routes as revert_routes
from chalicelib.profiles.routes import routes as profile_routes
from chalicelib.webhooks.api.delivery_routes import routes as delivery_routes
from chalicelib.webhooks.api.routes import routes as webhook_routes
from chalicelib.webhooks.delivery.workers import workers as webhook_workers

app = Chalice(app_name="product-importer")

for blueprint in (
    authorizers,
    health_routes,
    import_routes,
    record_routes,
    plan_routes,
    import_steps,
    purging,
    issuing,
    job_routes,
    bulk_delete_routes,
    batch_steps,
    batch_sweep,
    export_routes,
    export_steps,
    openapi_routes,
    page_routes,
    key_routes,
    profile_routes,
    product_edits,
    history_routes,
    journal_sweep,
    product_routes,
    product_steps,
    revert_routes,
    webhook_routes,
    delivery_routes,
    webhook_workers,
    drain,
    sweep,
    migrations,
):
    app.register_blueprint(blueprint)

require_keys(app, authorize_request)
