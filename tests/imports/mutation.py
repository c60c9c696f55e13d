"""Run the properties of imports against the package in the current folder: `-m ... <dsn>`.

Used with a copy of the package that has a fault on purpose. Exits with 1 at the first property that
finds it. Every run draws the same examples.
"""

import sys
from contextlib import closing

import psycopg2
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutation",
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def main(dsn: str) -> int:
    """Return 0 when every property holds."""
    settings.load_profile("mutation")
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

    try:
        test_scan.test_joined_spans_count_records_and_lines_as_csv_reader_does()
        test_scan.test_span_entered_in_any_state_equals_reading_from_that_state()
        test_plan.test_ranges_start_with_records_on_their_lines_and_cover_the_source()
        test_chunks.test_pieces_cut_anywhere_give_the_records_and_lines_of_csv_reader()
        with closing(psycopg2.connect(dsn)) as connection:
            oracle = test_import_against_oracle
            oracle.test_catalogue_counts_and_rejects_equal_a_serial_reader(connection)
            test_grouped_rows.test_rows_in_groups_equal_a_serial_reader(connection)
            plans = test_plan_and_apply
            plans.test_plan_counts_what_its_apply_then_counts_and_what_a_serial_reader_counts(
                connection
            )
            for edit in plans.EDITS:
                connection.rollback()
                plans.test_product_that_is_not_as_planned_is_found_and_kept(connection, edit)
                connection.rollback()
                plans.test_overwriting_apply_leaves_what_the_file_says(connection, edit)
            connection.rollback()
            plans.test_plan_skips_no_record_that_changes_nothing(connection)
            connection.rollback()
            plans.test_overwriting_update_of_a_deleted_product_is_skipped(connection)
            connection.rollback()
            plans.test_prices_that_change_much_and_quantities_that_become_zero_are_counted(
                connection
            )
            connection.rollback()
            plans.test_overwriting_record_whose_values_the_product_has_by_now_is_unchanged(
                connection
            )
            connection.rollback()
            test_stage.test_skipped_and_blank_rows_are_counted_and_not_staged(connection)
    except Exception as error:  # noqa: BLE001  # any exception means the fault was found
        print(type(error).__name__)  # read by the calling process
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
