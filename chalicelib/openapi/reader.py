"""The page on which the document is read: Swagger UI, with nothing from elsewhere.

Its files are no part of this tree; infra/packaging puts them into the zip, beside the page's own.
"""

from functools import cached_property
from hashlib import sha256
from pathlib import Path
from string import Template

from chalicelib.http.files import Asset, find_asset_file, make_policy

POLICY = make_policy()  # Swagger UI draws its arrows from data: addresses
FOLDER = Path(__file__).parent / "page"
_ASSETS = (".css", ".js")


class Reader:
    """The page and its files, as they are in `folder`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def write_page(self, root: str) -> str:
        """Return the page; `root` leads from it to the API's root."""
        template = Template((self._folder / "docs.html").read_text(encoding="utf-8"))
        return template.substitute(
            {path.name.replace("-", "_").replace(".", "_"): n for n, path in self._paths.items()},
            root=root,
        )

    def find_asset(self, name: str) -> Asset | None:
        """Return the file that the page calls `name`."""
        return find_asset_file(self._paths.get(name))

    @cached_property
    def _paths(self) -> dict[str, Path]:
        """The files by the names that the page calls them: another content has another name."""
        found = [path for path in sorted(self._folder.iterdir()) if path.suffix in _ASSETS]
        return {f"{f.stem}-{sha256(f.read_bytes()).hexdigest()[:16]}{f.suffix}": f for f in found}
