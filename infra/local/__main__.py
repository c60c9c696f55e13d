"""The local stack's commands: `python -m infra.local up`, and the others of COMMANDS below."""

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
    """Start what does not run, deploy this tree, print where it is."""
    started = time.monotonic()
    kept = stack.read_addresses()
    try:
        addresses = stack.start()
    except (StartFailedError, StackFailedError, MigrationFailedError, KeyNotIssuedError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\nup in {time.monotonic() - started:.1f} s")
    _print(addresses)
    print(f"  key         {addresses.api_key}")
    if kept is None:
        _warm_meanwhile()
        print("Jobs and uploads live in the emulator's memory: they begin empty at every start.")
    return 0


def _warm_meanwhile() -> None:
    # Nobody waits for it; it ends by itself, also when the stack goes down under it.
    log = stack.STATE / "warm.log"
    command = [sys.executable, "-m", "infra.local", "warm"]
    spawn(command, folder=ROOT, log=log, environment=os.environ)


def warm() -> int:
    """Call every function once, so that the first import does not wait for cold starts."""
    addresses = stack.read_addresses()
    if addresses is None:
        return 1
    failed = warm_functions(stack.local_target(addresses.endpoint_url), addresses.api_key)
    print(f"failed: {', '.join(failed)}" if failed else "every function has been called")
    return 1 if failed else 0


def down() -> int:
    """Stop everything; the catalogue stays in PostgreSQL."""
    stack.stop()
    print("down; the catalogue is kept (make reset deletes it)")
    return 0


def reset() -> int:
    """Stop everything and delete it."""
    stack.remove()
    print("down, and everything it held is deleted")
    return 0


def status() -> int:
    """Print what runs; the exit status is 0 only when the stack is up."""
    addresses = stack.read_addresses()
    if addresses is None:
        print("the local stack is down (make up starts it)")
        return 1
    _print(addresses)
    print("  key         in .local/key (make key prints it)")
    return 0


def address() -> int:
    """Print the API's URL and nothing else."""
    addresses = stack.read_addresses()
    print(addresses.api_url if addresses else "")
    return 0 if addresses else 1


def key() -> int:
    """Print the API's key and nothing else."""
    addresses = stack.read_addresses()
    print(addresses.api_key if addresses else "")
    return 0 if addresses else 1


def logs() -> int:
    """Follow the logs until interrupted."""
    paths = stack.logs()
    if not paths:
        print("no logs: the local stack has not been started (make up starts it)")
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
    """Run one command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args().command]()


if __name__ == "__main__":
    sys.exit(main())
