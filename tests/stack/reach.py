"""What the tests of the stack can't do everywhere, declared before they run.

A test that skips itself because of the response that it checks can't fail where it matters.
"""

import os

import pytest

_EMULATOR = "LocalStack" if "STACK_ENDPOINT_URL" in os.environ else "MiniStack"
_IS_IN_CONTAINERS = "STACK_DATABASE_HOST" in os.environ

# Emulated webhooks may only use loopback, and a test can kill only processes of this machine. With
# Compose, functions and database are in containers.
needs_this_machine = pytest.mark.skipif(
    _IS_IN_CONTAINERS,
    reason="functions and database are in containers",
)


def left_out_by(emulator: str, why: str) -> pytest.MarkDecorator:
    """Mark what an emulator doesn't support; the test must fail there, so that a fix is noticed."""
    return pytest.mark.xfail(emulator == _EMULATOR, reason=why, raises=AssertionError, strict=True)
