"""The package of this tree, made once for the tests of what is in it."""

import pytest

from infra.package import Package, build_package
from infra.template import Template


@pytest.fixture(scope="session")
def package() -> Package:
    return build_package()


@pytest.fixture(scope="session")
def template(package: Package) -> Template:
    return package.read_template()
