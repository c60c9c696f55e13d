"""The report at the end of the demonstration: outcomes, rejects, and what to try next."""

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Json = dict[str, Any]

OUTCOMES = {
    "created": "new product",
    "updated": "existing product, changed by the file",
    "unchanged": "existing product without changes; not written",
    "duplicate": "replaced by a later record with the same SKU",
    "skipped": "left out on purpose, listed with its line and reason",
    "rejected": "invalid record, listed with its line and reason",
}
STYLES = {"created": "green", "updated": "cyan", "duplicate": "yellow", "rejected": "red"}


def print_outcomes(console: Console, job: Json, seconds: float) -> None:
    """Print the outcome counts and the speed."""
    counts = job["counts"]
    records = sum(counts[outcome] for outcome in OUTCOMES)
    speed = f"{records / max(seconds, 0.001):,.0f} records/s"
    console.print(f"\n  [bold]{records:,} records in {seconds:.1f} s, {speed}[/bold]")
    console.print("  from the last uploaded byte to COMPLETED\n", style="dim")
    table = _make_table()
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_column(style="dim")
    for outcome, meaning in OUTCOMES.items():
        style = STYLES.get(outcome, "") if counts[outcome] else "dim"
        table.add_row(f"{counts[outcome]:,}", Text(outcome, style=style), meaning)
    console.print(Padding(table, (0, 0, 0, 4)))


def print_rejects(console: Console, rejects: list[Json]) -> None:
    """Print rejects, each with its line, its code and the first sentence of its message."""
    if not rejects:
        return
    console.print("\n  First rejects")
    table = _make_table()
    table.add_column(justify="right")
    table.add_column(style="red", no_wrap=True)
    table.add_column(style="dim", no_wrap=True, overflow="ellipsis")
    for reject in rejects:
        sentence, _, more = reject["message"].partition(". ")
        why = sentence + "." if more else sentence
        table.add_row(f"line {reject['line']:,}", reject["code"], Text(why))
    console.print(Padding(table, (0, 0, 0, 4)))


def print_failure(console: Console, job: Json) -> None:
    """Print why a job didn't complete."""
    error = job.get("error") or {"code": job["status"].lower(), "message": "It was cancelled."}
    console.print(f"\n  [bold red]{job['status']}[/bold red]  {error['code']}")
    console.print(Text(f"  {error['message']}"))


def print_next_steps(console: Console, api_url: str, page_url: str, job: Json) -> None:
    """Print the addresses, and commands to paste."""
    job_id, curl = job["job_id"], 'curl -s -H "Authorization: Bearer $KEY"'
    console.print("\n  Addresses")
    _print_pairs(console, [("page", page_url), ("API", api_url)])
    console.print("\n  Next steps")
    _print_pairs(
        console,
        [
            ("set the key", 'KEY="$(make -s key)"              # or the key of another stack'),
            ("get the job", f"{curl} {api_url}/jobs/{job_id}"),
            ("list rejects", f"{curl} '{api_url}/imports/{job_id}/rejects?limit=10'"),
            (
                "download them",
                f"{curl} -L -H 'Accept: text/csv' {api_url}/imports/{job_id}/rejects",
            ),
            ("list jobs", f"{curl} {api_url}/jobs"),
            ("import again", "make demo                         # every product is unchanged now"),
            ("with changes", "make demo ARGS='--changed 0.3'   # 30 % of records differ"),
            ("your own file", "make demo ARGS='--file catalogue.csv'"),
            ("stop", "make down"),
        ],
    )
    console.print()


def _print_pairs(console: Console, pairs: list[tuple[str, str]]) -> None:
    # Never wrapped, so that commands can be pasted.
    for name, text in pairs:
        line = Text.assemble("    ", (f"{name:<15}", "dim"), text)
        console.print(line, soft_wrap=True, highlight=False)


def _make_table() -> Table:
    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
