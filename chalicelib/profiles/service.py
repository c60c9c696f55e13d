"""Create, change and delete profiles as their owner requests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.ids import new_id
from chalicelib.imports.job import ImportJob
from chalicelib.imports.options import ImportOptions
from chalicelib.jobs.store import JobStore
from chalicelib.profiles.models import PREFIX, Profile
from chalicelib.profiles.requests import ChangeProfile, CreateProfile
from chalicelib.profiles.responses import ProfileResponse
from chalicelib.profiles.saving import Saved, read_import
from chalicelib.profiles.store import (
    MOST_PROFILES,
    NameTakenError,
    ProfileMissingError,
    ProfileStore,
    TooManyProfilesError,
)

Check = Callable[[Profile], None]


def add_profile(profiles: ProfileStore, jobs: JobStore, asked: CreateProfile) -> Profile:
    """Store a new profile; raises ProblemError 409 or 422 if that isn't possible."""
    saved = _read_saved(jobs, asked)
    now = _now()
    profile = Profile(
        profile_id=new_id(PREFIX, now),
        name=asked.name,
        options=saved.options.to_json(),
        header=saved.header,
        created_at=now,
        updated_at=now,
    )
    try:
        profiles.create(profile)
    except NameTakenError as error:
        raise _name_taken_problem(asked.name) from error
    except TooManyProfilesError as error:
        detail = f"At most {MOST_PROFILES} profiles are allowed. Delete one first."
        raise ProblemError(409, "too_many_profiles", detail) from error
    return profile


def get_profile_or_404(profiles: ProfileStore, profile_id: str) -> Profile:
    """Return the profile; raises ProblemError 404 if it doesn't exist."""
    profile = profiles.get(profile_id)
    if profile is None:
        raise _not_found_problem()
    return profile


def update_profile(
    profiles: ProfileStore, profile_id: str, asked: ChangeProfile, check: Check
) -> Profile:
    """Change the given fields and return the profile; raises ProblemError if it can't.

    `check` raises if the version isn't the one that the caller knows.
    """
    given: dict[str, Any] = {name: getattr(asked, name) for name in asked.model_fields_set}
    if "options" in given:
        given["options"] = asked.options.to_json()
    if asked.header is not None:
        given["header"] = tuple(asked.header)
    now = _now()

    def change(profile: Profile) -> Profile:
        check(profile)
        changed = replace(profile, **given)
        return profile if changed == profile else replace(changed, updated_at=now)

    try:
        return profiles.change(profile_id, change)
    except ProfileMissingError as error:
        raise _not_found_problem() from error
    except NameTakenError as error:
        raise _name_taken_problem(asked.name) from error


def remove_profile(profiles: ProfileStore, profile_id: str, check: Check) -> None:
    """Delete the profile; raises ProblemError 404 if it doesn't exist."""
    try:
        profiles.delete(profile_id, check)
    except ProfileMissingError as error:
        raise _not_found_problem() from error


def show_profile(profile: Profile) -> ProfileResponse:
    """Return a profile as clients see it."""
    path = f"/profiles/{profile.profile_id}"
    return ProfileResponse(
        profile_id=profile.profile_id,
        name=profile.name,
        options=ImportOptions.from_json(profile.options).to_json(),
        header=list(profile.header) if profile.header else None,
        created_at=profile.created_at,
        updated_at=profile.updated_at,
        last_used_at=profile.last_used_at,
        links={"self": path, "template": f"{path}/template"},
    )


def _read_saved(jobs: JobStore, asked: CreateProfile) -> Saved:
    """Return the options and the header that are sent, or those of the import that is named."""
    if asked.job_id is None:
        header = tuple(asked.header) if asked.header else None
        return Saved(asked.options or ImportOptions(), header)
    job = jobs.get(asked.job_id)
    if not isinstance(job, ImportJob):
        message = "The import doesn't exist, or has expired. Send options instead."
        raise _field_problem(FieldProblem("job_id", "job_not_found", message))
    saved = read_import(job)
    if saved is None:
        message = "The import hasn't read the header of its file. Save the profile once it has."
        raise _field_problem(FieldProblem("job_id", "header_unknown", message))
    return saved


def _now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _not_found_problem() -> ProblemError:
    return ProblemError(404, "profile_not_found", "Profile not found.")


def _name_taken_problem(name: str) -> ProblemError:
    detail = f"Another profile is named {name!r}. Choose another name; case doesn't matter."
    return ProblemError(409, "profile_name_taken", detail)


def _field_problem(problem: FieldProblem) -> ProblemError:
    detail = "The body is invalid; see `errors` for each field."
    return ProblemError(422, "invalid_body", detail, [problem])
