"""The documentation page: Swagger UI, with nothing from other origins.

Swagger UI's files aren't in this tree; infra/packaging adds them to the zip, next to docs.html.
"""

from functools import cached_property
from hashlib import sha256
from pathlib import Path
from string import Template

from chalicelib.http.files import Asset, find_asset_file, make_policy

POLICY = make_policy()  # Swagger UI has data: URLs in its icons
FOLDER = Path(__file__).parent / "page"
_ASSETS = (".css", ".js")


class Reader:
    """The documentation page and its assets in `folder`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def write_page(self, root: str) -> str:
        """Return the page; `root` is the relative URL of the API's root."""
        template = Template((self._folder / "docs.html").read_text(encoding="utf-8"))
        return template.substitute(
            {path.name.replace("-", "_").replace(".", "_"): n for n, path in self._paths.items()},
            root=root,
        )

    def find_asset(self, name: str) -> Asset | None:
        """Return the asset with this name in the page, or None."""
        return find_asset_file(self._paths.get(name))

    @cached_property
    def _paths(self) -> dict[str, Path]:
        """The files by their names in the page, which have a hash of the content."""
        found = [path for path in sorted(self._folder.iterdir()) if path.suffix in _ASSETS]
        return {f"{f.stem}-{sha256(f.read_bytes()).hexdigest()[:16]}{f.suffix}": f for f in found}
