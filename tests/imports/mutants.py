"""Damage to files: bytes changed, cut out, put in, or missing at the end."""

from collections.abc import Callable

from hypothesis import strategies as st

Mutate = Callable[[bytes], bytes]


@st.composite
def mutants(draw: st.DrawFn) -> Mutate:
    """A function that damages bytes in one to four places."""
    places = draw(
        st.lists(
            st.tuples(st.floats(0, 1), st.binary(max_size=3), st.integers(0, 4)),
            min_size=1,
            max_size=4,
        )
    )
    kept = draw(st.floats(0, 1))

    def mutate(raw: bytes) -> bytes:
        for place, put, taken in places:
            at = int(place * len(raw))
            raw = raw[:at] + put + raw[at + taken :]
        return raw[: int(kept * len(raw)) + 1] if kept < 0.5 else raw

    return mutate
