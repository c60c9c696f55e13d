"""The bucket of deployment artifacts: private, each object named by its digest."""

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.target import Target


class Artifacts:
    """The artifacts bucket of one stage; created if it doesn't exist."""

    def __init__(self, target: Target, account: str) -> None:
        self._client: Any = target.client("s3")
        self._region = target.region
        self._base = target.endpoint_url or f"https://s3.{target.region}.amazonaws.com"
        self._account = account
        self.bucket = f"product-importer-{account}-{target.region}-{target.stage}"

    def put(self, contents: bytes, suffix: str) -> str:
        """Store `contents` unless the bucket has them; return the key."""
        key = f"{hashlib.sha256(contents).hexdigest()}{suffix}"
        self._make_bucket()
        if not self._exists(key):
            self._client.put_object(
                Bucket=self.bucket, Key=key, Body=contents, ExpectedBucketOwner=self._account
            )
        return key

    def url(self, key: str) -> str:
        """Return the object's URL in the form that CloudFormation accepts."""
        return f"{self._base}/{self.bucket}/{key}"

    def _exists(self, key: str) -> bool:
        try:
            self._client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                return False
            raise
        return True

    def _make_bucket(self) -> None:
        try:
            self._client.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self._account)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
                raise
            place = {"LocationConstraint": self._region}
            # us-east-1 is the only region that must not be named.
            extra = {} if self._region == "us-east-1" else {"CreateBucketConfiguration": place}
            self._client.create_bucket(Bucket=self.bucket, **extra)
            self._protect()

    def _protect(self) -> None:
        names = (
            "BlockPublicAcls",
            "BlockPublicPolicy",
            "IgnorePublicAcls",
            "RestrictPublicBuckets",
        )
        self._client.put_public_access_block(
            Bucket=self.bucket, PublicAccessBlockConfiguration=dict.fromkeys(names, True)
        )
