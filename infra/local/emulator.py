"""Starts MiniStack with three changes, all towards what AWS does.

The zip of a function is unpacked once, not by every worker: MiniStack gives each concurrent worker
a copy of its own, made by unpacking the zip, a second of work for one that holds numpy. Here a
worker gets links to the files of the first one's copy; as on Lambda, the functions never write to
them.

The gateway's own answers are those of the imported document: MiniStack has gateway responses and
answers by them, but its import leaves out the part of the document where SAM puts them.

A function is told whether the stage's root was asked for with or without the slash behind it.
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
    """A zip that is unpacked once into the temporary folder, and linked from there."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Put the contents below `path`; MiniStack gives neither members nor a password."""
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
    import_rest_api = apigateway_v1._import_rest_api  # noqa: SLF001  # it has no other way in

    def import_all(spec: dict[str, Any], base_data: Any = None) -> Any:
        api_id = import_rest_api(spec, base_data)
        for name, response in spec.get("x-amazon-apigateway-gateway-responses", {}).items():
            apigateway_v1._put_gateway_response(api_id, name, response)  # noqa: SLF001
        return api_id

    apigateway_v1._import_rest_api = import_all  # noqa: SLF001


def _tell_slash_of_root() -> None:
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
    _tell_slash_of_root()
    app.main()
