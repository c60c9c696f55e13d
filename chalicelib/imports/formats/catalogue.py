"""The formats: each TOML file of this folder is one."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from chalicelib.imports.formats.model import Format

_FOLDER = Path(__file__).parent
NO_FORMAT = "none"  # in options.format: read the file without any format


@cache
def list_names() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def load_formats() -> Mapping[str, Format]:
    """Return all formats by name. They are read once, when they are first needed."""
    return {name: _load(name) for name in list_names()}


def _load(name: str) -> Format:
    values = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Format.model_validate({"name": name} | values)
