"""Foretell what imports of any size take on AWS: time, US dollars, and what holds them up.

python -m bench.model              the tables
python -m bench.model --write      docs/COST.md, with the same
python -m bench.model --measure    measure anew what the model is made from, beside the bench
"""

import argparse
import sys

from bench.model.calibration import SHARES
from bench.model.report import PAGE, make_page, make_text
from infra.local.ephemeral import ephemeral_folder


def main(words: list[str] | None = None) -> int:
    """Run the command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.model", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--write", action="store_true", help="write docs/COST.md")
    parser.add_argument("--measure", action="store_true", help="measure the workers' share anew")
    parser.add_argument("--records", type=int, default=500_000, help="of the file for that")
    given = parser.parse_args(words)
    if given.measure:
        from bench.model.shares import measure_shares  # it needs what the bench needs

        with ephemeral_folder() as folder:
            SHARES.write_text(measure_shares(folder, given.records), encoding="utf-8")
    if given.write:
        PAGE.write_text(make_page(), encoding="utf-8")
    print(make_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
