"""Names are specific, exceptions end in Error, and modules and functions are short."""

import ast
import builtins
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, find_classes, find_functions, read_modules

_MEANINGLESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "data",
    "info",
    "misc",
    "common",
}
_TREES = ("chalicelib", "infra", "tests", "bench")
_MOST_LINES = 250
# What a verb promises: `check_*` raises and returns nothing, `is_*` and `has_*` return a boolean.
_RETURNS = {"check_": "None", "is_": "bool", "has_": "bool"}
# Names set by something else: pydantic calls validators, a step is named like its state.
_VALIDATORS = {"field_validator", "model_validator"}
_STEPS = {"check_stage"}
_MOST_FUNCTION_LINES = 40


def source_paths() -> list[Path]:
    return [
        path
        for tree in _TREES
        for path in (ROOT / tree).rglob("*")
        if path.suffix in {".py", ".sql"}
    ]


def words_of(name: str) -> set[str]:
    """Return the words of a name in any case: "JobStore" and "job_store" have two."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name)
    return set(spaced.lower().replace("_", " ").split())


def test_no_file_or_folder_has_a_meaningless_name() -> None:
    named = {
        part for path in source_paths() for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert {name for name in named if words_of(name) <= _MEANINGLESS} == set()


def test_no_class_or_function_has_a_meaningless_name() -> None:
    named = {node.name for _, node in find_classes()} | {node.name for _, node in find_functions()}
    assert {name for name in named if words_of(name) & _MEANINGLESS} == set()


def bases_of(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}


def test_every_exception_ends_in_error() -> None:
    known = {name for name in dir(builtins) if name.endswith(("Error", "Exception"))}
    classes = {node.name: bases_of(node) for _, node in find_classes()}
    while found := {name for name, bases in classes.items() if bases & known} - known:
        known |= found
    ours = known & classes.keys()
    assert ours
    assert {name for name in ours if not name.endswith("Error")} == set()


def test_every_module_has_a_docstring() -> None:
    written = {name: tree for name, tree in read_modules().items() if tree.body}
    silent = {name for name, tree in written.items() if not ast.get_docstring(tree)}
    assert silent == set()


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function without its docstring."""
    documented = len((ast.get_docstring(node) or "").splitlines())
    return (node.end_lineno or 0) - node.lineno + 1 - documented


def test_modules_and_functions_are_short() -> None:
    long_modules = {
        path.name: lines
        for path in (ROOT / "chalicelib").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > _MOST_LINES
    }
    long_functions = {
        node.name: lines
        for _, node in find_functions()
        if (lines := lines_of(node)) > _MOST_FUNCTION_LINES
    }
    assert long_modules == {}
    assert long_functions == {}


def test_every_named_statement_has_a_comment() -> None:
    for path in (ROOT / "chalicelib").glob("*/sql/*.sql"):
        lines = path.read_text(encoding="utf-8").splitlines()
        named = [i for i, line in enumerate(lines) if line.startswith("-- name: ")]
        unexplained = [lines[i] for i in named if not lines[i + 1].startswith("-- ")]
        assert unexplained == [], path


def is_validator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether pydantic calls a function to validate a value."""
    calls = [found.func for found in node.decorator_list if isinstance(found, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id in _VALIDATORS for call in calls)


@pytest.mark.parametrize(("verb", "returned"), _RETURNS.items())
def test_a_verb_keeps_its_promise(verb: str, returned: str) -> None:
    named = {
        f"{module}.{node.name}": ast.unparse(node.returns)
        for module, node in find_functions()
        if node.name.lstrip("_").startswith(verb) and node.returns and not is_validator(node)
    }
    broken = {name for name, returns in named.items() if returns != returned}
    excepted = {name for name in broken if name.split(".")[-1].lstrip("_") in _STEPS}
    assert broken - excepted == set()
