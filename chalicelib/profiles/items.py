"""Profiles as items of a DynamoDB table.

pk       sk              what
profile  prf_...         a profile: one query lists all
name     the folded name the name of a profile, so that no two have the same
count    profile         the number of profiles
"""

from chalicelib.profiles.models import fold_name

Key = dict[str, str]

PROFILES = "profile"  # the one partition of all profiles
PROFILE_COUNT: Key = {"pk": "count", "sk": "profile"}


def profile_key(profile_id: str) -> Key:
    """Return the key of a profile."""
    return {"pk": PROFILES, "sk": profile_id}


def name_key(name: str) -> Key:
    """Return the key of a name, the same whatever its case."""
    return {"pk": "name", "sk": fold_name(name)}
