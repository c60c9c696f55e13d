"""Deletes an installation on AWS, stack by stack, the last one first.

    python -m infra.deploy.destroy --stage staging [--yes]

It refuses while the database is protected from that. What holds data is kept: the bucket, the
tables and the queues as they are, the database as a snapshot with its key. The functions' network
interfaces go some twenty minutes after the functions, and the network's stack waits for them.
"""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.installation import Installation
from infra.deploy.review import Review
from infra.deploy.stack import StackFailedError
from infra.deploy.stage import read_stage
from infra.deploy.target import RefusedError, Target


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.destroy", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--stage", required=True, help="name of the installation")
    parser.add_argument("--yes", action="store_true", help="do not ask for its name")
    options = parser.parse_args(arguments)
    try:
        settings = read_stage(options.stage)
        target = Target(options.stage, settings.region, settings.account)
        Installation(target, settings, Review(is_agreed=options.yes)).destroy()
    except (RefusedError, StackFailedError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"AWS: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
