"""Choose the options of an import or a preview: those of the request and of its profile."""

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.imports.api.requests import validate_options
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.profile import SavedProfile, apply_profile


def choose_options(
    given: ImportOptions, profile_id: str | None, profile: SavedProfile | None
) -> ImportOptions:
    """Return the given options with those of the profile that the request names, if any.

    Raises ProblemError 422 if that profile doesn't exist, or if the options are too many together.
    """
    if profile_id is None:
        return given
    if profile is None:
        message = "The profile doesn't exist. Choose another, or send options only."
        raise _problem(FieldProblem("profile", "profile_not_found", message))
    try:
        return validate_options(apply_profile(profile, given))
    except ValueError as error:
        message = "With those of the profile, the options are too many. Map fewer columns."
        raise _problem(FieldProblem("options", "too_many", message)) from error


def _problem(problem: FieldProblem) -> ProblemError:
    detail = "The body is invalid; see `errors` for each field."
    return ProblemError(422, "invalid_body", detail, [problem])
