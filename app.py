"""The Chalice app: it registers the blueprints of the rooms and does nothing else."""

from chalice.app import Chalice

from chalicelib.events.drain import drain
from chalicelib.health import routes as health_routes
from chalicelib.imports.routes import routes as import_routes
from chalicelib.imports.steps import steps as import_steps
from chalicelib.jobs.routes import routes as job_routes
from chalicelib.jobs.sweep import sweep
from chalicelib.migrations.runner import migrations
from chalicelib.webhooks.delivery_routes import routes as delivery_routes
from chalicelib.webhooks.routes import routes as webhook_routes
from chalicelib.webhooks.workers import workers as webhook_workers

app = Chalice(app_name="product-importer")

for blueprint in (
    health_routes,
    import_routes,
    import_steps,
    job_routes,
    webhook_routes,
    delivery_routes,
    webhook_workers,
    drain,
    sweep,
    migrations,
):
    app.register_blueprint(blueprint)
