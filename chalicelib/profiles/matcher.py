"""Match the file of a preview with the stored profiles."""

from chalicelib.imports.api.previewed import PreviewResponse
from chalicelib.imports.profile import SavedProfile
from chalicelib.profiles.matching import compare, find_match
from chalicelib.profiles.store import MOST_PROFILES, ProfileStore


class ProfileMatcher:
    """Proposes a profile for a file."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._profiles = profiles

    def add_match(self, found: PreviewResponse, chosen: SavedProfile | None) -> PreviewResponse:
        """Return the preview with the chosen profile, or else with the one that fits best.

        It has none if there are no columns, or no profile fits.
        """
        names = [column.header for column in found.columns]
        if not names:
            return found
        match = chosen or find_match(self._profiles.list_profiles(MOST_PROFILES, None), names)
        return found.model_copy(update={"profile": compare(match, names) if match else None})
