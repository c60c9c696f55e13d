"""The product's modules as their source says: what each imports, defines and calls."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "chalicelib"
PROGRAMS = ("infra", "bench")  # that build, deploy and measure the product


@cache
def read_modules() -> dict[str, ast.Module]:
    """Return the syntax tree of each module of the package, by its dotted name."""
    return _read_tree(PACKAGE)


@cache
def read_all_modules() -> dict[str, ast.Module]:
    """Return the same of app.py, the package and the programs beside it."""
    path = ROOT / "app.py"
    app = {"app": ast.parse(path.read_text(encoding="utf-8"), str(path))}
    return app | read_modules() | {n: t for tree in PROGRAMS for n, t in _read_tree(tree).items()}


def _read_tree(folder: str) -> dict[str, ast.Module]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in paths}


def name_of(path: Path) -> str:
    """Return the dotted name of a module's file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def find_imports(module: str, *, at_top_only: bool = False) -> set[str]:
    """Return the dotted names of the modules that `module` imports, in functions as well."""
    tree = read_all_modules()[module]
    nodes = tree.body if at_top_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import module` names a module, `from module import name` does not.
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= whole & read_all_modules().keys() or {node.module}
    return found


def find_reached(module: str) -> set[str]:
    """Return all that is imported when `module` is, by way of the product's own modules."""
    reached: set[str] = set()
    waiting = {module}
    while waiting:
        found = find_imports(waiting.pop(), at_top_only=True) - reached
        reached |= found
        waiting |= found & read_modules().keys()
    return reached


def room_of(module: str) -> str | None:
    """Return the room that a module is in; None for those beside the rooms."""
    parts = module.split(".")
    is_in_room = len(parts) > 2 or f"{module}.__init__" in read_modules()
    return parts[1] if is_in_room else None


def find_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function with the name of its module."""
    for module, tree in read_modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield module, node


def find_classes() -> Iterator[tuple[str, ast.ClassDef]]:
    """Yield every class with the name of its module."""
    for module, tree in read_modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield module, node
