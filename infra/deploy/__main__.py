"""Deploys to AWS or to an emulator.

    python -m infra.deploy --stage prod [--yes]
    python -m infra.deploy --stage local --endpoint-url http://127.0.0.1:4566 --set DatabaseHost=...

On AWS, infra/stages/prod.toml has the settings of the installation; its account must be that of the
credentials. Each stack is deployed by a change set that the program shows and asks to confirm; a
stack without changes is left alone. Then the database is migrated. The first deployment creates an
API key with all scopes and prints it once; --another-key creates another if all keys are lost. On
an emulator there is only the application's stack; the program reads its database's password from
the environment (DATABASE_PASSWORD), not from the command line.
"""

import argparse
import os
import sys
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.application import Deployed, deploy
from infra.deploy.installation import Installation
from infra.deploy.keys import KeyNotIssuedError, issue_key
from infra.deploy.migrate import MigrationFailedError
from infra.deploy.review import Review
from infra.deploy.stack import StackFailedError
from infra.deploy.stage import read_stage
from infra.deploy.target import RefusedError, Target
from infra.packaging.dependencies import Runtime, host_runtime
from infra.packaging.package import Package, build_package

_FAULTS = (RefusedError, StackFailedError, MigrationFailedError, KeyNotIssuedError)


def main(arguments: list[str] | None = None) -> int:
    """Run the program; return its exit status."""
    options = _parse(arguments)
    make_package = partial(build_package, Runtime(host_runtime().python, options.architecture))
    if options.package_only:
        package = make_package()
        megabytes = package.unzipped_bytes / 1e6
        print(f"{package.template_path}\n{package.code_path} ({megabytes:.0f} MB unzipped)")
        return 0
    try:
        return _deploy(options, make_package)
    except _FAULTS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    except (ClientError, BotoCoreError) as error:
        print(f"{'The emulator' if options.endpoint_url else 'AWS'}: {error}", file=sys.stderr)
    return 1


def _deploy(options: argparse.Namespace, make_package: "partial[Package]") -> int:
    edge = None
    if options.endpoint_url:
        target = Target(options.stage, endpoint_url=options.endpoint_url)
        deployed = deploy(target, _parameters(options), make_package())
    else:
        settings = read_stage(options.stage)
        target = Target(options.stage, settings.region, settings.account)
        target.identify()  # before building anything
        review = Review(is_confirmed=options.yes, replaceable=frozenset(options.replace))
        deployed, edge = Installation(target, settings, review).deploy(make_package())
    key = issue_key(target, deployed.issue_key_name, is_another=options.another_key)
    _print(deployed, edge, key)
    return 0


def _print(deployed: Deployed, edge: str | None, key: str | None) -> None:
    print(f"API            {deployed.api_url}")
    print(f"page           {edge or deployed.api_url}/")
    print(f"bucket         {deployed.bucket}")
    print(f"state machine  {deployed.state_machine_arn}")
    if key is not None:
        print(f"key            {key}\n               It has all scopes. It isn't shown again.")


def _parameters(options: argparse.Namespace) -> dict[str, str]:
    values: dict[str, str] = dict(pair.split("=", 1) for pair in options.set)
    if "DATABASE_PASSWORD" in os.environ:
        values["DatabasePassword"] = os.environ["DATABASE_PASSWORD"]
    return values


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--stage", default="local", help="name of the installation")
    parser.add_argument(
        "--yes", action="store_true", help="confirm every change except a loss of data"
    )
    parser.add_argument(
        "--replace",
        action="append",
        default=[],
        metavar="ID",
        help="allow the loss of its data",
    )
    parser.add_argument("--endpoint-url", help="deploy to an emulator on this machine")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter, for emulators",
    )
    architectures = ("x86_64", "arm64")
    parser.add_argument("--architecture", choices=architectures, default="x86_64")
    parser.add_argument("--another-key", action="store_true", help="create a key with all scopes")
    parser.add_argument("--package-only", action="store_true", help="build the package only")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
