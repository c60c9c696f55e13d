"""Find phrases that are not plain English: `python -m tests.architecture.language PATH...`.

Each hit is printed as `file:line: phrase -> what to write instead`; the exit status is then 1.
Without a path, the whole project is checked.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.architecture.tree import ROOT

# A phrase and what to write instead. A phrase is a regular expression in lower case. A space also
# matches the start of the next line. Names are searched as words: `isAtWork` and `is_at_work` have
# "at work" in them. A "~" matches only between the words of a name.
_PHRASES = {
    r"anew": "again, fetch again, recreate",
    r"mend(?:s|ed|able|ing)?": "fix, correct, edit, repair",
    r"for ever": "permanently, indefinitely, never expires",
    r"at work": "running",
    r"in vain": "without success, unsuccessful",
    r"(?:break|breaks|broke|broken|breaking) off": "fail, stop, be interrupted",
    r"so(?:-| )manieth": "nth",
    r"(?:come|comes|came) to nothing": "fail, have no effect",
    r"(?:is|are|was|were) no (?!longer|more|less|fewer|need|way|later|earlier|such)[a-z]+": (
        "isn't a ..., doesn't exist, not found"
    ),
    r"there (?:is|are|was|were) none": "doesn't exist, has no ..., not found",
    r"told": "detected, reported, documented, notified, given",
    r"untold": "not reported, not documented",
    r"meant": "matched, selected, intended",
    r"(?:go|goes|going|gone|went) on": "continue, resume, proceed",
    r"letters": "characters",
    r"whoever": "name the actor: the caller, the client, the worker",
    r"whosoever|whatsoever": "name the actor or the thing",
    r"good (?:keys?|tokens?|secrets?|signatures?)": "valid, active",
    r"(?:is|are) good (?:as well|now|until|for)": "valid, active",
    r"no longer good": "invalid, expired, revoked",
    r"heed(?:s|ed|ing)?": "apply, honor, check, respect",
    r"(?:stand|stands|stood|standing) in (?!for)[a-z]+": "is in",
    r"(?:a moment|moments) behind": "eventually consistent",
    r"(?:give|gives|gave|given|giving) up": "stop retrying, fail, abandon",
    r"(?:has|have|had) it that": "says, states",
    r"wanted": "requested, required, expected",
    r"(?:is|are|was|were) over (?!the\b|an?\b|its\b|their\b|\d|http|tls|[`{<])[a-z]+": "has ended",
    r"(?:is|are|was|were) over(?=[.,;:)]|$)": "has ended, finished, expired",
    r"(?:goes|go|went|going) by (?:the|its|their|a|an|what|how|that)": "uses, follows, depends on",
    r"foretell(?:s|ing)?|foretold": "predict, estimate, forecast",
    r"lest": "so that ... not",
    r"(?:t?here|w?here)of|thereby|whence|hence|wherefore|thereupon": "a plain clause",
    r"ere|aught|nought|naught|betwixt|thrice|hither|thither": "a plain word",
    r"in the midst": "during, in the middle",
    r"tried (?:it |them )?again": "retried",
    r"all the same": "anyway",
    r"of (?:ours|yours|theirs)": "our ..., your ..., their ...",
    r"(?:on|from) our (?:side|part)": "internal",
    r"but for (?!the (?:first|last) time)[a-z]+": "except for",
    r"(?:is|are) held to": "is checked against",
    r"look(?:s|ed)? whether": "check whether",
    r"(?:in|one)'?s turn (?:comes|came)": "when the lease is free, when it may start",
    r"(?:twice|again) is as once": "idempotent",
    r"in (?:its|their|his|her) stead": "instead",
    r"sought": "looked up, requested",
    r"every so often|so often as": "periodically, whenever",
    r"refuse~[a-z]+": "check_* (raises), *_problem (returns one), validate_* (returns the value)",
    r"tell~[a-z]+": "make_*, format_*, report_*, detect_*",
}
# Technical uses of the same words.
_ALLOWED = [
    r"there (?:is|are|was|were) no [a-z]+",
    r"dead(?:-| )letters",
    r"ascii letters",
    r"(?:capital|upper-?case|lower-?case|small|[a-z0-9]-z|latin|ascii) letters",
    r"letters,? (?:and |or )?(?:the )?(?:digits|numbers|figures)",
    # Public names of alarms and of a metric.
    r"(?:imports|bulk~deletes)~break~off",
    r"jobs~broken~off",
]
_SUFFIXES = {
    *(".py", ".sql", ".md", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".yaml", ".yml"),
    *(".json", ".toml", ".in", ".svg"),
}
_NAMES = {"Makefile", "run", "find-python"}
_MIGRATIONS = ("0001_products", "0002_imports", "0003_documents", "0004_bulk_delete", "0005_events")
_EXCLUDED = [
    # These have the phrases for a purpose.
    *("tests/architecture/language.py", "tests/architecture/test_language.py"),
    *("LICENSE", "web/package-lock.json", "infra/certificates/package-lock.json"),
    *("docs/benchmark.json", "docs/benchmark-catalogue.json"),
    # An applied migration can't be edited; the schema repeats its comments.
    *(f"chalicelib/migrations/sql/{name}.sql" for name in _MIGRATIONS),
    "docs/schema.sql",
]
_GAP = r"""(?:[ ~]|[ \t]*"?[ \t]*\n[ \t]*(?:[\#/*-]{1,3}|f?")?[ \t]*)"""


class Hit(NamedTuple):
    """A phrase found in a file, and what to write instead."""

    path: Path
    line: int
    phrase: str
    instead: str

    def __str__(self) -> str:
        place = f"{self.path.relative_to(ROOT)}:{self.line}"
        return f'{place}: "{self.phrase}" -> {self.instead}'


def _compile(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern with one group for each phrase."""
    groups = "|".join(f"({phrase})" for phrase in phrases)
    return re.compile(rf"\b(?:{re.sub(' ', lambda _: _GAP, groups)})\b", re.MULTILINE)


_INSTEAD = list(_PHRASES.values())
_PATTERN = _compile(_PHRASES)
_ALLOWED_PATTERN = _compile(_ALLOWED)


def separate_words(text: str) -> str:
    """Return a text in lower case, with "~" between the words of its names and the same lines."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "~", text).replace("_", "~").lower()


def search(path: Path, text: str) -> Iterator[Hit]:
    """Yield every phrase of the table in a file's text, in the order of its lines."""
    words = separate_words(text)
    allowed = [found.span() for found in _ALLOWED_PATTERN.finditer(words)]
    for found in _PATTERN.finditer(words):
        start, end = found.span()
        if found.lastindex and not any(start < until and begin < end for begin, until in allowed):
            line = words.count("\n", 0, start) + 1
            yield Hit(
                path, line, " ".join(re.split(r"[\s~]+", found[0])), _INSTEAD[found.lastindex - 1]
            )


def list_files(paths: Iterable[str] = ()) -> list[Path]:
    """Return the files with prose at or under `paths`, relative to the project's root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *paths]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in listed.stdout.splitlines() if name not in _EXCLUDED]
    is_prose = (path for path in files if path.suffix in _SUFFIXES or path.name in _NAMES)
    return sorted(path for path in is_prose if path.exists())


def check(paths: Iterable[str] = ()) -> list[Hit]:
    """Return every hit at or under `paths`."""
    return [hit for path in list_files(paths) for hit in search(path, path.read_text("utf-8"))]


if __name__ == "__main__":
    hits = check(sys.argv[1:])
    print(*hits, sep="\n")
    print(f"{len(hits)} hits", file=sys.stderr)
    sys.exit(1 if hits else 0)
