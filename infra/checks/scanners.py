"""Runs cfn-lint and checkov over templates, and compares checkov's findings with the accepted."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCEPTED = Path(__file__).parent / "accepted.toml"


@dataclass(frozen=True)
class Finding:
    """A finding of checkov about one resource."""

    check: str
    resource: str  # AWS::Type.LogicalId
    text: str

    def __str__(self) -> str:
        return f"{self.check} {self.resource}: {self.text}"


@dataclass(frozen=True)
class Acceptance:
    """An accepted finding and the reason, for a type of resource or for one resource."""

    check: str
    resources: tuple[str, ...]
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Return whether it accepts `finding`."""
        kind = finding.resource.partition(".")[0]
        return finding.check == self.check and bool({kind, finding.resource} & {*self.resources})


def lint(paths: Iterable[Path], region: str) -> str:
    """Return the findings of cfn-lint as text, which is empty if it passes."""
    program = Path(sys.executable).with_name("cfn-lint")
    command = [str(program), "--regions", region, "--", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def run_checkov(program: Path, folder: Path) -> list[Finding]:
    """Return the findings of checkov for the templates in `folder`, without network access."""
    command = [str(program), "--directory", str(folder), "--framework", "cloudformation"]
    command += ["--output", "json", "--quiet", "--compact", "--skip-download"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"checkov failed:\n{(done.stderr or done.stdout).strip()[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    if not report.get("summary", {}).get("passed"):
        raise RuntimeError("checkov passed no check: it hasn't read the templates")
    failed = report["results"]["failed_checks"]
    return [Finding(f["check_id"], f["resource"], f["check_name"]) for f in failed]


def read_accepted(path: Path = ACCEPTED) -> list[Acceptance]:
    """Return the accepted findings in a file."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Acceptance(check, tuple(entry["resources"]), entry["reason"])
        for check, entries in tables.items()
        for entry in entries
    ]


def judge(
    findings: Sequence[Finding], accepted: Sequence[Acceptance]
) -> tuple[list[Finding], list[Acceptance]]:
    """Return the findings that aren't accepted, and the acceptances without a finding."""
    unaccepted = [f for f in findings if not any(a.covers(f) for a in accepted)]
    stale = [a for a in accepted if not any(a.covers(f) for f in findings)]
    return unaccepted, stale
