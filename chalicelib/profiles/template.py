"""The template of a profile: a CSV file with the header row that its imports expect."""

import csv
import io
import re
from urllib.parse import quote

from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import FIELDS

MEDIA_TYPE = "text/csv"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
# Excel reads a file as UTF-8 only with a byte order mark.
_MARK = "\N{BYTE ORDER MARK}"


def make_template(options: ImportOptions, header: tuple[str, ...] | None = None) -> str:
    """Return a CSV file with the header row of files that are imported with these options.

    Without `header`, it has a column for each product field, named as the mapping does.
    """
    # Where decimals have a comma, spreadsheets separate cells with semicolons.
    usual = ";" if options.decimal_mark == "," else ","
    text = io.StringIO()
    writer = csv.writer(text, delimiter=options.delimiter or usual, lineterminator="\r\n")
    writer.writerow(header or _imply_header(options))
    return _MARK + text.getvalue()


def name_file(name: str) -> str:
    """Return the Content-Disposition that saves a template by this name."""
    plain = _NOT_PLAIN.sub("-", name).strip("-.") or "template"
    return f"attachment; filename=\"{plain}.csv\"; filename*=UTF-8''{quote(name, '')}.csv"


def _imply_header(options: ImportOptions) -> list[str]:
    columns = {use: name for name, use in options.mapping.items()}
    others = [name for name, use in options.mapping.items() if use == "attributes"]
    return [columns.get(field.name, field.name) for field in FIELDS] + others
