"""The titles of formats by name as the page reads them: web/src/imports/formats.json."""

import json

from chalicelib.imports.formats.catalogue import load_formats

FORMATS_PATH = "web/src/imports/formats.json"


def write_formats() -> str:
    """Return the text of the file, formatted as the page's formatter does."""
    titles = {found.name: found.title for found in load_formats().values()}
    by_title = dict(sorted(titles.items(), key=lambda named: named[1].lower()))
    return json.dumps(by_title, ensure_ascii=False, indent=2) + "\n"
