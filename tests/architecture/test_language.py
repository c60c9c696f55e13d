"""All prose is plain English: no phrase of the table in language.py is in it."""

import pytest

from tests.architecture.language import check, list_files, search
from tests.architecture.tree import ROOT


def find_phrases(text: str) -> list[str]:
    return [hit.phrase for hit in search(ROOT / "x.py", text)]


def test_prose_has_no_phrase_of_the_table() -> None:
    assert [str(hit) for hit in check()] == []


@pytest.mark.parametrize(
    "text",
    [
        "The record is mended.",
        "def mend_record(): ...",
        "isAtWork",
        "This job is no import.",
        "    # It is tried\n    # again.\n",
        '    "The step broke "\n    f"off at {line}."\n',
        "Letters are encoded as",
        "def refuse_missing(): ...",
        "where there is none",
    ],
)
def test_a_phrase_is_found_in_prose_names_and_wrapped_lines(text: str) -> None:
    assert len(find_phrases(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The record is amended and recommended.",
        "It is no longer than 10 characters.",
        "If there is no connection, the client retries.",
        "A dead-letter queue holds dead letters.",
        "Use lower-case letters, digits and hyphens.",
        "string.ascii_letters",
        "${ImportsBreakOff.Arn} and BulkDeletesBreakOff alarm on JobsBrokenOff.",
        "The routes refuse requests without a key.",
        "The stage is over the limit.",
    ],
)
def test_technical_uses_of_the_same_words_are_allowed(text: str) -> None:
    assert find_phrases(text) == []


def test_a_hit_has_its_file_and_line() -> None:
    hits = list(search(ROOT / "x.py", "fine\nThe key is kept for ever.\n"))
    assert [str(hit).partition(" -> ")[0] for hit in hits] == ['x.py:2: "for ever"']


def test_every_kind_of_file_with_prose_is_searched() -> None:
    suffixes = {path.suffix for path in list_files()}
    assert {".py", ".sql", ".md", ".ts", ".tsx", ".yaml", ".json", ".html"} <= suffixes
    assert {ROOT / "README.md", ROOT / "Makefile", ROOT / "app.py"} <= set(list_files())
