"""The files of Swagger UI, the reader of the API's document, from a pinned package of PyPI."""

import hashlib
import tempfile
import zipfile
from pathlib import Path

from infra.folders import publish
from infra.wheels import download_wheel

_FOLDER = "drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist"
_FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE")


def build_reader(requirement: Path, folder: Path) -> Path:
    """Return a folder with the reader's files, made below `folder` unless it is there already."""
    recipe = Path(__file__).read_bytes() + requirement.read_bytes()
    made = folder / hashlib.sha256(recipe).hexdigest()[:16]
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            half_made = Path(temporary) / "reader"
            half_made.mkdir()
            with zipfile.ZipFile(download_wheel(requirement, Path(temporary))) as wheel:
                for name in _FILES:
                    (half_made / name).write_bytes(wheel.read(f"{_FOLDER}/{name}"))
            publish(half_made, made)
    return made


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    built = build_reader(root / "infra" / "reader.txt", root / "build" / "reader")
    print(f"reader of the document: {built.relative_to(root)}")
