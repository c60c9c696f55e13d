"""The audit of the page's packages: npm reads only the lock file and decides the status."""

from pathlib import Path

import pytest

from infra.packaging.audit import audit_page

_NODE = "#!/bin/sh\necho v22.1.0\n"
_NPM = """#!/bin/sh
echo "$@" > {arguments}
ls > {seen}
exit {status}
"""


@pytest.mark.parametrize("status", [0, 1])
def test_npm_audits_the_lock_file_and_its_status_is_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    programs, arguments, seen = tmp_path / "bin", tmp_path / "arguments", tmp_path / "seen"
    programs.mkdir()
    npm = _NPM.format(arguments=arguments, seen=seen, status=status)
    for name, text in (("node", _NODE), ("npm", npm)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    assert audit_page() == status
    assert arguments.read_text().split() == ["audit", "--package-lock-only"]
    assert seen.read_text().split() == ["package-lock.json", "package.json"]
