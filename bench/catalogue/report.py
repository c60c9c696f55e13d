"""Format the results as tables, for the terminal and docs/benchmark-catalogue.md."""

from pathlib import Path
from string import Template

from bench.catalogue.over_http import DJANGO, EMULATOR_ALONE, REFUSED, STACK, UNKNOWN
from bench.catalogue.questions import KINDS
from bench.catalogue.results import LARGE, SMALL, CatalogueResults, Timing
from bench.catalogue.targets import judge_catalogue
from bench.tables import Rows, to_columns, to_markdown
from bench.targets import SCENARIO_NAMES

_PAGE = Path(__file__).parent / "page.md"
_TITLES = {
    REFUSED: "no database work: a list with limit 0, refused by the function",
    UNKNOWN: "no function: an unknown path, refused by the gateway",
} | {kind.name: kind.title for kind in KINDS}
_PART_NAMES = {
    SMALL: "in two processes",
    LARGE: "in two processes",
    STACK: "the deployed stack",
}
_LOAD_NAMES = SCENARIO_NAMES | {"small": "a short file, 60 % of its records changed"}


def write_catalogue_docs(results: CatalogueResults, folder: Path) -> None:
    """Write the page and its numbers; write nothing if nothing was measured."""
    if results.measured:
        results.write(folder / "benchmark-catalogue.json")
        page = folder / "benchmark-catalogue.md"
        page.write_text(make_catalogue_page(results), encoding="utf-8")


def make_catalogue_page(results: CatalogueResults) -> str:
    """Return docs/benchmark-catalogue.md."""
    measured = (f"{part} {words}" for part, words in results.measured.items())
    conditions = (results.machine, results.database, "Measured: " + "; ".join(measured))
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        database=to_markdown(_database_rows(results)),
        http=to_markdown(_http_rows(results)),
        loads=to_markdown(_load_rows(results)),
        note=to_markdown(_note_rows(results)),
        verdicts=to_markdown(_verdict_rows(results)),
        depth=f"{min(results.depth_pages.values(), default=0):,}",
        emulator=_describe_emulator(results),
        conditions="\n".join(f"- {line}." for line in conditions),
    )


def make_catalogue_text(results: CatalogueResults) -> str:
    """Return the tables for a terminal."""
    makers = (_database_rows, _http_rows, _load_rows, _note_rows, _verdict_rows)
    tables = (make(results) for make in makers)
    return "\n\n".join("\n".join(to_columns(rows)) for rows in tables if len(rows) > 1)


def _database_rows(results: CatalogueResults) -> Rows:
    found = {part: [t for t in results.timings if t.part == part] for part in (SMALL, LARGE)}
    sizes = {part: f"{timings[0].products:,}" for part, timings in found.items() if timings}
    head = [word for size in sizes.values() for word in (f"p50, {size}", "p95", "connecting")]
    rows: Rows = [("milliseconds in the database", *head)]
    for kind in KINDS:
        timings = [timing for part in sizes if (timing := results.find(part, kind.name))]
        if len(timings) == len(sizes) > 0:
            cells = ((f"{t.p50_ms:.1f}", f"{t.p95_ms:.1f}", f"{t.connect_ms:.1f}") for t in timings)
            rows.append((kind.title, *(cell for three in cells for cell in three)))
    return rows


def _http_rows(results: CatalogueResults) -> Rows:
    names = ("the deployed stack", "Django REST Framework")
    head = (word for name in names for word in (f"{name}: requests/s", "p50 ms", "p95 ms"))
    rows: Rows = [("over HTTP, four at a time", *head)]
    for name, title in _TITLES.items():
        stack, django = results.find(STACK, name), results.find(DJANGO, name)
        if stack or django:
            rows.append((title, *_http_cells(stack), *_http_cells(django)))
    return rows


def _http_cells(found: Timing | None) -> tuple[str, str, str]:
    if found is None:
        return ("", "", "")
    return (f"{found.per_second:.1f}", f"{found.p50_ms:.1f}", f"{found.p95_ms:.1f}")


def _load_rows(results: CatalogueResults) -> Rows:
    rows: Rows = [("until search is current", "by", "records", "import s", "then s")]
    for load in results.loads:
        seconds = (f"{load.import_seconds:.1f}", f"{load.index_seconds:.1f}")
        where = _PART_NAMES[load.part]
        rows.append((_LOAD_NAMES[load.scenario], where, f"{load.records:,}", *seconds))
    return rows


def _note_rows(results: CatalogueResults) -> Rows:
    rows: Rows = [("cost for an import", "way", "seconds", "against no recording", "WAL")]
    names = {"noted": "with recording", "unnoted": "without recording"}
    for found in results.price:
        numbers = f"{found.seconds:.2f}", f"{found.ratio:.2f}", f"{found.wal_bytes / 1e6:,.0f} MB"
        rows.append((SCENARIO_NAMES[found.scenario], names[found.way], *numbers))
    return rows


def _verdict_rows(results: CatalogueResults) -> Rows:
    rows: Rows = [("target", "measured", "required", "")]
    for verdict in judge_catalogue(results):
        word = "met" if verdict.is_met else "not met"
        rows.append((verdict.aim, verdict.found, verdict.required, word))
    return rows


def _describe_emulator(results: CatalogueResults) -> str:
    found = [results.find(STACK, name) for name in EMULATOR_ALONE]
    refused, unknown = found
    if not (refused and unknown):
        return "Not measured."
    return (
        f"`GET {EMULATOR_ALONE[REFUSED].path}` passes gateway, authorizer and function, which"
        f" refuses it before it connects to the database: {refused.p50_ms:.1f} ms,"
        f" {refused.per_second:.1f} a second. An unknown path only needs the emulated gateway:"
        f" {unknown.p50_ms:.1f} ms, {unknown.per_second:.1f} a second."
    )
