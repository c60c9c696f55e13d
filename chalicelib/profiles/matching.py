"""Find the profile that was made from a file like this one, by the header."""

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.imports.api.responses import DriftResponse, PreviewProfileResponse
from chalicelib.imports.csv.headers import reduce_name
from chalicelib.imports.profile import SavedProfile
from chalicelib.profiles.models import Profile

# The share of a profile's columns that a file has at least.
_LEAST_SHARE = 0.8
_SHOWN_CHARACTERS = 100  # of a column's name in a message

_Names = dict[str, str]  # by reduced name


def find_match(profiles: Iterable[Profile], names: Sequence[str]) -> Profile | None:
    """Return the profile for a file with these columns; None if no header is similar.

    It is the one whose header differs least, of those of which the file has 80 % of the columns.
    Of two alike it is the first.
    """
    columns = _reduce(names).keys()
    best, least = None, len(columns) + 1  # no profile with a column in common differs more
    for profile in profiles:
        saved = _reduce(profile.header or ()).keys()
        shared = len(saved & columns)
        difference = len(saved ^ columns)
        if shared >= max(1, _LEAST_SHARE * len(saved)) and difference < least:
            best, least = profile, difference
    return best


def compare(profile: SavedProfile, names: Sequence[str]) -> PreviewProfileResponse:
    """Return the profile with the differences between its header and a file with these columns."""
    drift = list(_find_drift(_reduce(profile.header), _reduce(names))) if profile.header else []
    return PreviewProfileResponse(
        profile_id=profile.profile_id,
        name=profile.name,
        is_exact=profile.header is not None and not drift,
        drift=drift,
    )


def _find_drift(saved: _Names, found: _Names) -> Iterator[DriftResponse]:
    for reduced, name in saved.items():
        shown, now = _show(name), found.get(reduced)
        if now is None:
            message = f"Column {shown} is gone."
            yield DriftResponse(code="column_gone", column=name, message=message)
        elif now.strip() != name.strip():
            message = f"Column {shown} is now named {_show(now)}."
            yield DriftResponse(code="column_renamed", column=name, message=message)
    for reduced, name in found.items():
        if reduced not in saved:
            message = f"Column {_show(name)} is new."
            yield DriftResponse(code="column_new", column=name, message=message)


def _reduce(names: Iterable[str]) -> _Names:
    return {reduce_name(name) or name: name for name in names}


def _show(name: str) -> str:
    return name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…"
