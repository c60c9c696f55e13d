"""Runs the properties of imports against a copy of the package, with a fault in it or without.

A run is a process, forked from one that has loaded the libraries. Every run of a property draws the
same examples.
"""

import multiprocessing
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
from hypothesis import HealthCheck, Phase, settings
from psycopg2.extensions import connection as Connection

PROPERTIES = "spans states ranges pieces oracle groups plans edits stage".split()

# A fault that makes a run never end is found as well. It is CPU time, so that a busy machine finds
# no more than an idle one.
_CPU_SECONDS = 120
_LIBRARIES = "boto3 hypothesis numpy openpyxl psycopg2 pydantic pytest requests".split()
_HELD, _FAILED = 0, 3  # exit statuses; Python's own for an error is 1
_COPIED = ("chalicelib", "infra", "tests")
_SAID = "error.txt"  # in the folder of a run that failed to begin
_PROFILE = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(_LIBRARIES)


class BrokenRunError(Exception):
    """A run ended for another reason than its property, such as a module that can't be imported."""


def holds(name: str, folder: Path, dsn: str) -> bool:
    """Run a property against the package in `folder`; return whether it holds."""
    process = _processes.Process(target=_run, args=(name, folder, dsn))
    process.start()
    process.join()
    if process.exitcode not in (_HELD, _FAILED, -signal.SIGXCPU):
        said = folder / _SAID
        raise BrokenRunError(said.read_text() if said.exists() else f"exit {process.exitcode}")
    return process.exitcode == _HELD


def _run(name: str, folder: Path, dsn: str) -> None:
    """Exit with one of two statuses, or with another if the property can't be run."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, resource.RLIM_INFINITY))
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        for loaded in [module for module in sys.modules if module.split(".")[0] in _COPIED]:
            del sys.modules[loaded]
        settings.register_profile("mutation", _PROFILE)
        settings.load_profile("mutation")
        check = _find_properties()[name]
    except BaseException:  # noqa: BLE001  # for the calling process to tell
        Path(_SAID).write_text(traceback.format_exc())
        os._exit(1)
    try:
        with closing(psycopg2.connect(dsn)) as connection:
            check(connection)
    except Exception:  # noqa: BLE001  # any exception means the fault was found
        os._exit(_FAILED)
    os._exit(_HELD)


def _find_properties() -> dict[str, Callable[[Connection], object]]:
    # Only now: the properties take their number of examples from the profile.
    from tests.imports import (
        test_chunks,
        test_grouped_rows,
        test_import_against_oracle,
        test_plan,
        test_plan_and_apply,
        test_scan,
        test_stage,
    )

    oracle, plans = test_import_against_oracle, test_plan_and_apply

    def check_edits(connection: Connection) -> None:
        for edit in plans.EDITS:
            plans.test_product_that_is_not_as_planned_is_found_and_kept(connection, edit)
            connection.rollback()
            plans.test_overwriting_apply_leaves_what_the_file_says(connection, edit)
            connection.rollback()
        for check in (
            plans.test_plan_skips_no_record_that_changes_nothing,
            plans.test_overwriting_update_of_a_deleted_product_is_skipped,
            plans.test_prices_that_change_much_and_quantities_that_become_zero_are_counted,
            plans.test_overwriting_record_whose_values_the_product_has_by_now_is_unchanged,
        ):
            check(connection)
            connection.rollback()

    def without_database(check: Callable[[], object]) -> Callable[[Connection], object]:
        return lambda _: check()

    return {
        "spans": without_database(
            test_scan.test_joined_spans_count_records_and_lines_as_csv_reader_does
        ),
        "states": without_database(
            test_scan.test_span_entered_in_any_state_equals_reading_from_that_state
        ),
        "ranges": without_database(
            test_plan.test_ranges_start_with_records_on_their_lines_and_cover_the_source
        ),
        "pieces": without_database(
            test_chunks.test_pieces_cut_anywhere_give_the_records_and_lines_of_csv_reader
        ),
        "oracle": oracle.test_catalogue_counts_and_rejects_equal_a_serial_reader,
        "groups": test_grouped_rows.test_rows_in_groups_equal_a_serial_reader,
        "plans": plans.test_plan_counts_what_its_apply_then_counts_and_what_a_serial_reader_counts,
        "edits": check_edits,
        "stage": test_stage.test_skipped_and_blank_rows_are_counted_and_not_staged,
    }
