"""The formats: each TOML file of this folder is one."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.imports.formats.layout import Layout
from chalicelib.imports.formats.model import Format


class Written(NamedTuple):
    """A format whose files an export writes, and how."""

    format: Format
    layout: Layout


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


def find_layout(name: str) -> Written | None:
    """Return the layout of this name with its format; None for that of this product."""
    written = (Written(f, f.layout) for f in load_formats().values() if f.layout)
    return next((one for one in written if one.layout.name == name), None)


def _load(name: str) -> Format:
    values = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Format.model_validate({"name": name} | values)
