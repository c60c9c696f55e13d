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

    Raises ProblemError 422 if that profile doesn't exist, or if the options contradict its own or
    are too many together.
    """
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


def _problem(problem: FieldProblem) -> ProblemError:
    detail = "The body is invalid; see `errors` for each field."
    return ProblemError(422, "invalid_body", detail, [problem])
