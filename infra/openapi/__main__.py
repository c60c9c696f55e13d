"""Writes docs/openapi.json and the page's fields and formats, unless clients would break."""

import sys

from app import app
from chalicelib.openapi.document import make_document
from infra.openapi.fields import FIELDS_PATH, write_fields
from infra.openapi.formats import FORMATS_PATH, write_formats
from infra.openapi.released import PATH, find_unversioned_breaks, make_text, read_released
from infra.packaging.package import ROOT


def main() -> int:
    """Write the document unless it breaks clients of a released one; return the exit status."""
    document = make_document(app.routes)
    breaks = [found for old in read_released() for found in find_unversioned_breaks(old, document)]
    if breaks:
        print("Breaking changes. Undo them, or raise API_VERSION in chalicelib/openapi/document.py")
        print("(the minor number while the major one is 0):")
        print("\n".join(f"  {found}" for found in dict.fromkeys(breaks)))
        return 1
    (ROOT / PATH).write_text(make_text(document), encoding="utf-8")
    (ROOT / FIELDS_PATH).write_text(write_fields(), encoding="utf-8")
    (ROOT / FORMATS_PATH).write_text(write_formats(), encoding="utf-8")
    print(f"{PATH}: version {document['info']['version']}, {len(document['paths'])} paths")
    return 0


if __name__ == "__main__":
    sys.exit(main())
