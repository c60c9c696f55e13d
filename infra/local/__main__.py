"""The commands of the local stack, such as `python -m infra.local up`."""

import argparse
import os
import subprocess
import sys
import time

import psycopg2

from infra.deploy.keys import KeyNotIssuedError
from infra.deploy.migrate import MigrationFailedError
from infra.deploy.stack import StackFailedError
from infra.local import stack
from infra.local.processes import StartFailedError, spawn
from infra.local.warm import warm as warm_functions
from infra.packaging.package import ROOT


def up() -> int:
    """Start what isn't running, deploy this tree and print the addresses."""
    started = time.monotonic()
    kept = stack.read_addresses()
    try:
        addresses = stack.start()
    except (StartFailedError, StackFailedError, MigrationFailedError, KeyNotIssuedError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\nStarted in {time.monotonic() - started:.1f} s")
    _print(addresses)
    print(f"  key         {addresses.api_key}")
    if kept is None:
        _warm_in_background()
        print("The emulator keeps jobs and uploads in memory: they are empty after every start.")
    return 0


def _warm_in_background() -> None:
    # It runs in the background and ends by itself, even if the stack stops meanwhile.
    log = stack.STATE / "warm.log"
    command = [sys.executable, "-m", "infra.local", "warm"]
    spawn(command, folder=ROOT, log=log, environment=os.environ)


def warm() -> int:
    """Call every function once, so that the first import doesn't wait for cold starts."""
    addresses = stack.read_addresses()
    if addresses is None:
        return 1
    failed = warm_functions(stack.local_target(addresses.endpoint_url), addresses.api_key)
    print(f"Failed: {', '.join(failed)}" if failed else "Called every function")
    return 1 if failed else 0


def down() -> int:
    """Stop everything; keeps the catalogue in PostgreSQL."""
    stack.stop()
    print("Stopped. The catalogue is kept; make reset deletes it.")
    return 0


def reset() -> int:
    """Stop everything and delete it."""
    stack.remove()
    print("Stopped, and deleted all data")
    return 0


def status() -> int:
    """Print the addresses; return 0 only if the stack is running."""
    addresses = stack.read_addresses()
    if addresses is None:
        print("The local stack isn't running. Start it with make up.")
        return 1
    _print(addresses)
    print("  key         in .local/key; make key prints it")
    return 0


def address() -> int:
    """Print the API's URL and nothing else."""
    addresses = stack.read_addresses()
    print(addresses.api_url if addresses else "")
    return 0 if addresses else 1


def key() -> int:
    """Print the API key and nothing else."""
    addresses = stack.read_addresses()
    print(addresses.api_key if addresses else "")
    return 0 if addresses else 1


def logs() -> int:
    """Follow the logs until interrupted."""
    paths = stack.logs()
    if not paths:
        print("There are no logs: the local stack hasn't been started. Start it with make up.")
        return 1
    try:
        return subprocess.call(["tail", "-n", "100", "-F", *map(str, paths)])
    except KeyboardInterrupt:
        return 0


def _print(addresses: stack.Addresses) -> None:
    database = addresses.database
    print(f"  page        {addresses.page_url}")
    print(f"  API         {addresses.api_url}")
    print(f"  S3          {addresses.endpoint_url}  (bucket {addresses.bucket})")
    print(
        f"  PostgreSQL  {database.host}:{database.port}/{database.name}, user {database.user},"
        f" {_count(database.dsn)}; password in .local/addresses.json"
    )


def _count(dsn: str) -> str:
    connection = psycopg2.connect(dsn, connect_timeout=3)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM products")
            (count,) = cursor.fetchone() or (0,)
    finally:
        connection.close()
    return f"{count:,} products"


COMMANDS = {
    "up": up,
    "down": down,
    "reset": reset,
    "status": status,
    "address": address,
    "key": key,
    "warm": warm,
    "logs": logs,
}


def main() -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args().command]()


if __name__ == "__main__":
    sys.exit(main())
