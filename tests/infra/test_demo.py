"""The demonstration imports a file over HTTP and says what became of it, in a terminal or not."""

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


def test_a_file_is_sent_in_one_piece_and_its_outcomes_printed(source: Path) -> None:
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


def test_unchanged_polls_are_answered_without_a_body(source: Path) -> None:
    with serve(FakeApi()) as api:
        run(api, source)
    assert api.unchanged_polls == len(COMPLETES) - 1


def test_a_large_file_is_sent_in_parts_and_missing_urls_are_asked_for(source: Path) -> None:
    with serve(FakeApi(part_size=3000)) as api:
        assert run(api, source)[0]
    assert api.received == CONTENT
    assert sorted(api.presigned_later) == [3, 4]
    assert api.completed_with == {
        "parts": [{"part_number": n, "etag": f'"etag-{n}"'} for n in (1, 2, 3, 4)]
    }


def test_an_upload_that_breaks_off_is_tried_again(source: Path) -> None:
    with serve(FakeApi(failing_puts=1)) as api:
        assert run(api, source)[0]
    assert api.received == CONTENT


def test_without_a_terminal_each_phase_is_one_line(source: Path) -> None:
    with serve(FakeApi()) as api:
        printed = run(api, source)[1]
    lines = [line.split()[0] for line in printed.splitlines() if line.endswith(" s")]
    assert lines == ["upload", "scan", "stage", "merge"]
    assert "\x1b" not in printed


def test_in_a_terminal_there_are_four_bars(source: Path) -> None:
    with serve(FakeApi()) as api:
        printed = run(api, source, terminal=True)[1]
    assert all(f"{name} " in printed for name in ("upload", "scan", "stage", "merge"))
    assert "\x1b" in printed


def test_a_failed_job_says_why_and_fails_the_command(source: Path) -> None:
    with serve(FakeApi(steps=FAILS)) as api:
        is_completed, printed = run(api, source)
    assert not is_completed
    assert "header_incomplete" in printed
    assert "The header has no column for sku." in printed


def test_a_stack_that_is_not_up_is_a_message_and_not_a_trace(
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


def test_an_api_that_is_not_well_is_told_apart(source: Path) -> None:
    with serve(FakeApi(is_healthy=False)) as api, pytest.raises(DemoError, match="database"):
        run(api, source)


@pytest.mark.parametrize("words", [["--file", "nowhere.csv"], []])
def test_what_is_missing_is_named(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with serve(FakeApi()) as api:
        assert demo.main(["--api", api.url if words else "", *words]) == 1
    printed = capsys.readouterr().out
    assert ("nowhere.csv" if words else "No API") in printed


def test_a_key_that_is_missing_or_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(FakeApi()) as api:
        for key, words in (("", "set API_KEY"), ("pik_wrong", "no valid key")):
            monkeypatch.setenv("API_KEY", key)
            assert demo.main(["--api", api.url, "--records", "10"]) == 1
            assert words in capsys.readouterr().out


def test_a_generated_catalogue_is_imported_when_no_file_is_named() -> None:
    with serve(FakeApi()) as api:
        assert demo.main(["--api", api.url, "--records", "1234", "--changed", "0.3"]) == 0
    assert api.received == b"".join(read_blocks(Catalogue(1234, changed_rate=0.3)))


def test_a_job_that_does_not_move_is_given_up(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SILENCE_SECONDS", 0.05)
    stuck = FakeApi(steps=[make_step("PENDING", None, 0)])
    with serve(stuck) as api, pytest.raises(DemoError, match="has not moved"):
        run(api, source)


def test_bars_follow_the_phases() -> None:
    assert list(read_bars(make_step("PENDING", None, 0))) == ["scan"]
    stage = read_bars(make_step("PROCESSING", "stage", 35, progress={"bytes_done": 500}))
    assert (stage["scan"].part, stage["stage"].part) == (1.0, 0.5)
    assert "merge" not in stage
    done = read_bars(COMPLETES[-1])
    assert [done[name].part for name in ("scan", "stage", "merge")] == [1.0, 1.0, 1.0]
