"""Draw the results as docs/benchmark.svg, for light and dark pages.

Ratios to psql by hand are on a logarithmic axis: half the time is as far to the left as twice the
time is to the right.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape

from bench.measure import SCENARIOS, Summary
from bench.results import Results
from bench.targets import SCENARIO_NAMES

_SHOWN = (
    ("server", "django", "Django"),
    ("stack", "stack", "this product, deployed"),
    ("server", "data-path", "this product's steps alone"),
)
_WIDTH, _LEFT, _RIGHT, _TOP = 800, 236, 640, 74
_ROW, _GROUP = 26, 44
_FIRST, _LAST = 0.25, 16.0
_TICKS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)

_STYLE = """
  svg { font-family: system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; font-size: 13px }
  text { fill: #1f2328 } .soft { fill: #59636e } .title { font-size: 16px; font-weight: 600 }
  .group { font-weight: 600 } .number { font-variant-numeric: tabular-nums }
  .grid { stroke: #d1d9e0; stroke-width: 1 } .psql { stroke: #59636e; stroke-width: 1.5 }
  .faster { stroke: #1a7f37; fill: #1a7f37 } .slower { stroke: #bc4c00; fill: #bc4c00 }
  .stem { stroke-width: 5; stroke-linecap: round; opacity: .35 } .dot { stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .soft { fill: #9198a1 }
    .grid { stroke: #3d444d } .psql { stroke: #9198a1 }
    .faster { stroke: #3fb950; fill: #3fb950 } .slower { stroke: #f0883e; fill: #f0883e }
  }
"""


def make_chart(results: Results) -> str:
    """Return the SVG."""
    groups = [(s.name, _find_rows(results, s.name)) for s in SCENARIOS]
    groups = [(name, rows) for name, rows in groups if rows]
    bottom = _TOP + sum(_GROUP + _ROW * len(rows) for _, rows in groups)
    height = bottom + 62
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    root = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">'
    style = f"<style>{_STYLE}</style>"
    lines = [root, style, *_head(results), *_axis(bottom), *_groups(groups), "</svg>"]
    return "\n".join(lines) + "\n"


def _find_rows(results: Results, scenario: str) -> list[tuple[str, Summary]]:
    found = [(label, results.find(part, scenario, way)) for part, way, label in _SHOWN]
    return [(label, summary) for label, summary in found if summary]


def _head(results: Results) -> Iterator[str]:
    records = max((s.records for s in results.summaries if s.part != "growth"), default=0)
    title = f"Importing {records:,} records: time against psql by hand"
    yield _text(16, 28, title, "title", "start").replace("<text", '<text id="title"')
    note = f"{results.machine.split(',')[0]}, {results.database.split(' (')[0]}"
    yield _text(16, 48, f"{note}; medians of interleaved runs", "soft", "start")


def _axis(bottom: int) -> Iterator[str]:
    for tick in _TICKS:
        x, style = _x(tick), "psql" if tick == 1 else "grid"
        yield f'<line class="{style}" x1="{x}" x2="{x}" y1="{_TOP}" y2="{bottom}"/>'
        yield _text(x, bottom + 18, "psql" if tick == 1 else f"{tick:g} x", "soft", "middle")
    middle = (_LEFT + _RIGHT) / 2
    yield _text(_LEFT, bottom + 44, "← faster", "soft", "start")
    yield _text(middle, bottom + 44, "time, logarithmic; psql = 1", "soft", "middle")
    yield _text(_RIGHT, bottom + 44, "slower →", "soft", "end")


def _groups(groups: Sequence[tuple[str, list[tuple[str, Summary]]]]) -> Iterator[str]:
    y = _TOP
    for name, rows in groups:
        y += _GROUP
        yield _text(16, y - 14, SCENARIO_NAMES[name], "group", "start")
        psql_seconds = rows[-1][1].seconds / rows[-1][1].ratio
        yield _text(_WIDTH - 16, y - 14, f"psql {psql_seconds:.1f} s", "number soft", "end")
        for label, summary in rows:
            yield from _row(y, label, summary)
            y += _ROW


def _row(y: int, label: str, summary: Summary) -> Iterator[str]:
    x, style = _x(summary.ratio), "faster" if round(summary.ratio, 2) <= 1 else "slower"
    yield _text(_LEFT - 16, y + 10, label, "", "end")
    yield f'<line class="stem {style}" x1="{_x(1.0)}" x2="{x}" y1="{y + 6}" y2="{y + 6}"/>'
    yield f'<circle class="dot {style}" cx="{x}" cy="{y + 6}" r="6"/>'
    yield _text(_RIGHT + 70, y + 10, f"{summary.ratio:.2f} x", "number group", "end")
    yield _text(_WIDTH - 16, y + 10, f"{summary.seconds:.1f} s", "number soft", "end")


def _text(x: float, y: int, text: str, style: str, anchor: str) -> str:
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _x(ratio: float) -> float:
    bounded = min(max(ratio, _FIRST), _LAST)
    part = math.log(bounded / _FIRST) / math.log(_LAST / _FIRST)
    return round(_LEFT + part * (_RIGHT - _LEFT), 1)
