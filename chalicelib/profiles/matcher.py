"""Match the file of a preview with the stored profiles."""

from collections.abc import Sequence

from chalicelib.imports.api.responses import PreviewProfileResponse
from chalicelib.imports.profile import SavedProfile
from chalicelib.profiles.matching import compare, find_match
from chalicelib.profiles.store import MOST_PROFILES, ProfileStore


class ProfileMatcher:
    """Proposes a profile for a file."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._profiles = profiles

    def match(
        self, names: Sequence[str], chosen: SavedProfile | None
    ) -> PreviewProfileResponse | None:
        """Return the chosen profile, or the one that fits a file with these columns best.

        None if there are no columns, or no profile fits.
        """
        if not names:
            return None
        found = chosen or find_match(self._profiles.list_profiles(MOST_PROFILES, None), names)
        return compare(found, names) if found else None
