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

# In ASCII: what a client puts into a path may have line ends that JSON leaves as they are, and an
# entry is one line.
logger = Logger(json_serializer=partial(json.dumps, default=str, separators=(",", ":")))
metrics = Metrics()

Event = dict[str, Any]
Worker = Callable[[Event, Any], dict[str, Any]]
_LOGGED_KEYS = ("job_id", "attempt", "span", "range", "key_range")


def count(name: str, value: float, unit: MetricUnit = MetricUnit.Count, **labels: str) -> None:
    """Write one metric in CloudWatch's embedded format, with the stage and `labels` as dimensions.

    A metric is told from others by all its dimensions: so each name always has the same labels.
    """
    metrics.namespace = metrics.namespace or "ProductImporter"
    stage = os.environ.get("STAGE", "local")  # two stages may share an account
    with single_metric(name=name, unit=unit, value=value, namespace=metrics.namespace) as metric:
        for label, text in {"stage": stage, **labels}.items():
            metric.add_dimension(name=label, value=text)


def worker(function: Worker) -> Worker:
    """Frame a worker function: log fields, one line for its end, seconds as a metric.

    Chalice's middleware does not run for functions that are not routes, so this is where it goes.
    An exception is logged with its class and passed on: the workflow decides whether to try again.
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
    # A step that finds its job itself, by an object's key, has noted it for the log by now.
    noted = logger.get_current_keys()
    names = {name: noted[name] for name in _LOGGED_KEYS if name in noted}
    annotate(step, seconds, is_fault=is_fault, step=step, **names)
