"""GET /health: whether the API's dependencies are available."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from time import perf_counter
from typing import Literal, TypeVar

from chalice.app import Request, Response
from pydantic import Field

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.operations import Operation, ResponseSpec
from chalicelib.http.parsing import Query, read_query
from chalicelib.http.problems import ProblemResponse, make_problem_response, request_id_of
from chalicelib.http.responses import ResponseBody
from chalicelib.http.routing import Routes, make_response
from chalicelib.http.scopes import PUBLIC
from chalicelib.postgres import connect
from chalicelib.telemetry import logger

routes = Routes(__name__)

TIMEOUT_SECONDS = 3.0
_NO_JOB = "job_" + "0" * 26

Check = Callable[[], object]
Name = Literal["database", "jobs", "storage"]
NameT = TypeVar("NameT", bound=str)


class DependencyResponse(ResponseBody):
    """The status of a dependency and the time of its check."""

    status: Literal["ok", "down"]
    ms: int


class HealthResponse(ResponseBody):
    """All dependencies are available."""

    status: Literal["ok"]
    dependencies: dict[Name, DependencyResponse]


class HealthProblemResponse(ProblemResponse):
    """A problem with the status of each dependency; empty if none was checked."""

    dependencies: dict[Name, DependencyResponse] = Field(default_factory=dict)


_UP = {"status": "ok", "ms": 3}


@routes.route(
    "/health",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service",
        responses={
            200: ResponseSpec(
                HealthResponse,
                example={
                    "status": "ok",
                    "dependencies": {"database": _UP, "jobs": _UP, "storage": _UP},
                },
            ),
            503: ResponseSpec(HealthProblemResponse),
        },
        errors={503: ["dependency_down"]},
    ),
)
def show_health(request: Request) -> Response:
    """Check the service's dependencies. Returns 503 with the same details if one is down."""
    read_query(request, Query)
    checks: dict[Name, Check] = {
        "database": _check_database,
        "jobs": _check_jobs,
        "storage": _check_storage,
    }
    found = run_checks(checks)
    down = [name for name, result in found.items() if result.status != "ok"]
    if not down:
        return make_response(HealthResponse(status="ok", dependencies=found))
    problem = ProblemError(
        503,
        "dependency_down",
        f"Dependencies down: {', '.join(down)}. Retry shortly.",
        headers={"Retry-After": "5"},
    )
    shown = {name: result.model_dump() for name, result in found.items()}
    return make_problem_response(problem, request_id_of(request), {"dependencies": shown})


def run_checks(checks: Mapping[NameT, Check]) -> dict[NameT, DependencyResponse]:
    """Run the checks concurrently; return the status and milliseconds of each.

    A check that raises or doesn't return in time is down; the reason is only logged.
    """
    pool = ThreadPoolExecutor(len(checks), thread_name_prefix="health")
    started = perf_counter()
    futures = {name: pool.submit(_time, check) for name, check in checks.items()}
    found = {name: _wait_for(name, future, started) for name, future in futures.items()}
    pool.shutdown(wait=False)  # a check that hangs ends at its own timeout
    return found


def _time(check: Check) -> int:
    started = perf_counter()
    check()
    return round((perf_counter() - started) * 1000)


def _wait_for(name: str, future: "Future[int]", started: float) -> DependencyResponse:
    try:
        left = TIMEOUT_SECONDS - (perf_counter() - started)
        return DependencyResponse(status="ok", ms=future.result(timeout=max(0.0, left)))
    except FutureTimeoutError:
        logger.warning("dependency.slow", dependency=name)
    except Exception as error:  # noqa: BLE001  # with any error the dependency is down
        logger.warning("dependency.down", dependency=name, error_class=type(error).__name__)
    return DependencyResponse(status="down", ms=round((perf_counter() - started) * 1000))


def _check_database() -> None:
    with connect(services().settings, "health") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check_jobs() -> None:
    services().jobs.get(_NO_JOB)


def _check_storage() -> None:
    services().client("s3").head_bucket(Bucket=services().settings.bucket)
