"""AWS: clients, the region, error codes, and tokens that sign in to RDS."""

from functools import cache
from typing import Any

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError, NoCredentialsError

_TOKEN_SECONDS = 900  # as long as RDS accepts one


def make_client(service: str, tries: int) -> Any:
    """Return a client of `service`, of the emulator at AWS_ENDPOINT_URL if that is set.

    It sends a request at most `tries` times.
    """
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


def make_signer(public_endpoint: str) -> Any:
    """Return a client that signs URLs for the public address of S3; "" is AWS's own.

    AWS's own addresses include the bucket's region, so that S3 doesn't redirect.
    """
    return boto3.client(
        "s3",
        endpoint_url=public_endpoint or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if public_endpoint else "virtual"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def sign_database_token(host: str, port: int, user: str) -> str:
    """Return a token that signs this process's role in to PostgreSQL on RDS, as `user`.

    It is signed locally, without a request. boto3's generate_db_auth_token returns the same, but
    first loads the whole service description of RDS.
    """
    session = _session()
    request = AWSRequest("GET", f"https://{host}:{port}/")
    request.params = {"Action": "connect", "DBUser": user}
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    SigV4QueryAuth(credentials, "rds-db", session.region_name, _TOKEN_SECONDS).add_auth(request)
    return str(request.url).removeprefix("https://")


def error_code(error: ClientError) -> str:
    """Return the code of an error that AWS answered with, such as "NoSuchUpload"."""
    return str(error.response["Error"]["Code"])


def find_region() -> str:
    """Return the region of this process; "" if none is set."""
    return _session().region_name or ""


@cache
def _session() -> boto3.Session:
    return boto3.Session()
