"""Change the text of a cell before it is read: what a format or `options.columns` says."""

from pydantic import BaseModel, ConfigDict

from chalicelib.products.fields import Kind
from chalicelib.products.rules import FALSE_WORDS, TRUE_WORDS


class CellRule(BaseModel):
    """What happens to the cells of one column, in this order. A cell is trimmed before."""

    model_config = ConfigDict(frozen=True)

    values: dict[str, str] = {}  # from a cell's text, in lower case, to the text that is read

    def apply(self, text: str) -> str:
        """Return the text that is read in the place of `text`, which is trimmed."""
        return self.values.get(text.lower(), text)

    def find_changed_lengths(self, kind: Kind | None) -> list[int] | None:
        """Return the lengths in bytes of the texts that it may change; None if any may be one.

        `kind`: of the column's field. Of a boolean, only words that need no rule count.
        """
        words = [word for word, read in self.values.items() if _may_change(kind, word, read)]
        if not all(word.isascii() and '"' not in word for word in words):
            return None
        # The Kelvin sign, of three bytes, is a k in lower case.
        return sorted({len(w) + 2 * n for w in words for n in range(w.count("k") + 1)})


def _may_change(kind: Kind | None, word: str, read: str) -> bool:
    if kind != "boolean" or not word:
        return word != read
    truth = [word in words for words in (TRUE_WORDS, FALSE_WORDS)]
    return any(truth) and truth != [read in words for words in (TRUE_WORDS, FALSE_WORDS)]
