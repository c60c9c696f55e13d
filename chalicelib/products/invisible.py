"""Take off SKUs and header names what nobody sees in them, such as a zero-width space.

Two texts that look alike would be two SKUs, or an attribute of its own. Word processors, web pages
and spreadsheets leave such characters.
"""

import re

from chalicelib.products.rules import WHITE_SPACE

# The soft hyphen; zero-width spaces and joiners, marks of direction; the word joiner and the byte
# order mark.
_UNSEEN = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_WIDE = r"\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE, _SPACES = re.compile(f"[{_UNSEEN}]"), re.compile(f"[{_WIDE}]")
CLEANED = _UNSEEN + _WIDE  # all of them, for a class of a regular expression
LEADS = b"\xc2\xe1\xe2\xe3\xef"  # the first bytes of all of them in UTF-8


def clean(text: str) -> str:
    """Return the text without invisible characters, with plain spaces, and trimmed."""
    if text.isascii():
        return text
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip(WHITE_SPACE)
