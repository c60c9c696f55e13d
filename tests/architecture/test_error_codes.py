"""Every error code is on the page that documents them, and the page has no other."""

import ast
import re

from chalicelib.products.fields import FIELDS
from chalicelib.products.rules import codes_of
from tests.architecture.tree import ROOT, read_modules

_RAISED = {  # what makes a code, and at which of its arguments
    "ProblemError": 1,
    "JobEndedError": 0,
    "ValueProblem": 0,
    "FieldProblem": 1,
    "AttemptFailedError": 0,
}


def documented() -> set[str]:
    """Return the codes in the first cells of the page's tables."""
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("|")]
    codes = [cell for row in rows for cell in row[1:3]]
    return {code for cell in codes for code in re.findall(r"`([a-z][a-z0-9_]+)`", cell)}


def expand(node: ast.expr) -> set[str]:
    """Return the text of a literal; a product field's own codes come from the table of fields."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return set()


def made_by(node: ast.AST) -> set[str]:
    """Return the codes that a call or a dictionary {"code": ...} makes."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RAISED:
        place = _RAISED[node.func.id]
        return expand(node.args[place]) if len(node.args) > place else set()
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {
            c
            for k, v in pairs
            if isinstance(k, ast.Constant) and k.value == "code"
            for c in expand(v)
        }
    return set()


def used() -> set[str]:
    written = {
        code
        for tree in read_modules().values()
        for node in ast.walk(tree)
        for code in made_by(node)
    }
    return written.union(*(codes_of(field) for field in FIELDS))


def test_every_code_is_documented() -> None:
    assert used() - documented() == set()


def test_every_documented_code_is_in_use() -> None:
    paths = [*(ROOT / "chalicelib").rglob("*.py"), ROOT / "infra/resources/gateway.yaml"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    written = set(re.findall(r"[a-z][a-z0-9_]+", text)) | used()
    assert documented() - written == set()


def test_codes_are_found_at_all() -> None:
    assert {"job_not_found", "file_empty", "sku_missing", "size_mismatch"} <= used()
