"""The interface of the stores of profiles."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.errors import TryAgainError
from chalicelib.profiles.models import Profile

MOST_PROFILES = 100
_MOST_TRIES = 10  # of one change, while other writers win


class TooManyProfilesError(Exception):
    """The maximum number of profiles is reached."""


class NameTakenError(Exception):
    """Another profile has this name, ignoring case."""


class ProfileMissingError(Exception):
    """No profile has this id."""


class ProfileStore(ABC):
    """Profiles. Changes are conditional on the version that was read."""

    @abstractmethod
    def create(self, profile: Profile) -> None:
        """Store a new profile. Raises NameTakenError and TooManyProfilesError."""

    @abstractmethod
    def get(self, profile_id: str) -> Profile | None:
        """Return the profile by a consistent read; None if it doesn't exist."""

    @abstractmethod
    def list_profiles(self, limit: int, after: str | None) -> list[Profile]:
        """Return profiles created before `after`, newest first."""

    @abstractmethod
    def replace(self, before: Profile, after: Profile) -> bool:
        """Write name, options and header if the version is still that of `before`.

        Says whether it was. Raises NameTakenError.
        """

    @abstractmethod
    def remove(self, profile: Profile) -> bool:
        """Delete the profile if its version is still this one; say whether it was."""

    @abstractmethod
    def note_use(self, profile_id: str, now: datetime) -> None:
        """Record when the profile was last used, without a new version."""

    def change(self, profile_id: str, change: Callable[[Profile], Profile]) -> Profile:
        """Write what `change` makes of the profile, and repeat that if another writer was first.

        Raises ProfileMissingError, NameTakenError, or TryAgainError after too many lost races.
        """
        for _ in range(_MOST_TRIES):
            before = self._get_existing(profile_id)
            after = change(before)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            if self.replace(before, after):
                return after
        raise TryAgainError(f"{profile_id}: others kept changing the profile")

    def delete(self, profile_id: str, check: Callable[[Profile], None]) -> None:
        """Delete the profile if `check` of it doesn't raise. Raises as `change` does."""
        for _ in range(_MOST_TRIES):
            profile = self._get_existing(profile_id)
            check(profile)
            if self.remove(profile):
                return
        raise TryAgainError(f"{profile_id}: others kept changing the profile")

    def _get_existing(self, profile_id: str) -> Profile:
        profile = self.get(profile_id)
        if profile is None:
            raise ProfileMissingError(profile_id)
        return profile
