"""The page's packages are looked up by npm, from the lock alone, and what it says counts."""

from pathlib import Path

import pytest

from infra.packaging.audit import audit_page

_NODE = "#!/bin/sh\necho v22.1.0\n"
_NPM = """#!/bin/sh
echo "$@" > {told}
ls > {seen}
exit {status}
"""


@pytest.mark.parametrize("status", [0, 1])
def test_npm_is_asked_about_the_lock_and_its_answer_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    programs, told, seen = tmp_path / "bin", tmp_path / "told", tmp_path / "seen"
    programs.mkdir()
    npm = _NPM.format(told=told, seen=seen, status=status)
    for name, text in (("node", _NODE), ("npm", npm)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    assert audit_page() == status
    assert told.read_text().split() == ["audit", "--package-lock-only"]
    assert seen.read_text().split() == ["package-lock.json", "package.json"]
