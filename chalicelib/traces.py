"""Annotations for X-Ray, by which a trace is found by its job.

Lambda and Step Functions make the segments of a trace. This adds a subsegment with annotations,
sent to the daemon beside the function as its documented datagram.
"""

import json
import os
import secrets
import socket
from contextlib import suppress
from time import time

_HEADER = b'{"format": "json", "version": 1}\n'

Annotation = str | int


def annotate(
    name: str, seconds: float, *, is_fault: bool, **annotations: Annotation | None
) -> None:
    """Add a subsegment that ends now and took `seconds` to the trace of this call.

    It does nothing if the trace isn't sampled, or the function isn't traced.
    """
    trace = dict(
        part.split("=", 1)
        for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";")
        if "=" in part
    )
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").rpartition(":")
    if trace.get("Sampled") != "1" or not {"Root", "Parent"} <= trace.keys() or not host:
        return
    ended = time()
    document = {
        "name": name,
        "id": secrets.token_hex(8),
        "type": "subsegment",
        "trace_id": trace["Root"],
        "parent_id": trace["Parent"],
        "start_time": ended - seconds,
        "end_time": ended,
        "fault": is_fault,
        "annotations": {key: value for key, value in annotations.items() if value is not None},
    }
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(_HEADER + json.dumps(document).encode(), (host, int(port)))
