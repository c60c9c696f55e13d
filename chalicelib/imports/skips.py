"""Why a record is skipped: each reason with its sentence for people."""

NOT_IN_CATALOGUE, ALREADY_EXISTS = "not_in_catalogue", "already_exists"

# The reasons that the mode gives. The others are those of a file's row rules.
OF_MODES = {
    NOT_IN_CATALOGUE: "The catalogue has no such product, and options.mode update creates none.",
    ALREADY_EXISTS: "The product exists already, and options.mode create changes none.",
}

SKIPS: dict[str, str] = {
    **OF_MODES,
}


def describe_skip(reason: str) -> str:
    """Return the sentence of a reason, also of one that only another version knows."""
    return SKIPS.get(reason, "The record isn't a product.")
