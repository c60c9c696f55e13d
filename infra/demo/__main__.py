"""Imports a file through the public API and shows its progress.

API_KEY=pik_... python -m infra.demo --api http://127.0.0.1:4566/... --records 500000
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.generate import Catalogue, write_csv
from infra.demo.client import FINAL, DemoError, ImportClient, Json
from infra.demo.progress import ImportProgress, megabytes
from infra.demo.report import print_failure, print_next_steps, print_outcomes, print_rejects

POLL_SECONDS = 0.2
SILENCE_SECONDS = 300.0
SHOWN_REJECTS = 4


def run_demo(console: Console, client: ImportClient, path: Path) -> bool:
    """Import the file at `path`; return whether the job completed."""
    client.check_health()
    size_bytes = path.stat().st_size
    if not size_bytes:
        raise DemoError(f"{path} is empty.", "Choose a file with a header row and a record.")
    created = client.create_import(path.name, size_bytes)
    job_id = created["job_id"]
    method = "as a multipart upload" if created["upload"]["method"] == "MULTIPART" else "in one PUT"
    console.print(f"  {path.name}, {megabytes(size_bytes)}, {method} to S3, {job_id}\n")
    progress = ImportProgress(console)
    with progress.show(size_bytes):
        client.upload(created, path, progress.add_uploaded)
        progress.end_upload()
        began = time.monotonic()
        job = watch(client, job_id, progress)
    seconds = time.monotonic() - began
    return report(console, client, job, seconds)


def watch(client: ImportClient, job_id: str, progress: ImportProgress) -> Json:
    """Poll the job until its status is final, showing each change; raises DemoError."""
    version, changed_at = "", time.monotonic()
    while True:
        job = client.get_job(job_id)
        progress.update(job)
        if job["status"] in FINAL:
            return job
        if job["updated_at"] != version:
            version, changed_at = job["updated_at"], time.monotonic()
        if time.monotonic() - changed_at > SILENCE_SECONDS:
            raise DemoError(
                f"{job_id} is {job['status']} and hasn't progressed for {SILENCE_SECONDS:.0f} s.",
                "See `make logs`.",
            )
        time.sleep(POLL_SECONDS)


def report(console: Console, client: ImportClient, job: Json, seconds: float) -> bool:
    """Print the result of the job; return whether it completed."""
    is_completed = bool(job["status"] == "COMPLETED")
    if is_completed:
        print_outcomes(console, job, seconds)
    else:
        print_failure(console, job)
    if job["counts"]["rejected"]:
        print_rejects(console, client.list_rejects(job["job_id"], SHOWN_REJECTS))
    print_next_steps(console, client.api_url, client.page_url, job)
    return is_completed


def read_arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.demo", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--api", default=os.environ.get("API_URL", ""), help="the API's URL")
    parser.add_argument("--records", type=int, default=500_000, help="records to generate")
    parser.add_argument("--changed", type=float, default=0.0, help="share that differs, 0 to 1")
    parser.add_argument("--file", type=Path, help="import this CSV file instead")
    return parser.parse_args(words)


def run(console: Console, given: argparse.Namespace) -> bool:
    """Import the given file, or a generated one; return whether the job completed."""
    if not given.api:
        raise DemoError("No API URL given.", "Run `make demo`, or pass --api.")
    key = os.environ.get("API_KEY", "")
    if not key:
        raise DemoError("No API key given.", "Run `make demo`, or set API_KEY.")
    client = ImportClient(given.api, key)
    client.check_health()
    if given.file:
        if not given.file.is_file():
            raise DemoError(f"{given.file} not found.")
        return run_demo(console, client, given.file)
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        path = Path(folder) / "catalogue.csv"
        with console.status(f"  Generating {given.records:,} records"):
            write_csv(Catalogue(given.records, changed_rate=given.changed), path)
        return run_demo(console, client, path)


def main(words: list[str] | None = None) -> int:
    """Run the demonstration; return the exit status."""
    console = Console(highlight=False)
    console.print()
    try:
        return 0 if run(console, read_arguments(words)) else 1
    except DemoError as error:
        console.print(Text.assemble("  ", (error.what, "bold red")), soft_wrap=True)
        for line in error.advice.splitlines():
            console.print(Text(f"  {line}"), soft_wrap=True)
        console.print()
        return 1
    except KeyboardInterrupt:
        console.print(
            "\n  Stopped watching. An import that has started continues in the background.\n"
        )
        return 130


if __name__ == "__main__":
    sys.exit(main())
