"""The graph of rooms in docs/ARCHITECTURE.md: `python -m tests.architecture.rooms` renews it."""

import re

from tests.architecture.tree import PACKAGE, ROOT, find_imports, read_modules, room_of

PAGE = ROOT / "docs" / "ARCHITECTURE.md"
_GRAPH = re.compile(r"(?<=<!-- rooms:begin -->\n).*?(?=<!-- rooms:end -->)", re.DOTALL)


def find_known_rooms() -> dict[str, set[str]]:
    """Return the rooms that the modules of each room import, those without a room left out."""
    known: dict[str, set[str]] = {}
    for module in read_modules():
        if room := room_of(module):
            ours = {name for name in find_imports(module) if name.startswith(f"{PACKAGE}.")}
            found = {other for name in ours if (other := room_of(name)) and other != room}
            known.setdefault(room, set()).update(found)
    return known


def draw_rooms() -> str:
    """Return the graph as a Mermaid block: each room points to the rooms that it imports."""
    lines = [
        f"    {room} --> {' & '.join(sorted(known))}"
        for room, known in sorted(find_known_rooms().items())
        if known
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def read_graph() -> str:
    """Return the graph that the page has."""
    found = _GRAPH.search(PAGE.read_text(encoding="utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_GRAPH.sub(lambda _: draw_rooms(), text), encoding="utf-8")
