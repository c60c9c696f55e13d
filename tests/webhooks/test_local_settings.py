"""Settings for local stacks only: webhooks on loopback and shorter delays."""

import pytest

from chalicelib.settings import read_settings
from tests.fakes.aws import ENVIRONMENT

ASKED = {"WEBHOOK_ALLOW_LOOPBACK": "true", "WEBHOOK_SCHEDULE_SCALE": "0.01"}


def test_loopback_and_shorter_delays_are_for_emulators() -> None:
    settings = read_settings(ENVIRONMENT | ASKED | {"ACCOUNT_ID": "000000000000"})
    assert (settings.allows_loopback, settings.schedule_scale) == (True, 0.01)


@pytest.mark.parametrize("account", ["123456789012", "", "000000000001"])
def test_they_cannot_be_enabled_on_aws(account: str) -> None:
    settings = read_settings(ENVIRONMENT | ASKED | {"ACCOUNT_ID": account})
    assert (settings.allows_loopback, settings.schedule_scale) == (False, 1)


def test_an_emulator_does_not_enable_them_by_default() -> None:
    settings = read_settings(ENVIRONMENT | {"ACCOUNT_ID": "000000000000"})
    assert (settings.allows_loopback, settings.schedule_scale) == (False, 1)
