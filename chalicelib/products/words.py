"""The words for true and false in files, and for pieces, in lower case."""

import re
import unicodedata

TRUE_WORDS = frozenset(
    """
    true t yes y on 1 1.0 active enabled published visible live
    ja wahr oui vrai si sí sì sim tak ano áno igen evet вкл да はい 是
    aktiv actif activo ativo attivo aktywny aktif x ✓ ✔ ☑
    """.split()
)
FALSE_WORDS = frozenset(
    """
    false f no n off 0 0.0 -1 inactive disabled unpublished draft archived hidden private
    nein falsch non faux não nee nej nei nie ne nem hayır hayir выкл нет いいえ 否
    inaktiv inactif inactivo inativo inattivo nieaktywny pasif ✗ ✘ ☐
    """.split()  # noqa: RUF001
)

PIECES = frozenset(
    """
    pcs pc pce pces piece pieces unit units ea each stk stck stück st szt sztuk ks kus kusů db
    uds ud unidades und un unid pz pezzi pièce pièces adet шт штук 個 个 件
    """.split()
)
_COUNTED = re.compile(r"(.{0,40}[0-9])\s*([^\W\d_]{1,10})\.?", re.DOTALL)


def find_boolean(text: str) -> bool | None:
    """Return what a word means, in any case; None for an unknown word."""
    word = unicodedata.normalize("NFC", text).lower()
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def remove_pieces(text: str) -> str:
    """Return a quantity such as `10 pcs` or `10 Stk.` without its unit."""
    found = _COUNTED.fullmatch(text)
    return found[1] if found and found[2].lower() in PIECES else text
