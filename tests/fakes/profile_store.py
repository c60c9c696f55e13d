"""A profile store in memory, which passes the same tests as the one in DynamoDB."""

from dataclasses import replace
from datetime import datetime

from chalicelib.items import Item, deserialize, from_values, serialize, to_values
from chalicelib.profiles.models import Profile, fold_name
from chalicelib.profiles.store import (
    MOST_PROFILES,
    NameTakenError,
    ProfileStore,
    TooManyProfilesError,
)


class FakeProfileStore(ProfileStore):
    """Stores items, so that it rejects what DynamoDB can't store."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def create(self, profile: Profile) -> None:
        self._check_name(profile)
        if len(self._items) >= MOST_PROFILES:
            raise TooManyProfilesError
        self._keep(profile)

    def get(self, profile_id: str) -> Profile | None:
        item = self._items.get(profile_id)
        return from_values(Profile, deserialize(item)) if item else None

    def list_profiles(self, limit: int, after: str | None) -> list[Profile]:
        ids = [name for name in sorted(self._items)[::-1] if after is None or name < after]
        return [found for name in ids[:limit] if (found := self.get(name))]

    def replace(self, before: Profile, after: Profile) -> bool:
        kept = self.get(before.profile_id)
        if kept is None or kept.version != before.version:
            return False
        self._check_name(after)
        self._keep(replace(after, last_used_at=kept.last_used_at))
        return True

    def remove(self, profile: Profile) -> bool:
        kept = self.get(profile.profile_id)
        if kept is None or kept.version != profile.version:
            return False
        del self._items[profile.profile_id]
        return True

    def note_use(self, profile_id: str, now: datetime) -> None:
        if kept := self.get(profile_id):
            self._keep(replace(kept, last_used_at=now))

    def _keep(self, profile: Profile) -> None:
        self._items[profile.profile_id] = serialize(to_values(profile))

    def _check_name(self, profile: Profile) -> None:
        others = [found for name in self._items if (found := self.get(name))]
        if any(
            fold_name(found.name) == fold_name(profile.name)
            for found in others
            if found.profile_id != profile.profile_id
        ):
            raise NameTakenError(profile.name)
