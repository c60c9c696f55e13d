"""Checks a deployment without an AWS account: make deploy-check.

It runs cfn-lint and checkov over every template, and checks AWS quotas, the package's size and the
import time of each function. infra/checks/accepted.toml lists the findings that are accepted.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra.checks.cold_starts import measure_cold_starts
from infra.checks.quotas import (
    Quota,
    count_application,
    count_network,
    count_package,
    count_stage,
    count_template,
)
from infra.checks.scanners import judge, lint, read_accepted, run_checkov
from infra.checks.transform import transform
from infra.deploy.stage import FOLDER, read_stage
from infra.packaging.package import ROOT, Package, build_package
from infra.packaging.template import Template, read_template, write_template

_STACKS = ("network", "database", "edge")
_EDGE_REGION, _REGION = "us-east-1", "eu-central-1"
_console = Console(soft_wrap=True)


def main(arguments: list[str] | None = None) -> int:
    """Run every check; return 0 if all pass."""
    parser = argparse.ArgumentParser(prog="python -m infra.checks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--checkov", type=Path, help="path of the checkov program", required=True)
    checkov: Path = parser.parse_args(arguments).checkov
    package = build_package()
    templates = {name: read_template(ROOT / f"infra/{name}.yaml") for name in _STACKS}
    templates["application"] = package.read_template()
    checks: list[Callable[[], bool]] = [
        lambda: _lint(templates),
        lambda: _scan(templates, checkov),
        lambda: _count(templates, package),
        lambda: _time(package),
    ]
    passed = [check() for check in checks]
    _console.print("[green]all checks passed[/]" if all(passed) else "[red]failed[/]")
    return 0 if all(passed) else 1


def _lint(templates: dict[str, Template]) -> bool:
    with tempfile.TemporaryDirectory() as temporary:
        paths = _write(templates, Path(temporary))
        edge = [path for path in paths if path.stem == "edge"]
        others = [path for path in paths if path.stem != "edge"]
        found = "\n".join(filter(None, (lint(others, _REGION), lint(edge, _EDGE_REGION))))
    _say("cfn-lint", not found, f"{len(templates)} templates")
    if found:
        _console.print(found, markup=False)
    return not found


def _scan(templates: dict[str, Template], program: Path) -> bool:
    transformed = templates | {"application": transform(templates["application"])}
    with tempfile.TemporaryDirectory() as temporary:
        _write(transformed, Path(temporary))
        findings = run_checkov(program, Path(temporary))
    unaccepted, stale = judge(findings, read_accepted())
    accepted = f"{len(findings) - len(unaccepted)} findings accepted, each with a reason"
    _say("checkov", not (unaccepted or stale), accepted)
    for finding in unaccepted:
        _console.print(f"  {finding}", markup=False)
    for acceptance in stale:
        named = ", ".join(acceptance.resources)
        _console.print(f"  accepted but no longer found: {acceptance.check} {named}", markup=False)
    return not (unaccepted or stale)


def _count(templates: dict[str, Template], package: Package) -> bool:
    quotas = list(_all_quotas(templates, package))
    table = Table(box=None, pad_edge=False)
    for heading in ("AWS quota", "used", "limit", "", ""):
        table.add_column(heading, justify="right" if heading in {"used", "limit", ""} else "left")
    for quota in sorted(quotas, key=lambda q: -q.used / q.limit):
        share = quota.used / quota.limit
        style = "red" if not quota.is_met else "yellow" if share > 0.8 else ""
        row = (quota.name, f"{quota.used:,}", f"{quota.limit:,}", f"{share:.0%}", quota.of)
        table.add_row(*row, style=style)
    _say("quotas and sizes", all(q.is_met for q in quotas), f"{len(quotas)} numbers")
    _console.print(table)
    return all(q.is_met for q in quotas)


def _all_quotas(templates: dict[str, Template], package: Package) -> Iterator[Quota]:
    for name, template in templates.items():
        yield from count_template(name, transform(template))
    yield from count_application(templates["application"])
    yield from count_network(templates["network"])
    yield from count_package(package)
    for path in sorted(FOLDER.glob("*.toml")):
        yield from count_stage(path.stem, read_stage(path.stem))


def _time(package: Package) -> bool:
    starts = list(measure_cold_starts(package))
    slow = [start for start in starts if start.seconds > start.limit]
    worst = sorted(starts, key=lambda start: -start.seconds)[:5]
    shown = ", ".join(f"{start.name} {start.seconds * 1000:.0f} ms" for start in worst)
    _say("import times", not slow, f"{len(starts)} handlers; slowest: {shown}")
    for start in slow:
        _console.print(f"  {start.name}: {start.seconds:.2f} s, limit {start.limit:.1f} s")
    return not slow


def _write(templates: dict[str, Template], folder: Path) -> list[Path]:
    paths = []
    for name, template in templates.items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(write_template(template), encoding="utf-8")
    return paths


def _say(check: str, is_passed: bool, words: str) -> None:
    mark = "[green]passed[/]" if is_passed else "[red]failed[/]"
    _console.print(f"{mark} {check}: {words}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
