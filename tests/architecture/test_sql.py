"""SQL is in .sql files, in constants, or composed by psycopg2.sql; never formatted as text."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.architecture.tree import read_modules

_EXECUTING = {"execute", "executemany", "copy_expert", "mogrify"}
_COMPOSED = {"sql.SQL", "sql.Composed", "sql.Composable", "sql.Identifier", "sql.Literal"}
# Fixed texts from elsewhere: a migration's file, and the types in the table of product fields.
_FIXED = {
    ("chalicelib.migrations.runner", "migration.text"),
    ("chalicelib.imports.steps.staging", "_TYPES.get(name, 'text')"),
}

Assigned = Mapping[str, list[ast.expr]]


class _Statements:
    """Judges the statements of one function: what it assigns, then what its module does."""

    def __init__(self, module: str, tree: ast.Module, function: ast.AST) -> None:
        self._module = module
        self._assigned = dict(_assignments(tree.body)) | dict(_assignments(ast.walk(function)))
        self._hints = _hints(tree) | _hints(function)

    def is_allowed(self, statement: ast.expr) -> bool:
        """Say whether a statement to execute is fixed text, or composed."""
        return self._is_text(statement) or self._is_composed(statement)

    def _is_text(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=str()):
                return True
            case ast.IfExp():
                return self._is_text(node.body) and self._is_text(node.orelse)
            case ast.Name() if node.id in self._assigned:
                return all(self._is_text(value) for value in self._assigned[node.id])
        return self._is_looked_up(node) or (self._module, ast.unparse(node)) in _FIXED

    def _is_looked_up(self, node: ast.expr) -> bool:
        match node:
            case ast.Subscript(value=ast.Call(func=ast.Name(id="queries"))):
                return True
            case ast.Subscript(value=ast.Name(id=name)):
                return self._is_table(name)
            case ast.Call(func=ast.Attribute(attr="get", value=ast.Name(id=name)), args=[_, other]):
                return self._is_table(name) and self._is_text(other)
        return False

    def _is_table(self, name: str) -> bool:
        """Say whether `name` is a constant mapping of fixed texts."""
        values = self._assigned.get(name, [])
        return bool(values) and all(
            isinstance(value, ast.Dict) and all(self._is_text(text) for text in value.values)
            for value in values
        )

    def _is_composed(self, node: ast.expr) -> bool:
        match node:
            case ast.Call():
                return self._is_composing(node)
            case ast.BinOp(left=first, op=ast.Add(), right=second):
                return self._is_composed(first) and self._is_composed(second)
            case ast.IfExp(body=first, orelse=second):
                return self._is_composed(first) and self._is_composed(second)
            case ast.Name() if node.id in self._assigned:
                return all(self._is_composed(value) for value in self._assigned[node.id])
        return isinstance(node, ast.Name) and self._hints.get(node.id) in _COMPOSED

    def _is_composing(self, call: ast.Call) -> bool:
        match call:
            case ast.Call(func=ast.Attribute(attr="SQL"), args=[text]):
                return self._is_text(text)
            case ast.Call(func=ast.Attribute(attr="format" | "join", value=template)):
                return self._is_composed(template)
            case ast.Call(func=ast.Name(id=name)):
                return self._hints.get(name) in _COMPOSED
        return False


def _assignments(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Assigned:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.setdefault(node.target.id, []).append(node.value)
    return found


def _hints(tree: ast.AST) -> dict[str, str]:
    """Return the types of the parameters, and the result types of the functions."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation:
            found[node.arg] = ast.unparse(node.annotation)
        elif isinstance(node, ast.FunctionDef) and node.returns:
            found[node.name] = ast.unparse(node.returns)
    return found


def find_formatted(module: str, tree: ast.Module) -> Iterator[str]:
    """Yield the statements that are neither fixed text nor composed."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    # A call in a nested function is also one of the function around it: judge it by the outer one.
    scopes: dict[ast.Call, ast.AST] = {}
    for scope in (tree, *reversed(functions)):
        scopes |= {node: scope for node in ast.walk(scope) if isinstance(node, ast.Call)}
    for call, scope in scopes.items():
        if (
            isinstance(call.func, ast.Attribute)
            and (call.func.attr in _EXECUTING or ast.unparse(call.func) == "sql.SQL")
            and not _Statements(module, tree, scope).is_allowed(call.args[0])
        ):
            yield f"{module}:{call.lineno}: {ast.unparse(call)[:100]}"


@pytest.mark.parametrize("module", read_modules())
def test_statements_are_fixed_text_or_composed(module: str) -> None:
    assert list(find_formatted(module, read_modules()[module])) == []


@pytest.mark.parametrize(
    "line",
    [
        'cursor.execute(f"SELECT {name}")',
        'cursor.execute("SELECT " + name)',
        'cursor.execute("SELECT %s" % name)',
        'cursor.execute(queries("room")["query"].format(columns=name))',
        'cursor.execute(queries("room")["query"].replace("x", name))',
        'cursor.execute(sql.SQL(f"SELECT {name}"))',
        'text = f"SELECT {name}"; cursor.execute(text)',
        "cursor.execute(name)",
    ],
)
def test_formatted_statements_are_found(line: str) -> None:
    tree = ast.parse(f"def read(cursor, name: str):\n    {line}\n")
    assert list(find_formatted("module", tree))


@pytest.mark.parametrize(
    "line",
    [
        'cursor.execute("SELECT %s", (name,))',
        'cursor.execute(queries("room")[name], {})',
        'cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))',
        'drop = sql.SQL(queries("room")["drop"]); cursor.execute(drop.format(sql.Literal(1)))',
    ],
)
def test_fixed_and_composed_statements_are_allowed(line: str) -> None:
    tree = ast.parse(f"def read(cursor, name: str):\n    {line}\n")
    assert list(find_formatted("module", tree)) == []
