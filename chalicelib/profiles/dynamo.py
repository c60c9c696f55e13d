"""Profiles in DynamoDB. A profile, its name and the count are written in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from boto3.dynamodb.conditions import Attr, Key

from chalicelib.dynamodb import ConditionFailedError, LostRaceError, Table, Write
from chalicelib.ids import is_id
from chalicelib.items import from_values, to_values
from chalicelib.profiles.items import PROFILE_COUNT, PROFILES, name_key, profile_key
from chalicelib.profiles.models import PREFIX, Profile
from chalicelib.profiles.store import (
    MOST_PROFILES,
    NameTakenError,
    ProfileStore,
    TooManyProfilesError,
)

_IS_NEW, _EXISTS = Attr("pk").not_exists(), Attr("pk").exists()


class DynamoProfileStore(ProfileStore):
    """Profiles, all in one partition: there are few, and they are read together."""

    def __init__(self, client: Any, table: str, most_profiles: int = MOST_PROFILES) -> None:
        self._table, self._most = Table(client, table), most_profiles

    def create(self, profile: Profile) -> None:
        """Store a new profile. Raises NameTakenError and TooManyProfilesError."""
        put = self._table.make_put(profile_key(profile.profile_id) | to_values(profile), _IS_NEW)
        has_room = Attr("amount").not_exists() | Attr("amount").lt(self._most)
        try:
            self._table.write_all([put, *self._take_name(profile), self._count(1, has_room)])
        except ConditionFailedError as error:
            self._check_name(profile)
            raise TooManyProfilesError from error

    def get(self, profile_id: str) -> Profile | None:
        """Return the profile, by a consistent read."""
        values = self._table.get(profile_key(profile_id)) if is_id(PREFIX, profile_id) else None
        return from_values(Profile, values) if values else None

    def list_profiles(self, limit: int, after: str | None) -> list[Profile]:
        """Return profiles created before `after`, newest first, by a consistent read."""
        key = Key("pk").eq(PROFILES) & Key("sk").lt(after or f"{PREFIX}~")
        pages = self._table.query_pages(
            key, most_queries=limit, limit=limit, descending=True, consistent=True
        )
        # One query reads at most 1 MB, which a few large profiles have.
        found = islice((values for page in pages for values in page.items), limit)
        return [from_values(Profile, values) for values in found]

    def replace(self, before: Profile, after: Profile) -> bool:
        """Write what differs if the version is still that of `before`. Raises NameTakenError."""
        values = {
            name: getattr(after, name)
            for name in ("name", "options", "header", "updated_at", "version")
        }
        is_current = Attr("version").eq(before.version)
        update = self._table.make_update(
            profile_key(before.profile_id), values, condition=is_current
        )
        names: Sequence[Write] = ()
        if name_key(before.name) != name_key(after.name):
            names = [self._table.make_delete(name_key(before.name)), *self._take_name(after)]
        try:
            self._table.write_all([update, *names])
        except ConditionFailedError:
            self._check_name(after)
            return False
        except LostRaceError:
            return False
        return True

    def remove(self, profile: Profile) -> bool:
        """Delete the profile and its name, and count it down, if the version is still this one."""
        is_current = Attr("version").eq(profile.version)
        writes = [
            self._table.make_delete(profile_key(profile.profile_id), is_current),
            self._table.make_delete(name_key(profile.name)),
            self._count(-1, Attr("amount").gt(0)),
        ]
        try:
            self._table.write_all(writes)
        except LostRaceError:
            return False
        return True

    def note_use(self, profile_id: str, now: datetime) -> None:
        """Record when the profile was last used; a deleted profile stays deleted."""
        try:
            self._table.update(profile_key(profile_id), {"last_used_at": now}, condition=_EXISTS)
        except LostRaceError:
            return

    def _take_name(self, profile: Profile) -> list[Write]:
        values = name_key(profile.name) | {"profile_id": profile.profile_id}
        return [self._table.make_put(values, _IS_NEW)]

    def _check_name(self, profile: Profile) -> None:
        """Raise NameTakenError if another profile has the name."""
        found = self._table.get(name_key(profile.name))
        if found and found["profile_id"] != profile.profile_id:
            raise NameTakenError(profile.name)

    def _count(self, more: int, condition: Any) -> Write:
        return self._table.make_update(PROFILE_COUNT, {}, add={"amount": more}, condition=condition)
