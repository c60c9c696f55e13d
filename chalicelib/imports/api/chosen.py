"""Choose the options of an import or a preview: of the request, its profile, or its parent."""

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.imports.api.requests import CreateImport, PreviewImport, validate_options
from chalicelib.imports.job import ImportJob
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.profile import (
    SavedProfile,
    apply_profile,
    describe_profile,
    find_contradiction,
)
from chalicelib.imports.repair import inherit_options
from chalicelib.jobs.models import Job, Json


class Chosen(NamedTuple):
    """The options of a request, and the profile and the parent that it names, if any."""

    options: ImportOptions
    profile: SavedProfile | None
    parent: ImportJob | None
    is_inherited: bool = False  # whether the options are those of the parent

    @property
    def described_profile(self) -> Json | None:
        """What the import stores of its profile: the parent's too may have made the options."""
        if self.profile:
            return describe_profile(self.profile)
        return self.parent.profile if self.parent and self.is_inherited else None


def choose_options(
    asked: CreateImport | PreviewImport,
    find_profile: Callable[[str], SavedProfile | None],
    find_job: Callable[[str], Job | None],
) -> Chosen:
    """Return the given options with those of the profile that the request names, if any.

    Without both they are those of the parent that it names, if any. Raises ProblemError 422 if a
    profile or the parent doesn't exist, if the options contradict those of the profile or are too
    many together, or if one of them has no effect, and 409 if the parent hasn't completed.
    """
    chosen = _choose(asked, find_profile, find_job)
    if problem := _find_snapshot_problem(asked.options, chosen, find_profile):
        raise _problem(problem)
    return chosen


def _choose(
    asked: CreateImport | PreviewImport,
    find_profile: Callable[[str], SavedProfile | None],
    find_job: Callable[[str], Job | None],
) -> Chosen:
    parent = _find_parent(asked.parent_job_id, find_job) if asked.parent_job_id else None
    if asked.profile is None:
        return _without_profile(asked.options, parent)
    profile = find_profile(asked.profile)
    if profile is None:
        message = "The profile doesn't exist. Choose another, or send options only."
        raise _problem(FieldProblem("profile", "profile_not_found", message))
    if contradiction := find_contradiction(profile, asked.options):
        raise _problem(contradiction)
    try:
        return Chosen(validate_options(apply_profile(profile, asked.options)), profile, parent)
    except ValueError as error:
        message = "With those of the profile, the options are too many. Map fewer columns."
        raise _problem(FieldProblem("options", "too_many", message)) from error


def _find_snapshot_problem(
    given: ImportOptions, chosen: Chosen, find_profile: Callable[[str], SavedProfile | None]
) -> FieldProblem | None:
    options = chosen.options
    for name in ("scope", "max_missing"):
        if getattr(given, name) is not None and not options.is_snapshot:
            message = "It limits what options.missing does. Set that too, or remove this."
            return FieldProblem(f"options.{name}", "needs_missing", message)
    if options.is_snapshot and chosen.parent:
        message = "Rejected records aren't the whole catalogue. Set options.missing to keep."
        return FieldProblem("options.missing", "not_with_parent", message)
    profile_id = options.scope.profile if options.is_snapshot and options.scope else None
    if profile_id is not None and find_profile(profile_id) is None:
        message = "The profile doesn't exist. Choose another, or remove it from the scope."
        return FieldProblem("options.scope.profile", "profile_not_found", message)
    return None


def _without_profile(given: ImportOptions, parent: ImportJob | None) -> Chosen:
    is_inherited = parent is not None and not given.model_fields_set
    options = inherit_options(parent) if parent and is_inherited else given
    return Chosen(options, None, parent, is_inherited)


def _find_parent(job_id: str, find_job: Callable[[str], Job | None]) -> ImportJob:
    parent = find_job(job_id)
    if parent is None:
        message = "The parent import was not found, or has expired. Import the file without it."
        raise _problem(FieldProblem("parent_job_id", "parent_not_found", message))
    if not isinstance(parent, ImportJob):
        message = f"The parent is of kind {parent.kind}. Send the id of an import."
        raise _problem(FieldProblem("parent_job_id", "parent_not_an_import", message))
    if parent.status != "COMPLETED":
        raise ProblemError(
            409,
            "parent_not_completed",
            f"The parent import is {parent.status}. Wait until it has completed. If it failed or"
            " was cancelled, import its whole file instead.",
        )
    return parent


def _problem(problem: FieldProblem) -> ProblemError:
    detail = "The body is invalid; see `errors` for each field."
    return ProblemError(422, "invalid_body", detail, [problem])
