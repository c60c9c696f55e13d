"""Where a deployment goes: an emulator, or AWS if a stage and its account are named."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore import exceptions
from botocore.config import Config

_EMULATOR_HOSTS = {"127.0.0.1", "localhost", "::1", "localhost.localstack.cloud"}
_LOCAL_STAGE = "local"
# Problems with the credentials, found by boto3 or reported by AWS.
_NOT_SIGNED_IN = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.ProfileNotFound,
    exceptions.CredentialRetrievalError,
    exceptions.SSOError,
)
_REJECTED = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"}
_REJECTED |= {"SignatureDoesNotMatch", "UnrecognizedClientException"}


class RefusedError(Exception):
    """The program refused to change anything; the message says why."""


@dataclass(frozen=True)
class Target:
    """A stage in an AWS account, or in an emulator on this machine at `endpoint_url`."""

    stage: str
    region: str = "us-east-1"
    account: str | None = None
    endpoint_url: str | None = None

    @property
    def is_emulator(self) -> bool:
        """Whether the deployment stays on this machine."""
        return self.endpoint_url is not None

    @property
    def stack_name(self) -> str:
        """The name of the application's stack."""
        return f"product-importer-{self.stage}"

    def in_region(self, region: str) -> "Target":
        """Return the same stage in another region."""
        return replace(self, region=region)

    @cached_property
    def _session(self) -> boto3.Session:
        if self.is_emulator:  # never real credentials to an emulator
            return boto3.Session("test", "test", region_name=self.region)
        return boto3.Session(region_name=self.region)

    def client(self, service: str, *, read_timeout: int = 60) -> Any:
        """Return a client for `service`."""
        config = Config(
            read_timeout=read_timeout,
            retries={"mode": "standard", "total_max_attempts": 4},
            # The target decides the endpoint, not the environment.
            ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # not in the stubs
            s3={"addressing_style": "path"} if self.is_emulator else None,
        )
        return self._session.client(
            service,  # type: ignore[call-overload]  # the stubs know literal names only
            endpoint_url=self.endpoint_url,
            config=config,
        )

    def identify(self) -> str:
        """Return the account; raises RefusedError unless it is the one that the stage names."""
        if self.is_emulator:
            _check_is_local(str(self.endpoint_url))
        elif not self.account or self.stage == _LOCAL_STAGE:
            raise RefusedError("To deploy to AWS, name a stage other than local, and its account.")
        found = self._find_account()
        if not self.is_emulator and found != self.account:
            raise RefusedError(f"The credentials belong to account {found}, not {self.account}.")
        return found

    def _find_account(self) -> str:
        try:
            return str(self.client("sts").get_caller_identity()["Account"])
        except _NOT_SIGNED_IN as error:
            raise self._not_signed_in(error) from None
        except exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _REJECTED:
                raise self._not_signed_in(error) from None
            raise

    def _not_signed_in(self, error: Exception) -> RefusedError:
        return RefusedError(
            f"{str(error).rstrip('.')}. Sign in to account {self.account} (aws sso login,"
            " AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) and retry."
        )


def _check_is_local(endpoint_url: str) -> None:
    if urlsplit(endpoint_url).hostname not in _EMULATOR_HOSTS:
        raise RefusedError(
            f"{endpoint_url} isn't on this machine. To deploy to AWS, omit --endpoint-url."
        )
