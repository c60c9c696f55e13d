"""The properties of imports can fail: each of these faults, put in on purpose, is found."""

import compileall
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.postgres import EmbeddedPostgres
from infra.packaging.package import ROOT
from tests.databases import fresh_database
from tests.imports.mutation import PROPERTIES, holds

_ROOM = Path("chalicelib/imports")
_UPSERT = """), merged AS (
    MERGE INTO products AS product
    USING {source} AS latest
    ON {matches}
    WHEN MATCHED AND {changes} THEN
"""
_VERSION = " " * 19 + "updated_at = clock_timestamp(), version = product.version + 1\n"


@dataclass(frozen=True)
class Mutation:
    """A fault: in a file of the imports room, `old` becomes `new`."""

    path: str
    old: str
    new: str

    @property
    def name(self) -> str:
        return f"{self.path}: {self.old} -> {self.new}"


MUTATIONS = [
    # Products that the file doesn't name.
    Mutation("csv/naming.py", "found = cells[column : column + 1] if", "found = cells[:1] if"),
    Mutation("csv/naming.py", "if completed is not None:", "if False:"),
    Mutation("csv/naming.py", "return rule.apply(plain) if rule else plain", "return cell"),
    Mutation("sql/missing.sql", "SELECT {named_key} FROM {named}", "SELECT NULL FROM {named}"),
    Mutation("sql/missing.sql", "mod(product.id / 4096, {key_ranges})", "{key_ranges}"),
    Mutation("sql/missing.sql", "WHERE {affected} AND {in_scope}\n", "WHERE {affected}\n"),
    Mutation("steps/missing.py", 'sql.SQL("product.active")', "_TRUE"),
    Mutation("steps/missing_changes.py", '("active", sql.SQL("false"))', '("active", _NULL)'),
    # The structure of the bytes.
    Mutation("csv/structure.py", "while i < len(quotes) and adjacent[i]:", "while False:"),
    Mutation("csv/structure.py", "parity = 1 if state == State.QUOTED else 0", "parity = 0"),
    Mutation("csv/structure.py", "before[0] = CR if after_cr else 0", "before[0] = 0"),
    Mutation("csv/structure.py", "& (before == CR)\n", "& (before == LF)\n"),
    Mutation("csv/structure.py", " & (before != LF) & (before != CR)", " & (before != LF)"),
    Mutation("csv/structure.py", "return State.FIELD if closed_by_last else", "return"),
    Mutation("csv/structure.py", "after[(first != LF) & (first != CR)]", "after[first != LF]"),
    Mutation("csv/structure.py", "= False, state == State.UNQUOTED", "= False, False"),
    # The scan and the plan.
    Mutation("csv/scan.py", "else head.lines_before + tail.lines_before", "else head.lines_before"),
    Mutation("csv/scan.py", "after_cr = chunk[-1] == CR", "after_cr = False"),
    Mutation("csv/scan.py", "[*states, State.UNQUOTED] if raw[0] == QUOTE else states", "states"),
    Mutation("csv/plan.py", "state, line = stretch.end,", "state, line = State.RECORD,"),
    Mutation("csv/firstrecords.py", "start + ends[last], after)", "start + ends[last], 2)"),
    Mutation("csv/head.py", "encoding.bom_bytes + header", "header"),
    # The chunks, and the triage of their records.
    Mutation("csv/chunks.py", "= not carry and chunk.raw[-1] == CR", "= False"),
    Mutation("csv/chunks.py", "int(chunk.lines[-1]))", "self._line)"),
    Mutation("csv/triage.py", "if structure.end == State.QUOTED:", "if False:"),
    Mutation("csv/triage.py", " | (padded & ~is_blank)", ""),
    Mutation("csv/triage.py", "|= is_blank[:, required]\n", "|= False\n"),
    Mutation(
        "csv/odd.py",
        "(structure.literals, np.array(found, np.intp))",
        "(np.array(found, np.intp),)",
    ),
    Mutation("csv/values.py", "        & (point_at <= DECIMAL_DIGITS)\n", ""),
    # Rows that belong together, and those that aren't products.
    Mutation(
        "csv/aligning.py", "line, whole.records - records", "line, whole.records - records - 1"
    ),
    Mutation("csv/aligning.py", "found not in (None, key)", "found != key"),
    Mutation("csv/grouping.py", "if self._first is None or self.is_at_first:", "if True:"),
    Mutation("csv/grouping.py", "self._keys.find_in_bytes(raw), ()", "None, ()"),
    Mutation("csv/records.py", "if not any(cells):", "if False:"),
    Mutation("steps/stage.py", '("forget_rejects", "forget_skips")', '("forget_rejects",)'),
    # Staging.
    Mutation("steps/stage.py", "is_closed=i != last", "is_closed=True"),
    Mutation("steps/stage.py", "        if not cursor.rowcount:\n            return None\n", ""),
    Mutation("steps/stage.py", '{"\\\\": "\\\\\\\\", ', "{"),
    # Merging.
    Mutation(
        "sql/merge.sql",
        f"ORDER BY key, line DESC\n{_UPSERT}",
        f"ORDER BY key, line\n{_UPSERT}",
    ),
    Mutation("steps/merge_statement.py", "(({}) IS DISTINCT FROM ({}))", "true"),
    Mutation(
        "sql/merge.sql",
        f"source_line = latest.line,\n{_VERSION}    WHEN NOT",
        f"source_line = 0,\n{_VERSION}    WHEN NOT",
    ),
    Mutation("steps/merge_statement.py", '"{} >= {}"', '"{} > {}"'),
    Mutation("steps/merge_statement.py", '"keep": kept,', '"keep": sql.Literal(field.default),'),
    Mutation(
        "steps/merge_statement.py",
        "ELSE jsonb_strip_nulls({}) END",
        "ELSE {} END",
    ),
    # Plans.
    Mutation(
        "sql/plans.sql", "ORDER BY key, line DESC\n), compared", "ORDER BY key, line\n), compared"
    ),
    Mutation(
        "sql/plans.sql", "ORDER BY key, line DESC\n), planned", "ORDER BY key, line\n), planned"
    ),
    Mutation(
        "sql/plans.sql",
        "NOT IN ('created', 'updated', 'unchanged')",
        "NOT IN ('created', 'updated')",
    ),
    Mutation("sql/plans.sql", " - others.keys\n", " - 0\n"),
    Mutation(
        "sql/plans.sql", "products.version IS DISTINCT FROM changes.version", "products.id IS NULL"
    ),
    Mutation(
        "sql/plans.sql",
        "    JOIN products ON products.sku_key =",
        "    JOIN products ON products.sku =",
    ),
    Mutation(
        "sql/plans.sql",
        "WHERE position > {after} AND action",
        "WHERE position >= {after} AND action",
    ),
    Mutation("sql/plans.sql", "generate_series({after} + 1,", "generate_series({after} + 2,"),
    Mutation("steps/changes.py", 'f"{name}_before"), sql', 'f"{name}_after"), sql'),
    Mutation("steps/compare.py", "        if not cursor.rowcount:\n            return False\n", ""),
    Mutation("steps/compare_statement.py", " AND product.version = latest.planned_version", ""),
    Mutation("steps/compare_statement.py", '"latest.planned_id IS NULL"', '"true"'),
    Mutation("steps/compare_statement.py", '"product.id IS NULL OR {}"', '"true"'),
    Mutation("steps/compare_statement.py", '{"update": "create_as_planned", "create"', '{"create"'),
    Mutation(
        "steps/compare_statement.py",
        "coalesce(abs(price_after - price_before)",
        "coalesce((price_after - price_before)",
    ),
    Mutation("steps/compare_statement.py", "AND quantity_after = 0", "AND quantity_after < 9"),
    Mutation("steps/merge.py", "unchanged + left,", "unchanged,"),
]

# The properties that are run first against a fault in a file: those that have found one there.
_LIKELY = {
    "csv/aligning.py": "groups",
    "csv/chunks.py": "pieces",
    "csv/firstrecords.py": "plans",
    "csv/grouping.py": "groups",
    "csv/head.py": "plans",
    "csv/naming.py": "oracle",
    "csv/odd.py": "plans",
    "csv/plan.py": "ranges",
    "csv/records.py": "groups",
    "csv/scan.py": "spans",
    "csv/structure.py": "spans pieces",
    "csv/triage.py": "pieces",
    "csv/values.py": "oracle",
    "sql/merge.sql": "oracle",
    "sql/missing.sql": "oracle plans",
    "sql/plans.sql": "edits plans",
    "steps/changes.py": "plans",
    "steps/compare.py": "plans",
    "steps/compare_statement.py": "edits",
    "steps/merge.py": "edits",
    "steps/merge_statement.py": "oracle",
    "steps/missing.py": "oracle",
    "steps/missing_changes.py": "oracle",
    "steps/stage.py": "stage edits plans",
}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.path)
def test_each_mutation_applies_at_exactly_one_place(mutation: Mutation) -> None:
    text = (ROOT / _ROOM / mutation.path).read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1, mutation.name


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, compiled."""
    folder = tmp_path_factory.mktemp("package")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("chalicelib", "infra", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    compileall.compile_dir(folder, quiet=1)
    return folder


def mutate(package: Path, folder: Path, mutation: Mutation) -> Path:
    """Link the package into `folder`, except the file that the mutation changes."""
    shutil.copytree(package, folder, copy_function=os.link)
    path = folder / _ROOM / mutation.path
    text = path.read_text(encoding="utf-8")
    path.unlink()
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_properties_hold_without_a_fault_and_find_every_one(
    postgres: EmbeddedPostgres, package: Path, tmp_path: Path
) -> None:
    def is_kept(name: str, folder: Path) -> bool:
        with fresh_database(postgres) as database:
            return holds(name, folder, database.dsn)

    def survives(number: int) -> bool:
        mutation = MUTATIONS[number]
        folder = mutate(package, tmp_path / str(number), mutation)
        likely = _LIKELY[mutation.path].split()
        order = [*likely, *(name for name in PROPERTIES if name not in likely)]
        return all(is_kept(name, folder) for name in order)

    with ThreadPoolExecutor(2) as pool:
        kept = pool.map(lambda name: is_kept(name, package), PROPERTIES)
        found = pool.map(survives, range(len(MUTATIONS)))
        assert dict(zip(PROPERTIES, kept, strict=True)) == dict.fromkeys(PROPERTIES, True)
        survivors = [m.name for m, is_left in zip(MUTATIONS, found, strict=True) if is_left]
    assert not survivors
