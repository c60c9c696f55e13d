"""What each function may call of AWS is what it calls: no call that is refused, no power unused.

These tests come last, and judge the calls that all the others have made. What the policies leave
unused is only judged when all the others have run.
"""

from pathlib import Path

import pytest

from infra.local.stack import Addresses
from infra.package import build_package
from infra.template import Template
from tests.stack.policies import Permission, read_allowed, read_called, without_reasons

pytestmark = pytest.mark.stack

# Beside what AWS itself does by a function's role. Each is called in a case that no test of the
# stack can bring about, and in which it has to be allowed.
_REASONS: dict[str, str] = {}


@pytest.fixture(scope="module")
def template() -> Template:
    return build_package().read_template()


@pytest.fixture(scope="module")
def called(recording: Path, stack: Addresses) -> set[Permission]:
    return read_called(recording, stack)


def test_every_call_is_allowed(called: set[Permission], template: Template) -> None:
    assert called, "nothing was recorded"
    assert sorted(map(str, called - read_allowed(template))) == []


def test_everything_that_is_allowed_is_called(called: set[Permission], template: Template) -> None:
    unused = without_reasons(read_allowed(template) - called, _REASONS)
    assert sorted(map(str, unused)) == []


def test_every_reason_is_needed(called: set[Permission], template: Template) -> None:
    unused = {str(permission) for permission in read_allowed(template) - called}
    assert _REASONS.keys() <= unused
