"""The progress of an import in a terminal: a bar each for upload, scan, stage and merge.

If the output isn't a terminal, each bar is printed as one line when it is full.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

Json = dict[str, Any]

BARS = ("upload", "scan", "stage", "merge")
# A phase without a bar of its own counts for the one that it prepares or closes.
BAR_OF_PHASE = {
    "claim": "scan",
    "inspect": "scan",
    "transcode": "scan",
    "scan": "scan",
    "plan": "stage",
    "stage": "stage",
    "merge": "merge",
    "finish": "merge",
}
# The range of the API's `percent` that each bar shows.
PERCENT = {"scan": (0.0, 10.0), "stage": (10.0, 60.0), "merge": (60.0, 99.0)}


@dataclass(frozen=True)
class Shown:
    """The fill of a bar, from 0 to 1, and the text beside it."""

    part: float
    words: str = ""


def read_bars(job: Json) -> dict[str, Shown]:
    """Return what each bar after the upload shows for a job, without bars that haven't started.

    A job is PENDING for a moment after its upload, until the event has started its workflow.
    """
    if job["status"] == "PENDING" or not job.get("phase"):
        return {"scan": Shown(0.0, "waiting for the workflow")}
    progress, current = job["progress"], BAR_OF_PHASE[job["phase"]]
    is_done = job["status"] == "COMPLETED"
    bars = {}
    for name in BARS[1:]:
        before = BARS.index(name) < BARS.index(current)
        if before or is_done:
            bars[name] = Shown(1.0, _words(name, progress, is_full=True))
        elif name == current:
            first, last = PERCENT[name]
            part = (float(progress["percent"]) - first) / (last - first)
            bars[name] = Shown(min(max(part, 0.0), 1.0), _words(name, progress, is_full=False))
    return bars


def _words(name: str, progress: Json, *, is_full: bool) -> str:
    size, total = progress["bytes_total"] or 0, progress["records_total"]
    if name == "scan":
        return megabytes(size) if is_full else f"scanning {megabytes(size)}"
    if name == "stage":
        return megabytes(size if is_full else progress["bytes_done"])
    done = (total if is_full else progress["records_done"]) or 0
    return f"{done:,} records" if is_full or not total else f"{done:,} of {total:,} records"


def megabytes(size_bytes: int) -> str:
    """Return a size as text in megabytes."""
    return f"{size_bytes / 1e6:,.1f} MB"


class ImportProgress:
    """The bars of one import on a console."""

    def __init__(self, console: Console) -> None:
        self._console, self._live = console, console.is_terminal
        self._progress = _make_progress(console)
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._over: set[str] = set()

    @contextmanager
    def show(self, size_bytes: int) -> Iterator[None]:
        """Show the bars during the block; the upload's starts at once."""
        for name in BARS:
            self._tasks[name] = self._progress.add_task(name, total=1.0, start=False, words="")
        self._begin("upload")
        self._size_bytes, self._sent_bytes = size_bytes, 0
        if not self._live:
            yield
            return
        with self._progress:
            yield

    def add_uploaded(self, size_bytes: int) -> None:
        """Add bytes that were sent; a negative number subtracts."""
        self._sent_bytes += size_bytes
        part = self._sent_bytes / self._size_bytes
        self._set("upload", Shown(part, megabytes(self._sent_bytes)))

    def end_upload(self) -> None:
        """Fill and close the upload's bar."""
        self._set("upload", Shown(1.0, megabytes(self._size_bytes)))
        self._end("upload")

    def update(self, job: Json) -> None:
        """Show the current state of a job."""
        bars = read_bars(job)
        for name, shown in bars.items():
            self._begin(name)
            self._set(name, shown)
            later = [other for other in bars if BARS.index(other) > BARS.index(name)]
            if later or job["status"] == "COMPLETED":
                self._end(name)

    def _begin(self, name: str) -> None:
        if name not in self._began:
            self._began[name] = time.monotonic()
            self._progress.start_task(self._tasks[name])

    def _set(self, name: str, shown: Shown) -> None:
        # Without a total the bar pulses: running, progress unknown.
        total = 1.0 if shown.part else None
        task = self._tasks[name]
        self._progress.update(task, total=total, completed=min(shown.part, 1.0), words=shown.words)

    def _end(self, name: str) -> None:
        if name in self._over:
            return
        self._over.add(name)
        self._progress.stop_task(self._tasks[name])
        if not self._live:
            seconds = time.monotonic() - self._began[name]
            words = self._progress.tasks[self._tasks[name]].fields["words"]
            self._console.print(f"  {name:<8}{words:<32}{seconds:6.1f} s")


class _Seconds(ProgressColumn):
    """The seconds that a bar has been running; empty before it starts."""

    def render(self, task: Task) -> Text:
        if not task.started or task.elapsed is None:
            return Text("")
        return Text(f"{task.elapsed:6.1f} s", style="dim")


def _make_progress(console: Console) -> Progress:
    return Progress(
        TextColumn("  {task.description:<7}"),
        BarColumn(bar_width=36, complete_style="cyan", finished_style="green", pulse_style="dim"),
        TextColumn("{task.fields[words]:<32}", style="dim"),
        _Seconds(),
        console=console,
        refresh_per_second=12,
    )
