"""Each test of a deployed webhook begins without pending events."""

import pytest

from tests.stack.emulator import Emulator


@pytest.fixture(autouse=True)
def no_pending_events(emulator: Emulator) -> None:
    """Wait for pending events: a new webhook would receive those of earlier tests."""
    emulator.wait_for_fan_out()
