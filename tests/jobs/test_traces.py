"""What the X-Ray daemon receives: its documented datagram, only for sampled traces."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from chalicelib.telemetry import Event, worker
from chalicelib.traces import annotate

# A subsegment that is sent by itself, as documented in "segment documents" and "sending trace data"
# of X-Ray's guide.
SUBSEGMENT = {
    "type": "object",
    "required": ["name", "id", "trace_id", "parent_id", "type", "start_time", "end_time"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 200, "pattern": r"^[\w\s.:/%&#=+\\\-@]+$"},
        "id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "trace_id": {"type": "string", "pattern": "^1-[0-9a-f]{8}-[0-9a-f]{24}$"},
        "parent_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "type": {"const": "subsegment"},
        "start_time": {"type": "number"},  # seconds since 1970
        "end_time": {"type": "number"},
        "fault": {"type": "boolean"},
        "annotations": {
            "type": "object",
            "maxProperties": 50,
            "propertyNames": {"pattern": "^[A-Za-z0-9_]+$"},  # others cannot be filtered by
            "additionalProperties": {"type": ["string", "number", "boolean"], "maxLength": 1000},
        },
    },
}
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(2)
        host, port = listening.getsockname()
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"{host}:{port}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
        yield listening


def received(daemon: socket.socket) -> dict[str, Any]:
    header, _, document = daemon.recv(65_536).partition(b"\n")
    assert json.loads(header) == {"format": "json", "version": 1}
    found: dict[str, Any] = json.loads(document)
    jsonschema.validate(found, SUBSEGMENT)
    assert found["start_time"] <= found["end_time"]
    return found


def is_silent(daemon: socket.socket) -> bool:
    daemon.settimeout(0.05)
    try:
        daemon.recv(65_536)
    except TimeoutError:
        return True
    return False


def test_annotation_is_a_subsegment_of_the_calls_trace(daemon: socket.socket) -> None:
    annotate("stage_range", 2.5, is_fault=False, job_id="job_1", range=3, nothing=None)
    found = received(daemon)
    assert (found["trace_id"], found["parent_id"]) == (
        "1-5759e988-bd862e3fe1be46a994272793",
        "53995c3f42cd8ad8",
    )
    assert (found["type"], found["name"], found["fault"]) == ("subsegment", "stage_range", False)
    assert len(found["id"]) == 16
    assert found["end_time"] - found["start_time"] == pytest.approx(2.5)
    assert found["annotations"] == {"job_id": "job_1", "range": 3}


def test_failed_worker_is_annotated_with_its_job(daemon: socket.socket) -> None:
    @worker
    def merge_key_range(event: Event, context: Any) -> Event:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        merge_key_range({"job_id": "job_1", "attempt": 2, "key_range": 7}, None)
    found = received(daemon)
    assert found["fault"] is True
    assert found["annotations"] == {
        "step": "merge_key_range", "job_id": "job_1", "attempt": 2, "key_range": 7
    }  # fmt: skip


@pytest.mark.parametrize(
    "trace", ["", "Root=1-2-3;Parent=4;Sampled=0", "Root=1-2-3", "nonsense", "Sampled=1"]
)
def test_unsampled_trace_is_not_annotated(
    daemon: socket.socket, monkeypatch: pytest.MonkeyPatch, trace: str
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    annotate("stage_range", 1, is_fault=False)
    assert is_silent(daemon)


def test_missing_daemon_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    for address in ("", "127.0.0.1:1"):
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", address)
        annotate("stage_range", 1, is_fault=False)
