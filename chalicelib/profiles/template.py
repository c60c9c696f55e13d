"""The template of a profile: a CSV file with the header row that its imports expect."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from chalicelib.imports.csv.spreadsheets import disarm
from chalicelib.imports.formats.catalogue import NO_FORMAT, load_formats
from chalicelib.imports.formats.model import Format
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import FIELDS, FieldName

MEDIA_TYPE = "text/csv"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
# Excel reads a file as UTF-8 only with a byte order mark.
_LINE_END = "\r\n"
_MARK = "\N{BYTE ORDER MARK}"


def make_template(options: ImportOptions, header: tuple[str, ...] | None = None) -> str:
    """Return a CSV file with the header row of files that are imported with these options.

    Without `header`, it has a column for each product field, named as the mapping or the format
    does. Blank lines come before it if the options say on which line it is.
    """
    # Where decimals have a comma, spreadsheets separate cells with semicolons.
    usual = ";" if options.decimal_mark == "," else ","
    text = io.StringIO()
    writer = csv.writer(text, delimiter=options.delimiter or usual, lineterminator=_LINE_END)
    writer.writerow(map(disarm, header or _imply_header(options)))
    lines_before = (options.header_line or 1) - 1
    return _MARK + _LINE_END * lines_before + text.getvalue()


def name_file(name: str) -> str:
    """Return the Content-Disposition that saves a template by this name."""
    plain = _NOT_PLAIN.sub("-", name).strip("-.") or "template"
    return f"attachment; filename=\"{plain}.csv\"; filename*=UTF-8''{quote(name, '')}.csv"


def _imply_header(options: ImportOptions) -> list[str]:
    used = load_formats().get(options.format or NO_FORMAT)
    mapped = {use: name for name, use in options.mapping.items()}
    names = [
        mapped.get(field.name) or (_find_column(used, field.name) if used else field.name)
        for field in FIELDS
    ]
    # An import requires every column that its options name.
    names += [*options.mapping, *options.columns, *options.sku_from]
    names += _find_missing(used, names) if used else []
    return list(dict.fromkeys(name for name in names if name))


def _find_column(used: Format, field: FieldName) -> str | None:
    """Return the first column of a field in a format; None if it has none with a fixed name."""
    return next((c.header for c in used.columns_of(field) if "*" not in c.header), None)


def _find_missing(used: Format, names: Sequence[str | None]) -> Iterator[str]:
    """Yield what a header with these names lacks to be one of the format."""
    for one in used.header.required:
        choices = (one,) if isinstance(one, str) else one
        if not set(choices) & set(names):
            yield next(name for name in choices if "*" not in name)
