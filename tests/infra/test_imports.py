"""The imports of infra: no test code, and no circles, not even by imports inside functions."""

import ast

from infra.packaging.package import ROOT
from tests.architecture.tree import name_of


def read_imports() -> dict[str, set[str]]:
    """Return the modules that each module of infra imports."""
    trees = {name_of(path): ast.parse(path.read_text()) for path in (ROOT / "infra").rglob("*.py")}
    return {name: set(imported_by(tree)) for name, tree in trees.items()}


def imported_by(tree: ast.Module) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def reached_from(module: str, imports: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        found = {name for name in imports[waiting.pop()] if name in imports} - reached
        reached |= found
        waiting += found
    return reached


def test_infra_imports_no_tests() -> None:
    imports = read_imports()
    assert len(imports) > 40
    assert [
        name for name, found in imports.items() if any(f.startswith("tests") for f in found)
    ] == []


def test_infra_modules_import_each_other_in_one_direction() -> None:
    imports = read_imports()
    assert [name for name in imports if name in reached_from(name, imports)] == []
