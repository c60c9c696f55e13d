"""Estimate imports of any size on AWS: time, US dollars and bottleneck.

python -m bench.model              print the tables
python -m bench.model --write      write docs/COST.md
python -m bench.model --measure    measure shares.json again
"""

import argparse
import sys

from bench.model.calibration import SHARES
from bench.model.product import EFFORT, make_effort
from bench.model.report import PAGE, make_page, make_text
from infra.local.ephemeral import ephemeral_folder


def main(words: list[str] | None = None) -> int:
    """Run the command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.model", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--write", action="store_true", help="write docs/COST.md and effort.json")
    parser.add_argument(
        "--measure", action="store_true", help="measure the share of the workers again"
    )
    parser.add_argument(
        "--records", type=int, default=500_000, help="records of the file to measure"
    )
    given = parser.parse_args(words)
    if given.measure:
        from bench.model.shares import measure_shares  # needs the dependencies of the benchmark

        with ephemeral_folder() as folder:
            SHARES.write_text(measure_shares(folder, given.records), encoding="utf-8")
    if given.write:
        PAGE.write_text(make_page(), encoding="utf-8")
        EFFORT.write_text(make_effort(), encoding="utf-8")
    print(make_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
