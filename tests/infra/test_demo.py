"""The demonstration: it imports a file over HTTP and reports the result, with or without a tty."""

import io
import socket
from pathlib import Path

import pytest
from rich.console import Console

from bench.generate import Catalogue, read_blocks
from infra.demo import __main__ as demo
from infra.demo.client import DemoError, ImportClient
from infra.demo.progress import read_bars
from tests.infra.fake_api import COMPLETES, FAILS, KEY, FakeApi, make_step, serve

CONTENT = b"sku,name\n" + b"A-1,Chair\n" * 1000


@pytest.fixture(autouse=True)
def poll_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "POLL_SECONDS", 0.01)
    monkeypatch.setenv("API_KEY", KEY)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.csv"
    path.write_bytes(CONTENT)
    return path


def run(api: FakeApi, path: Path, *, terminal: bool = False) -> tuple[bool, str]:
    """Run the demonstration; return whether it completed, and what it printed."""
    console = Console(
        file=io.StringIO(), force_terminal=terminal, width=120, highlight=False, color_system=None
    )
    is_completed = demo.run_demo(console, ImportClient(api.url, KEY), path)
    assert isinstance(console.file, io.StringIO)
    return is_completed, console.file.getvalue()


def test_file_is_uploaded_by_one_put_and_outcomes_are_printed(source: Path) -> None:
    with serve(FakeApi()) as api:
        is_completed, printed = run(api, source)
    assert is_completed
    assert api.announced == {"filename": "catalogue.csv", "size_bytes": len(CONTENT)}
    assert api.received == CONTENT
    for words in ("100 records", "90  created", "8  duplicate", "line 1,204", "price_negative"):
        assert words in printed
    assert f'curl -s -H "Authorization: Bearer $KEY" {api.url}/jobs/job_1' in printed
    assert f"{api.url}/#key={KEY}\n" in printed
    assert printed.count(KEY) == 1


def test_poll_of_an_unchanged_job_gets_no_body(source: Path) -> None:
    with serve(FakeApi()) as api:
        run(api, source)
    assert api.unchanged_polls == len(COMPLETES) - 1


def test_large_file_is_uploaded_in_parts_with_urls_fetched_as_needed(source: Path) -> None:
    with serve(FakeApi(part_size=3000)) as api:
        assert run(api, source)[0]
    assert api.received == CONTENT
    assert sorted(api.presigned_later) == [3, 4]
    assert api.completed_with == {
        "parts": [{"part_number": n, "etag": f'"etag-{n}"'} for n in (1, 2, 3, 4)]
    }


def test_failed_upload_is_retried(source: Path) -> None:
    with serve(FakeApi(failing_puts=1)) as api:
        assert run(api, source)[0]
    assert api.received == CONTENT


def test_each_phase_is_one_line_without_a_terminal(source: Path) -> None:
    with serve(FakeApi()) as api:
        printed = run(api, source)[1]
    lines = [line.split()[0] for line in printed.splitlines() if line.endswith(" s")]
    assert lines == ["upload", "scan", "stage", "merge"]
    assert "\x1b" not in printed


def test_terminal_shows_four_bars(source: Path) -> None:
    with serve(FakeApi()) as api:
        printed = run(api, source, terminal=True)[1]
    assert all(f"{name} " in printed for name in ("upload", "scan", "stage", "merge"))
    assert "\x1b" in printed


def test_failed_job_prints_its_error_and_fails_the_command(source: Path) -> None:
    with serve(FakeApi(steps=FAILS)) as api:
        is_completed, printed = run(api, source)
    assert not is_completed
    assert "header_incomplete" in printed
    assert "The header has no column for sku." in printed


def test_unreachable_stack_prints_a_message_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert demo.main(["--api", url, "--records", "10"]) == 1
    printed = capsys.readouterr().out
    assert f"Nothing answers at {url}" in printed
    assert "make up" in printed
    assert "Traceback" not in printed


def test_unhealthy_api_is_reported(source: Path) -> None:
    with serve(FakeApi(is_healthy=False)) as api, pytest.raises(DemoError, match="database"):
        run(api, source)


@pytest.mark.parametrize("words", [["--file", "nowhere.csv"], []])
def test_missing_argument_is_named(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with serve(FakeApi()) as api:
        assert demo.main(["--api", api.url if words else "", *words]) == 1
    printed = capsys.readouterr().out
    assert ("nowhere.csv" if words else "No API") in printed


def test_missing_or_invalid_key_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(FakeApi()) as api:
        for key, words in (("", "set API_KEY"), ("pik_wrong", "no valid key")):
            monkeypatch.setenv("API_KEY", key)
            assert demo.main(["--api", api.url, "--records", "10"]) == 1
            assert words in capsys.readouterr().out


def test_generated_catalogue_is_imported_by_default() -> None:
    with serve(FakeApi()) as api:
        assert demo.main(["--api", api.url, "--records", "1234", "--changed", "0.3"]) == 0
    assert api.received == b"".join(read_blocks(Catalogue(1234, changed_rate=0.3)))


def test_watching_ends_when_a_job_makes_no_progress(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SILENCE_SECONDS", 0.05)
    stuck = FakeApi(steps=[make_step("PENDING", None, 0)])
    with serve(stuck) as api, pytest.raises(DemoError, match="hasn't progressed"):
        run(api, source)


def test_bars_follow_the_phases() -> None:
    assert list(read_bars(make_step("PENDING", None, 0))) == ["scan"]
    stage = read_bars(make_step("PROCESSING", "stage", 35, progress={"bytes_done": 500}))
    assert (stage["scan"].part, stage["stage"].part) == (1.0, 0.5)
    assert "merge" not in stage
    done = read_bars(COMPLETES[-1])
    assert [done[name].part for name in ("scan", "stage", "merge")] == [1.0, 1.0, 1.0]
