"""Clients of AWS, made at first use and kept for the life of the process."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config


@cache
def get_client(service: str, tries: int = 5) -> Any:
    """Return the process's client of `service`; AWS_ENDPOINT_URL points it at an emulator."""
    return boto3.client(
        service,  # type: ignore[call-overload]  # the stubs know literal names only
        config=Config(
            retries={"mode": "standard", "total_max_attempts": tries},
            connect_timeout=3,
            read_timeout=30,
            signature_version="s3v4" if service == "s3" else None,
            s3={"addressing_style": "path"} if service == "s3" else None,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def get_region() -> str:
    """Return the region that the process is in."""
    return str(get_client("dynamodb").meta.region_name)
