"""The table of product fields as the page reads it: web/src/products/fields.json."""

import json

from chalicelib.products.fields import FIELDS

FIELDS_PATH = "web/src/products/fields.json"


def write_fields() -> str:
    """Return the text of the file, formatted as the page's formatter does."""
    fields = ",\n".join(_write_object(field.to_json()) for field in FIELDS)
    return f"[\n{fields}\n]\n"


def _write_object(values: dict[str, object]) -> str:
    members = (
        f"    {json.dumps(n)}: {json.dumps(v, ensure_ascii=False)}" for n, v in values.items()
    )
    return "  {\n" + ",\n".join(members) + "\n  }"
