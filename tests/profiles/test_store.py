"""The contract of every store of profiles."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.profiles.models import Profile
from chalicelib.profiles.store import (
    MOST_PROFILES,
    NameTakenError,
    ProfileMissingError,
    ProfileStore,
    TooManyProfilesError,
)
from tests.fakes.profiles import NOW, make_profile

SECOND = timedelta(seconds=1)
MISSING = "prf_" + "0" * 26


def _create(store: ProfileStore, count: int = 1) -> list[Profile]:
    """Create so many profiles, the newest first."""
    made = [make_profile(f"profile {n}", NOW + n * SECOND) for n in range(count)]
    for profile in made:
        store.create(profile)
    return made[::-1]


def _get(store: ProfileStore, profile: Profile) -> Profile:
    found = store.get(profile.profile_id)
    assert found is not None
    return found


def _accept(profile: Profile) -> None:
    """Check nothing."""


def test_a_profile_is_read_back_as_it_was_created(store: ProfileStore) -> None:
    options = {"mapping": {"Größe": "name", "Notiz": None}, "max_reject_rate": 0.25, "blank": {}}
    profile = make_profile("Größe „L“", options=options, header=("Größe", "Notiz"))
    store.create(profile)
    assert store.get(profile.profile_id) == profile
    assert store.list_profiles(10, None) == [profile]


def test_a_profile_may_have_no_header(store: ProfileStore) -> None:
    profile = make_profile(header=None)
    store.create(profile)
    assert store.get(profile.profile_id) == profile


@pytest.mark.parametrize("profile_id", ["", "nothing", MISSING, "x" * 3000])
def test_a_missing_profile_is_none(store: ProfileStore, profile_id: str) -> None:
    assert store.get(profile_id) is None
    store.note_use(profile_id or MISSING, NOW)
    with pytest.raises(ProfileMissingError):
        store.delete(profile_id, _accept)
    assert store.list_profiles(10, None) == []


def test_profiles_are_listed_newest_first_page_by_page(store: ProfileStore) -> None:
    made = _create(store, 5)
    assert store.list_profiles(2, None) == made[:2]
    assert store.list_profiles(2, made[1].profile_id) == made[2:4]
    assert store.list_profiles(9, made[3].profile_id) == made[4:]


@pytest.mark.parametrize("name", ["Straße", "STRASSE", "  strasse "])
def test_a_name_is_unique_whatever_its_case(store: ProfileStore, name: str) -> None:
    store.create(make_profile("Straße"))
    with pytest.raises(NameTakenError):
        store.create(make_profile(name))
    assert len(store.list_profiles(10, None)) == 1


def test_there_are_only_so_many_profiles(store: ProfileStore) -> None:
    newest, *_ = _create(store, MOST_PROFILES)
    with pytest.raises(TooManyProfilesError):
        store.create(make_profile())
    store.delete(newest.profile_id, _accept)
    store.create(make_profile())
    with pytest.raises(TooManyProfilesError):
        store.create(make_profile("another"))


def test_a_change_is_written_as_the_next_version(store: ProfileStore) -> None:
    [profile] = _create(store)
    options = {"mapping": {}, "blank": {"price": "keep"}}
    changed = store.change(
        profile.profile_id, lambda p: replace(p, name="new", options=options, header=None)
    )
    assert (changed.name, changed.options, changed.header) == ("new", options, None)
    assert changed.version == 2
    assert store.get(profile.profile_id) == changed


def test_a_change_of_nothing_makes_no_version(store: ProfileStore) -> None:
    [profile] = _create(store)
    assert store.change(profile.profile_id, lambda p: replace(p, name=p.name)) == profile


def test_a_change_from_an_old_version_is_refused(store: ProfileStore) -> None:
    [profile] = _create(store)
    newer = store.change(profile.profile_id, lambda p: replace(p, name="mine"))
    assert not store.replace(profile, replace(profile, name="yours", version=2))
    assert not store.remove(profile)
    assert store.get(profile.profile_id) == newer


def test_a_renamed_profile_leaves_its_old_name_to_others(store: ProfileStore) -> None:
    [profile] = _create(store)
    store.change(profile.profile_id, lambda p: replace(p, name="new"))
    with pytest.raises(NameTakenError):
        store.create(make_profile("NEW"))
    store.create(make_profile(profile.name))


def test_a_profile_may_change_the_case_of_its_name(store: ProfileStore) -> None:
    [profile] = _create(store)
    store.change(profile.profile_id, lambda p: replace(p, name=p.name.upper()))
    with pytest.raises(NameTakenError):
        store.create(make_profile(profile.name))


def test_a_profile_cannot_take_the_name_of_another(store: ProfileStore) -> None:
    first, second = _create(store, 2)
    with pytest.raises(NameTakenError):
        store.change(first.profile_id, lambda p: replace(p, name=second.name.upper()))
    assert store.get(first.profile_id) == first


def test_a_deleted_profile_leaves_its_name_to_others(store: ProfileStore) -> None:
    [profile] = _create(store)
    store.delete(profile.profile_id, _accept)
    assert store.get(profile.profile_id) is None
    store.create(make_profile(profile.name))


def test_a_use_is_recorded_without_a_new_version(store: ProfileStore) -> None:
    [profile] = _create(store)
    store.note_use(profile.profile_id, NOW + SECOND)
    assert _get(store, profile) == replace(profile, last_used_at=NOW + SECOND)
    assert store.replace(profile, replace(profile, name="new", version=2))
    assert _get(store, profile).last_used_at == NOW + SECOND
