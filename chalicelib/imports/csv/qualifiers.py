"""Take off a header name what only qualifies it: a currency, a tax note, a unit or choices."""

import re
from functools import lru_cache

from chalicelib.products.currencies import find_currency
from chalicelib.products.words import PIECES

_TAXES = frozenset(
    """
    incl inc inkl including included tax taxes excl exc ex exkl excluding excluded vat gst gross net
    mwst ust brutto netto btw moms mva iva ivato ttc ht tva dph ндс 税込 税抜
    ekskl esclusa inclusa escl incluso
    """.split()
)
_PIECES = PIECES - {"ea", "each"}  # a price of each
_WITHOUT_TAX = frozenset(
    """
    excl exc ex exkl ekskl excluding excluded esclusa escl netto nettó net ht senza sin sem sans
    zonder ohne utan uden bez без 税抜
    """.split()
)
_CHOICES = frozenset("0 1 y n yes no j ja nein o oui non s si sí sim t tak nie true false".split())
# Codes that headers have in lower case too; others are words of some language.
_USUAL_CODES = frozenset("eur usd gbp chf pln sek nok dkk czk huf cad aud jpy inr brl rub".split())
_SIGNS = frozenset("€ $ £ ¥ ￥ ₹ ₽ ₺ ₴ ₩ us$ kr zł kč ft euro euros руб грн 円 元".split())  # noqa: RUF001
_LINKS = frozenset(
    [
        *"in en w c con sin senza com sem avec sans mit ohne med".split(),
        *"uden utan bez s with without".split(),
        *("с", "без"),  # noqa: RUF001
    ]
)
_PARTS = re.compile(r"[^\s()\[\],/_-]+")
_IN_PARENTHESES = re.compile(r"[(\[][^()\[\]]*[)\]]\s*\Z")
_PERCENTAGE = re.compile(r"\d{1,2}(?:[.,]\d)?%")


@lru_cache(maxsize=4096)
def remove_qualifiers(name: str) -> str:
    """Return a name such as `Price (USD)` or `Preis in €` without its end; or the name as it is."""
    closing = _IN_PARENTHESES.search(name)
    inside = closing.start() if closing else len(name)
    end = len(name)
    for part in reversed(list(_PARTS.finditer(name))):
        is_link = part[0].lower() in _LINKS and end < len(name)
        is_apart = part.start() > inside or name[: part.start()].rstrip().endswith(",")
        if not (is_link or _is_qualifier(part[0], is_enclosed=is_apart)):
            break
        end = part.start()
    if inside < end < len(name) and name[inside:end].strip(" (["):
        return name  # only a part of what is in parentheses
    return name[:end].rstrip(" ([,/_-") or name


def _is_qualifier(part: str, *, is_enclosed: bool) -> bool:
    word = part.rstrip(".").lower()
    if is_enclosed and (word in _PIECES or word in _CHOICES or find_currency(part)):
        return True
    is_code = part.isupper() and len(part) == 3 and find_currency(part) is not None
    is_known = word in _TAXES or word in _SIGNS or word in _USUAL_CODES
    return is_known or is_code or bool(_PERCENTAGE.fullmatch(word))


def is_without_tax(name: str) -> bool:
    """Whether a name says that its prices are without tax."""
    ending = name[len(remove_qualifiers(name)) :] or name
    return any(part[0].rstrip(".").lower() in _WITHOUT_TAX for part in _PARTS.finditer(ending))
