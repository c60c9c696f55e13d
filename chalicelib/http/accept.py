"""Content negotiation for routes that offer two media types."""

from chalice.app import Request


def prefers(request: Request, media_type: str, default: str) -> bool:
    """Return whether the client prefers `media_type` to `default`."""
    ranges = _read_ranges(request.headers.get("accept", "*/*"))
    return _quality(ranges, media_type) > _quality(ranges, default)


def _read_ranges(accept: str) -> dict[str, float]:
    ranges: dict[str, float] = {}
    for entry in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in entry.split(";"))
        given = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
        try:
            ranges[name] = float(given[0]) if given else 1.0
        except ValueError:  # an invalid quality counts as 1
            ranges[name] = 1.0
    return ranges


def _quality(ranges: dict[str, float], media_type: str) -> float:
    kind = media_type.split("/", maxsplit=1)[0]
    for name in (media_type, f"{kind}/*", "*/*"):  # the most specific range applies
        if name in ranges:
            return ranges[name]
    return 0.0
