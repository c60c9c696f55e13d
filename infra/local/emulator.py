"""Starts MiniStack with three changes that bring it closer to AWS.

- The zip of a function is unpacked once. MiniStack unpacks it for every concurrent worker, which
  takes a second for a zip with numpy. Here later workers get links to the files of the first; as on
  Lambda, functions never write to them.
- Gateway responses are imported. MiniStack supports them, but its import skips the part of the
  document where SAM puts them.
- A request for the root of a stage keeps its path with or without the trailing slash.
"""

import os
import shutil
import tempfile
import threading
import types
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import apigateway_v1

_unpacking = threading.Lock()


class LinkingZipFile(zipfile.ZipFile):
    """A zip that is unpacked once into the temporary folder and linked from there."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Link the contents below `path`; MiniStack passes neither members nor a password."""
        with _unpacking:
            unpacked = self._unpack()
        shutil.copytree(unpacked, path, copy_function=os.link, dirs_exist_ok=True)

    def _unpack(self) -> Path:
        contents = [(entry.filename, entry.CRC, entry.file_size) for entry in self.infolist()]
        name = sha256(repr(contents).encode()).hexdigest()[:16]
        unpacked = Path(tempfile.gettempdir()) / f"unpacked-{name}"
        if not unpacked.exists():
            half_made = Path(tempfile.mkdtemp(prefix="unpacking-"))
            super().extractall(half_made)
            half_made.rename(unpacked)
        return unpacked


def _link_code() -> None:
    linking = types.ModuleType("zipfile")
    linking.__dict__.update(vars(zipfile), ZipFile=LinkingZipFile)
    lambda_runtime.zipfile = linking


def _import_gateway_responses() -> None:
    import_rest_api = apigateway_v1._import_rest_api  # noqa: SLF001  # it has no public way to do this

    def import_all(spec: dict[str, Any], base_data: Any = None) -> Any:
        api_id = import_rest_api(spec, base_data)
        for name, response in spec.get("x-amazon-apigateway-gateway-responses", {}).items():
            apigateway_v1._put_gateway_response(api_id, name, response)  # noqa: SLF001
        return api_id

    apigateway_v1._import_rest_api = import_all  # noqa: SLF001


def _keep_slash_of_root() -> None:
    parse = app._parse_execute_api_url  # noqa: SLF001

    def parse_exactly(host: str, path: str) -> tuple[str, str, str] | None:
        found: tuple[str, str, str] | None = parse(host, path)
        if found is None or path.endswith("/"):
            return found
        api_id, stage, below = found
        return api_id, stage, below.removesuffix("/")

    app._parse_execute_api_url = parse_exactly  # noqa: SLF001


if __name__ == "__main__":
    _link_code()
    _import_gateway_responses()
    _keep_slash_of_root()
    app.main()
