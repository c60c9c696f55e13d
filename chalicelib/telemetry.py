"""Structured logs, metrics and the frame around every worker function."""

import json
import os
from collections.abc import Callable
from functools import partial, wraps
from time import perf_counter
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from chalicelib.traces import annotate

# In ASCII: a path from a client may contain line separators that JSON doesn't escape, and an entry
# must be one line.
logger = Logger(json_serializer=partial(json.dumps, default=str, separators=(",", ":")))
metrics = Metrics()

Event = dict[str, Any]
Worker = Callable[[Event, Any], dict[str, Any]]
_LOGGED_KEYS = ("job_id", "attempt", "span", "range", "key_range")


def count(name: str, value: float, unit: MetricUnit = MetricUnit.Count, **labels: str) -> None:
    """Write one metric in CloudWatch's embedded format, with the stage and `labels` as dimensions.

    Its dimensions are part of a metric's identity, so each name must always have the same labels.
    """
    metrics.namespace = metrics.namespace or "ProductImporter"
    stage = os.environ.get("STAGE", "local")  # two stages may share an account
    with single_metric(name=name, unit=unit, value=value, namespace=metrics.namespace) as metric:
        for label, text in {"stage": stage, **labels}.items():
            metric.add_dimension(name=label, value=text)


def worker(function: Worker) -> Worker:
    """Frame a worker function: log fields, one log line for its end, its seconds as a metric.

    Chalice's middleware only runs for routes, so workers need this decorator. An exception is
    logged with its class and raised again: the workflow decides whether to retry.
    """
    name = function.__name__

    @wraps(function)
    def framed(event: Event, context: Any) -> dict[str, Any]:
        logger.clear_state()
        logger.append_keys(step=name, **{k: event[k] for k in _LOGGED_KEYS if k in event})
        started = perf_counter()
        try:
            result = function(event, context)
        except Exception as error:
            logger.exception("step.failed", error_class=type(error).__name__)
            _trace(name, perf_counter() - started, is_fault=True)
            raise
        seconds = round(perf_counter() - started, 4)
        logger.info("step.finished", seconds=seconds, outcome=result.get("outcome"))
        count("StepSeconds", seconds, MetricUnit.Seconds, step=name)
        _trace(name, seconds, is_fault=False)
        return result

    return framed


def _trace(step: str, seconds: float, *, is_fault: bool) -> None:
    # ClaimJob finds its job by an object's key, and has added it to the log's keys by now.
    logged = logger.get_current_keys()
    names = {name: logged[name] for name in _LOGGED_KEYS if name in logged}
    annotate(step, seconds, is_fault=is_fault, step=step, **names)
