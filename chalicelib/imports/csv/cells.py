"""Change the text of a cell before it is read: what a format or `options.columns` says."""

import re
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.products.limits import FIELD_MAX_BYTES

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_LIST = re.compile(r"[^=,]+=[0-9]{1,10}(?:,[^=,]+=[0-9]{1,10})*")
_NUMBER = re.compile(r"(?<==)[0-9]+")
_LIST_MAX_LENGTH = 10_000
_TOO_LONG = "." * (FIELD_MAX_BYTES + 1)  # longer than a value may be, so the record is rejected

Case = Literal["upper", "lower", "title"]


class CellRule(BaseModel):
    """What happens to the cells of one column, in the order of the members.

    A cell is trimmed before. `default` is for blank cells; the other members are for cells that
    aren't blank. Those of the format come last: the others make another text of the file of it,
    which `words` gives a meaning.
    """

    model_config = ConfigDict(frozen=True)

    values: dict[str, str] = {}  # from a cell's text, in lower case, to another
    remove_prefix: str = ""
    remove_suffix: str = ""
    replace: tuple[tuple[str, str], ...] = ()  # texts and what they become, one after another
    case: Case | None = None
    prefix: str = ""
    suffix: str = ""
    default: str = ""
    adds_up: bool = False  # a list such as `default=100,second=5`: the sum of its numbers
    words: dict[str, str] = {}  # from a text, in lower case, to the text that is read
    # Whether the column's numbers change, so that no cell is read as it is.
    changes_numbers: bool = False

    @property
    def changes_plain(self) -> bool:
        """Whether the rule may change any text, not only those of `changed_texts`."""
        return self.changes_numbers or self._changes_text or self.adds_up

    @cached_property
    def _changes_text(self) -> bool:
        around = self.remove_prefix, self.remove_suffix, self.prefix, self.suffix
        return bool(any(around) or self.replace or self.case)

    @cached_property
    def changed_texts(self) -> frozenset[str]:
        """The texts, in lower case, that a rule without `changes_plain` changes."""
        texts = {*self.values, *self.words}
        doubled = (text.replace('"', '""') for text in texts)  # as within quotes
        return frozenset({*texts, *doubled, *([""] if self.default else [])})

    def change(self, text: str) -> str:
        """Return the text of the file in the place of `text`, which is trimmed; blanks stay."""
        if text and self.values:
            text = self.values.get(lower_alike(text), text)
        return self._change(text) if text and self._changes_text else text

    def apply(self, text: str) -> str:
        """Return the text that is read in the place of `text`, which is trimmed."""
        text = self.change(text) or self.default
        text = _add_up(text) if self.adds_up else text
        return self.words.get(lower_alike(text), text) if text and self.words else text

    def _change(self, text: str) -> str:
        text = text.removeprefix(self.remove_prefix).removesuffix(self.remove_suffix)
        for find, put in self.replace:
            if len(text) + text.count(find) * len(put) > FIELD_MAX_BYTES:
                return _TOO_LONG
            text = text.replace(find, put)
        match self.case:
            case "upper":
                text = text.upper()
            case "lower":
                text = text.lower()
            case "title":
                text = _WORD.sub(lambda word: word[0].capitalize(), text)
        text = text.strip()
        return f"{self.prefix}{text}{self.suffix}" if text else ""


def _add_up(text: str) -> str:
    """Return the sum of a list of names and whole numbers; another text as it is."""
    is_list = len(text) <= _LIST_MAX_LENGTH and _LIST.fullmatch(text)
    return str(sum(map(int, _NUMBER.findall(text)))) if is_list else text


def lower_alike(text: str) -> str:
    """Return the text in lower case if it then has as many bytes.

    So a value of a `CellRule` only matches cells of its own length, which the triage looks for.
    """
    lower = text.lower()
    return lower if len(lower.encode()) == len(text.encode()) else text
