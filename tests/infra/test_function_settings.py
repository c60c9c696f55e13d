"""Every function gets the settings that it needs, or fails at its cold start naming them."""

import pytest

from chalicelib.settings import NEEDED_BY, Settings, read_settings
from infra.packaging.template import Template, handlers
from tests.fakes.aws import ENVIRONMENT
from tests.infra.conftest import Resources


def test_every_function_gets_the_settings_that_have_no_default(template: Template) -> None:
    given = template["Globals"]["Function"]["Environment"]["Variables"].keys()
    required = {name for name, field in Settings.model_fields.items() if field.is_required()}
    assert {name.upper() for name in required} <= given


def test_functions_that_need_more_settings_get_them(
    template: Template, functions: Resources
) -> None:
    by_handler = {handler: functions[name] for name, handler in handlers(template).items()}
    for handler, needed in NEEDED_BY.items():
        given = by_handler[handler]["Environment"]["Variables"].keys()
        assert {name.upper() for name in needed} <= given, handler


def test_settings_of_one_function_are_declared_as_needed_by_it(
    template: Template, functions: Resources
) -> None:
    common = template["Globals"]["Function"]["Environment"]["Variables"].keys()
    for name, handler in handlers(template).items():
        own = functions[name].get("Environment", {}).get("Variables", {}).keys() - common
        needed = NEEDED_BY.get(handler, ())
        assert own == {setting.upper() for setting in needed}, name


@pytest.mark.parametrize(
    ("handler", "name"), [(handler, name) for handler, names in NEEDED_BY.items() for name in names]
)
def test_missing_setting_fails_the_cold_start_with_its_name(handler: str, name: str) -> None:
    environment = ENVIRONMENT | {"_HANDLER": handler}
    read_settings(environment)
    del environment[name.upper()]
    with pytest.raises(ValueError, match=name.upper()):
        read_settings(environment)
    read_settings(environment | {"_HANDLER": "chalicelib.events.drain.drain_events"})
