"""Swagger UI, which shows the OpenAPI document, from a pinned PyPI package."""

import zipfile
from pathlib import Path

from infra.packaging.folders import make_once
from infra.packaging.wheels import download_wheel

_FOLDER = "drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist"
_FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE")


def build_reader(requirement: Path, folder: Path) -> Path:
    """Return a folder with Swagger UI's files, making it below `folder` if it doesn't exist."""

    def fill(made: Path, work: Path) -> None:
        with zipfile.ZipFile(download_wheel(requirement, work)) as wheel:
            for name in _FILES:
                (made / name).write_bytes(wheel.read(f"{_FOLDER}/{name}"))

    return make_once(folder, Path(__file__).read_bytes() + requirement.read_bytes(), fill)


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    built = build_reader(root / "infra" / "packaging" / "reader.txt", root / "build" / "reader")
    print(f"Swagger UI: {built.relative_to(root)}")
