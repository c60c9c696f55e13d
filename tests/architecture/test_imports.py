"""Imports point one way: rooms know each other in one direction, and decisions know no client."""

import ast
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.architecture.tree import (
    PACKAGE,
    PROGRAMS,
    ROOT,
    find_imports,
    find_reached,
    read_all_modules,
    read_modules,
    room_of,
)

# What each room may know of the others.
_KNOWN = {
    "http": set[str](),
    "keys": {"http"},
    "events": set[str](),
    "objects": set[str](),
    "jobs": {"http", "events"},
    "products": {"http", "jobs", "events", "webhooks"},
    "webhooks": {"http", "jobs", "events"},
    "imports": {"http", "jobs", "products", "events", "objects"},
    "profiles": {"http", "jobs", "imports", "products"},
    "exports": {"http", "jobs", "imports", "products", "objects"},
    "migrations": set[str](),
    "openapi": {"http"},
    "page": {"http", "imports"},
}
# What the programs beside the product, and its health check, may know of the rooms.
_KNOWN_BESIDE = {
    "chalicelib.health": {"http"},
    "infra": {"http", "imports", "keys", "migrations", "openapi", "products"},
    "bench": set(_KNOWN) - {"page", "openapi"},
}
_ROOT_MODULE = f"{PACKAGE}.bootstrap"  # makes everything, so its functions import everything
_BESIDE = (
    "settings",
    "errors",
    "telemetry",
    "traces",
    "postgres",
    "aws",
    "dynamodb",
    "items",
    "ids",
    "times",
)  # they know no room
_PURE = (
    "imports.csv.structure",
    "imports.csv.scan",
    "imports.csv.plan",
    "imports.csv.triage",
    "imports.csv.values",
    "imports.csv.records",
    "imports.csv.columns",
    "imports.csv.fitting",
    "imports.csv.headers",
    "imports.formats.applying",
    "imports.formats.detection",
    "imports.csv.dialect",
    "imports.csv.evidence",
    "imports.csv.languages",
    "imports.csv.odd",
    "imports.csv.unpack",
    "imports.csv.zips",
    "imports.csv.transcode",
    "imports.csv.chunks",
    "imports.csv.head",
    "imports.csv.header",
    "imports.csv.firstrecords",
    "imports.csv.marks",
    "imports.csv.deciding",
    "imports.csv.lookalikes",
    "imports.csv.warnings",
    "imports.csv.sampling",
    "imports.csv.source",
    "imports.options",
    "imports.steps.progress",
    "products.fields",
    "products.limits",
    "products.rules",
    "products.batches.plan",
    "exports.plan",
    "objects.parts",
    "exports.job",
    "jobs.transitions",
    "jobs.models",
    "jobs.events",
    "events.models",
    "webhooks.models",
    "webhooks.delivery.backoff",
    "webhooks.delivery.outcomes",
    "webhooks.sending.addresses",
    "webhooks.sending.signing",
    "imports.job",
    "imports.profile",
    "profiles.matching",
    "profiles.models",
    "profiles.saving",
    "imports.transitions",
    "products.batches.job",
    "products.bulk_delete.job",
    "products.reverts.job",
    "products.journal.slots",
    "jobs.revertible",
    "webhooks.delivery.concurrency",
    "jobs.usage",
    "keys.models",
    "keys.tokens",
    "http.scopes",
)
_CLIENTS = {"boto3", "botocore", "psycopg2", "requests", "urllib", "http", "socket"}
_CLOCKS = {"time"}
_NOWS = {"now", "utcnow", "today"}


def rooms_known(module: str) -> set[str]:
    """Return the other rooms that a module imports from."""
    ours = {name for name in find_imports(module) if name.startswith(f"{PACKAGE}.")}
    return {room for name in ours if (room := room_of(name))} - {room_of(module)}


@pytest.mark.parametrize("module", read_modules())
def test_rooms_know_each_other_in_one_direction(module: str) -> None:
    room = room_of(module)
    if room:
        assert rooms_known(module) <= _KNOWN[room]


@pytest.mark.parametrize("name", _BESIDE)
def test_modules_beside_the_rooms_know_no_room(name: str) -> None:
    assert rooms_known(f"{PACKAGE}.{name}") == set()


@pytest.mark.parametrize("name", _PURE)
def test_decisions_reach_no_client_and_no_clock(name: str) -> None:
    reached = find_reached(f"{PACKAGE}.{name}")
    assert {found.split(".")[0] for found in reached} & (_CLIENTS | _CLOCKS) == set()


@pytest.mark.parametrize("name", _PURE)
def test_decisions_do_not_ask_for_the_time(name: str) -> None:
    tree = read_modules()[f"{PACKAGE}.{name}"]
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert asked & _NOWS == set()


def test_routes_and_steps_are_known_to_nobody() -> None:
    """They are where everything begins; only app.py registers them."""
    ends = ("routes", "steps", "handlers")
    known = {
        (module, found)
        for module in read_modules()
        for found in find_imports(module)
        if found.startswith(f"{PACKAGE}.") and found.rsplit(".", 1)[1] in ends
    }
    assert known == set()


@pytest.mark.parametrize("name", _KNOWN_BESIDE)
def test_health_and_programs_know_few_rooms(name: str) -> None:
    known = {
        room
        for module in read_all_modules()
        if module == name or module.startswith(f"{name}.")
        for room in rooms_known(module)
    }
    assert known <= _KNOWN_BESIDE[name]


def test_the_product_knows_none_of_its_programs() -> None:
    known = {
        (module, found)
        for module in ("app", *read_modules())
        for found in find_imports(module)
        if found.split(".")[0] in PROGRAMS
    }
    assert known == set()


def test_no_modules_import_each_other() -> None:
    """Not even inside functions. The composition root's functions are the one exception."""
    modules = read_all_modules()
    imports = {
        module: find_imports(module, at_top_only=module == _ROOT_MODULE) & modules.keys()
        for module in modules
    }
    assert {module for module in modules if module in _find_all(imports, module)} == set()


def _find_all(imports: Mapping[str, set[str]], module: str) -> set[str]:
    """Return all that `module` imports, also by way of others."""
    reached: set[str] = set()
    waiting = set(imports[module])
    while waiting:
        reached |= waiting
        waiting = {found for name in waiting for found in imports[name]} - reached
    return reached


def test_the_product_imports_nothing_that_is_not_packaged_with_it() -> None:
    outside = {
        found.split(".")[0]
        for module in read_modules()
        for found in find_imports(module)
        if not found.startswith(PACKAGE)
    }
    # boto3 is the Lambda runtime's own, chalice puts its runtime into the zip.
    packaged = {"aws_lambda_powertools", "boto3", "botocore", "chalice", "numpy", "psycopg2"}
    packaged |= {"pydantic", "pydantic_core", "jwt"}
    packaged |= {"requests", "urllib3", "idna", "standardwebhooks"}
    packaged |= {"backports", "python_calamine"}
    assert outside - sys.stdlib_module_names <= packaged


def test_importing_every_module_connects_to_nothing() -> None:
    """A cold start is not delayed, or broken, by what is not there yet."""
    script = (
        "import socket\n"
        "def refuse(*arguments, **named): raise AssertionError('connects at import time')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "import psycopg2; psycopg2.connect = refuse\n"
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *read_modules()],
        cwd=ROOT,
        env={"PATH": ""},  # no settings, no region, no credentials
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_api_does_not_load_what_only_sends_webhooks() -> None:
    """It registers their functions, and its cold start is not to wait for them."""
    script = "import app, sys; print([n for n in ('requests', 'idna') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr


# Modules of handlers: what they call takes stores and clients as arguments.
_HANDLERS = (
    *("routes", "handlers", "steps", "workers", "sweep", "purge", "authorizer", "issue"),
    *("runner", "drain", "attempt", "health"),
)


def test_only_handlers_import_the_composition_root() -> None:
    root = f"{PACKAGE}.bootstrap"
    asking = {module for module in read_modules() if root in find_imports(module)}
    assert {module for module in asking if not module.endswith(_HANDLERS)} == set()


def test_error_codes_of_aws_are_read_in_one_place() -> None:
    pattern = 'response["Error"]'
    found = {path.name for path in (ROOT / PACKAGE).rglob("*.py") if pattern in path.read_text()}
    assert found == {"aws.py"}
