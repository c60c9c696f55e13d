"""The graph of rooms in ARCHITECTURE is the graph of the code."""

from tests.architecture.rooms import draw_rooms, find_known_rooms, read_graph


def test_documented_graph_of_rooms_equals_the_imports_of_the_code() -> None:
    """Renew it with `python -m tests.architecture.rooms`."""
    assert read_graph() == draw_rooms()


def test_imports_between_rooms_are_found() -> None:
    assert "jobs" in find_known_rooms()["imports"]
