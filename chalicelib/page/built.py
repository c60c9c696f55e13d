"""The built page: index.html and its assets.

They aren't in this tree; infra/packaging adds them to the zip, next to this module.
"""

from collections.abc import Mapping
from functools import cached_property
from html import escape
from pathlib import Path

from chalicelib.errors import ProblemError
from chalicelib.http.files import TYPES, Asset, find_asset_file

FOLDER = Path(__file__).parent / "site"
_HEAD = "<head>"


class BuiltPage:
    """The page and its assets in `folder`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def write(self, root: str, values: Mapping[str, str]) -> str:
        """Return the page; `root` is the relative URL of the API's root.

        The page reads `values` from <meta> elements. Raises ProblemError 503 without a build.
        """
        path = self._folder / "index.html"
        if not path.exists():
            raise ProblemError(
                503,
                "page_not_built",
                "The package doesn't contain the page. `make web` builds it, and `make up`,"
                " `make package` and `make deploy` include it.",
            )
        named = [
            f'<meta name="{escape(name)}" content="{escape(value)}">'
            for name, value in values.items()
        ]
        html = path.read_text(encoding="utf-8").replace(_HEAD, "\n".join([_HEAD, *named]), 1)
        return html.replace('"./assets/', f'"{escape(root)}/assets/')

    def find_asset(self, name: str) -> Asset | None:
        """Return the asset of this name, or None."""
        return find_asset_file(self._paths.get(name))

    @cached_property
    def _paths(self) -> dict[str, Path]:
        # A requested name is only looked up here and never becomes part of a path.
        found = sorted((self._folder / "assets").glob("*"))
        return {path.name: path for path in found if path.suffix in TYPES}
