"""Choose the options of an import or a preview: those of the request and of its profile."""

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.imports.api.requests import CreateImport, PreviewImport, validate_options
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.profile import SavedProfile, apply_profile, find_contradiction


class Chosen(NamedTuple):
    """The options of a request, and the profile that they are from, if any."""

    options: ImportOptions
    profile: SavedProfile | None


def choose_options(
    asked: CreateImport | PreviewImport, find_profile: Callable[[str], SavedProfile | None]
) -> Chosen:
    """Return the given options with those of the profile that the request names, if any.

    Raises ProblemError 422 if a profile doesn't exist, if the options contradict those of the
    profile or are too many together, or if one of them has no effect.
    """
    chosen = _add_profile(asked, find_profile)
    if problem := _find_scope_problem(asked.options, chosen.options, find_profile):
        raise _problem(problem)
    return chosen


def _add_profile(
    asked: CreateImport | PreviewImport, find_profile: Callable[[str], SavedProfile | None]
) -> Chosen:
    if asked.profile is None:
        return Chosen(asked.options, None)
    profile = find_profile(asked.profile)
    if profile is None:
        message = "The profile doesn't exist. Choose another, or send options only."
        raise _problem(FieldProblem("profile", "profile_not_found", message))
    if contradiction := find_contradiction(profile, asked.options):
        raise _problem(contradiction)
    try:
        return Chosen(validate_options(apply_profile(profile, asked.options)), profile)
    except ValueError as error:
        message = "With those of the profile, the options are too many. Map fewer columns."
        raise _problem(FieldProblem("options", "too_many", message)) from error


def _find_scope_problem(
    given: ImportOptions, chosen: ImportOptions, find_profile: Callable[[str], SavedProfile | None]
) -> FieldProblem | None:
    for name in ("scope", "max_missing"):
        if getattr(given, name) is not None and not chosen.is_snapshot:
            message = "It limits what options.missing does. Set that too, or remove this."
            return FieldProblem(f"options.{name}", "needs_missing", message)
    profile_id = chosen.scope.profile if chosen.is_snapshot and chosen.scope else None
    if profile_id is not None and find_profile(profile_id) is None:
        message = "The profile doesn't exist. Choose another, or remove it from the scope."
        return FieldProblem("options.scope.profile", "profile_not_found", message)
    return None


def _problem(problem: FieldProblem) -> ProblemError:
    detail = "The body is invalid; see `errors` for each field."
    return ProblemError(422, "invalid_body", detail, [problem])
