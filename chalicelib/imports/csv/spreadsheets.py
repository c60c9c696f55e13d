"""What spreadsheets leave in CSV files: protected texts, and SKUs that they turned into something.

A text that looks like a number is protected as `="00123"` or `'00123`. An apostrophe also keeps
spreadsheets from running a text as a formula, in the files that this product writes.
"""

import re
from typing import Any

from chalicelib.products.fields import ProductField
from chalicelib.products.invisible import clean
from chalicelib.products.rules import WHITE_SPACE, Noted, Rule

_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
# A text that a spreadsheet would run as a formula, behind the apostrophes that an export of this
# product adds one to.
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_DIGITS = re.compile(r"[0-9]+")
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{2,3}", re.IGNORECASE)
MONTHS = frozenset(
    """
    jan feb mar apr may jun jul aug sep oct nov dec mrz mai okt dez fev avr ago set out gen giu lug
    ott dic ene abr
    """.split()
)
_DATE = re.compile(
    r"[0-9]{1,2}(?:[- ]|\. )([a-z]{3})|([a-z]{3})[- ][0-9]{2}", re.IGNORECASE | re.ASCII
)
# As workbooks are converted, and as spreadsheets with ISO dates write CSV.
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+)?")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # of texts that spreadsheets run


def disarm(text: str) -> str:
    """Return a text of a file that this product writes as spreadsheets show it, and don't run it.

    Reading the file again drops the apostrophe from SKUs and header names.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def unprotect_name(name: str) -> str:
    """Return the name of a column without the apostrophe of `disarm`."""
    return name[1:] if name.startswith("'") and name[1:].startswith(FORMULA_STARTS) else name


def unprotect(text: str, field: ProductField | None) -> str:
    """Return the text that a spreadsheet protected, for a column of this field or an attribute.

    An apostrophe is only dropped where it can't belong to the text: not from names such as
    's-Hertogenbosch.
    """
    if not text.startswith(("=", "'")):
        return text
    if found := _FORMULA.fullmatch(text):
        return found[1].replace('""', '"').strip(WHITE_SPACE)
    rest = text.removeprefix("'")
    if field is None:
        return rest if _DIGITS.fullmatch(rest) else text
    is_text = field.kind in ("text", "long_text") and field.name != "sku"
    return text if is_text else rest


def unescape(text: str) -> str:
    """Return the text of a cell that this product exported, without the apostrophe it added."""
    return text[1:] if _ESCAPED.match(text) else text


def note_changed_sku(rule: Rule, *, cleans: bool) -> Rule:
    """Return the rule of SKUs, or of what finds products in their place.

    It then notes those that a spreadsheet seems to have changed. `cleans`: it also takes off what
    nobody sees.
    """

    def noting(text: str) -> Any:
        read = clean(text) if cleans else text
        value = rule(read) if read else None
        if not isinstance(value, str):
            return value
        code = "sku_invisible" if read != text else note_of_sku(value)
        return Noted(value, code, text) if code else value

    return noting


def note_of_sku(sku: str) -> str | None:
    """Return the code of the note about a SKU that a spreadsheet seems to have changed."""
    if _SCIENTIFIC.fullmatch(sku):
        return "sku_scientific"
    if _ISO_DATE.fullmatch(sku):
        return "sku_date"
    if (found := _DATE.fullmatch(sku)) and (found[1] or found[2]).lower() in MONTHS:
        return "sku_date"
    return None
