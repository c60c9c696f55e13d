"""Each test of a deployed webhook begins when there is nothing left to tell."""

import pytest

from tests.stack.emulator import Emulator


@pytest.fixture(autouse=True)
def nothing_left_to_tell(emulator: Emulator) -> None:
    """A webhook is told what is still on its way when it is made: let it be nothing of others'."""
    emulator.wait_for_fan_out()
