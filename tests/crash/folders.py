"""A folder in the place of S3, for workers that can be killed."""

from pathlib import Path
from typing import Any
from uuid import uuid4


class FolderClient:
    """S3 as workers use it that write pieces: an object appears whole, or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> dict[str, str]:  # noqa: N803
        partial = self.folder / f".{uuid4().hex}"
        partial.write_bytes(Body)
        self._show(partial, Key)
        return {"ETag": "etag"}

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        upload = uuid4().hex
        (self.folder / f".{upload}").mkdir()
        return {"UploadId": upload}

    def upload_part(self, *, UploadId: str, PartNumber: int, Body: bytes, **_: Any) -> Any:  # noqa: N803
        (self.folder / f".{UploadId}" / f"{PartNumber:05}").write_bytes(Body)
        return {"ETag": str(PartNumber)}

    def complete_multipart_upload(self, *, UploadId: str, Key: str, **_: Any) -> None:  # noqa: N803
        parts = sorted((self.folder / f".{UploadId}").iterdir())
        partial = self.folder / f".{uuid4().hex}"
        partial.write_bytes(b"".join(part.read_bytes() for part in parts))
        self._show(partial, Key)

    def abort_multipart_upload(self, **_: Any) -> None:
        """Leave the parts: nobody reads them."""

    def _show(self, partial: Path, key: str) -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.rename(path)
