"""The audit log: one entry for each request that may change data, with its caller and outcome.

An entry has names and ids and nothing from a body: no contents, no secrets.
"""

from chalice.app import Request, Response

from chalicelib.http.callers import find_caller
from chalicelib.http.problems import request_id_of
from chalicelib.telemetry import logger

_READS = ("GET", "HEAD")


def audit(request: Request, action: str, response: Response) -> None:
    """Log the caller, the target and the outcome of `action`; reads are not logged."""
    if request.method in _READS:
        return
    caller = find_caller(request)
    logger.info(
        "audit",
        action=action,
        method=request.method,
        route=request.path,
        target=request.uri_params or {},
        leads_to=response.headers.get("Location"),  # the created resource, or the job
        outcome=_outcome_of(response.status_code),
        status=response.status_code,
        code=_code_of(response),
        caller_id=caller.caller_id if caller else None,
        caller_name=caller.name if caller else None,
        request_id=request_id_of(request),
    )


def _outcome_of(status: int) -> str:
    if status < 400:
        return "done"
    return "refused" if status < 500 else "failed"


def _code_of(response: Response) -> str | None:
    return response.body.get("code") if isinstance(response.body, dict) else None
