"""The package of this tree, made once for all tests."""

from typing import Any

import pytest

from infra.packaging.package import Package, build_package
from infra.packaging.template import Template, of_type

Resources = dict[str, dict[str, Any]]  # properties of resources of one type, by logical id


@pytest.fixture(scope="session")
def package() -> Package:
    return build_package()


@pytest.fixture(scope="session")
def template(package: Package) -> Template:
    return package.read_template()


@pytest.fixture(scope="session")
def functions(template: Template) -> Resources:
    return of_type(template, "AWS::Serverless::Function")
