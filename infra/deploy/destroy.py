"""Deletes an installation from AWS, stack by stack, the last one first.

    python -m infra.deploy.destroy --stage staging [--yes]

It refuses while the database has deletion protection. Data is kept: the bucket, the tables and the
queues as they are, the database as a snapshot with its key. Lambda removes the functions' network
interfaces some twenty minutes after the functions; the network's stack waits for that.
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
    """Run the program; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.destroy", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--stage", required=True, help="name of the installation")
    parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")
    options = parser.parse_args(arguments)
    try:
        settings = read_stage(options.stage)
        target = Target(options.stage, settings.region, settings.account)
        Installation(target, settings, Review(is_confirmed=options.yes)).destroy()
    except (RefusedError, StackFailedError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"AWS: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
