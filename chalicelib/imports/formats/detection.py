"""Find the format of a file by its header."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.imports.csv.headers import find_headers
from chalicelib.imports.csv.qualifiers import remove_qualifiers
from chalicelib.imports.formats.catalogue import NO_FORMAT, load_formats
from chalicelib.imports.formats.model import Format
from chalicelib.products.fields import REQUIRED

_NAMED = 5  # headers that the evidence names


@dataclass(frozen=True)
class FormatMatch:
    """The format of a file, and why: `evidence` is one sentence for people."""

    format: Format
    evidence: str


def choose_format(names: Sequence[str], chosen: str | None) -> FormatMatch | None:
    """Return the format that `options.format` names, or else the one that fits the header best."""
    if chosen == NO_FORMAT:
        return None
    if chosen:
        return FormatMatch(load_formats()[chosen], "Set in options.format.")
    return detect_format(names) or detect_format([remove_qualifiers(name) for name in names])


def detect_format(names: Sequence[str]) -> FormatMatch | None:
    """Return the format that fits the header best, if any does.

    It must have all required headers. A shop's format is better than a language, and the one that
    knows more of the headers is better.
    """
    fitting = [found for found in load_formats().values() if _fits(found, names)]
    if not fitting:
        return None
    best = max(fitting, key=lambda found: _rank(found, names))
    return FormatMatch(best, _write_evidence(best, names))


def _rank(found: Format, names: Sequence[str]) -> tuple[bool, bool, bool, int, int]:
    """Return what makes a format better than another.

    Languages share headers, so the one that has the sku and the name is better. An export of this
    product has attributes with the headers of the files that they came from.
    """
    known, named = (_find(headers, names) for headers in (found.known_headers, found.headers))
    columns = ([c.header for c in found.columns_of(field.name)] for field in REQUIRED)
    is_complete = found.kind == "shop" or all(_find(headers, names) for headers in columns)
    return found.is_own, found.kind == "shop", is_complete, len(known), len(named)


def _fits(found: Format, names: Sequence[str]) -> bool:
    def has(header: str | Sequence[str]) -> bool:
        headers = (header,) if isinstance(header, str) else header
        return any(find_headers(one, names) for one in headers)

    return all(map(has, found.header.required)) and not any(map(has, found.header.forbidden))


def _find(headers: Sequence[str], names: Sequence[str]) -> list[int]:
    return sorted({i for header in headers for i in find_headers(header, names)})


def _write_evidence(found: Format, names: Sequence[str]) -> str:
    known = _find(found.known_headers, names)
    one = len(known) == 1
    counted = f"{len(known)} of {len(names)} headers"
    if found.kind == "shop":
        return f"{counted} {'is one' if one else 'are those'} of {found.label}."
    named = ", ".join(names[i] for i in known[:_NAMED])
    return f"{counted} {'is' if one else 'are'} {found.label}: {named}."
