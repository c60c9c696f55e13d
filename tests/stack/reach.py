"""What the tests of the stack cannot do everywhere: said beforehand, and never told by an outcome.

A test that skipped itself because of the answer that it judges could not fail where it matters.
"""

import os

import pytest

_EMULATOR = "LocalStack" if "STACK_ENDPOINT_URL" in os.environ else "MiniStack"
_IS_IN_CONTAINERS = "STACK_DATABASE_HOST" in os.environ

# Webhooks of an emulator may be on loopback alone, and only processes of this machine can be killed
# from here: with Compose the functions and the database are in containers.
needs_this_machine = pytest.mark.skipif(
    _IS_IN_CONTAINERS,
    reason="functions and database are in containers, out of this machine's reach",
)


def left_out_by(emulator: str, why: str) -> pytest.MarkDecorator:
    """Mark what an emulator does not do: there the test must fail, so we hear when it does."""
    return pytest.mark.xfail(emulator == _EMULATOR, reason=why, raises=AssertionError, strict=True)
