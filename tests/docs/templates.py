"""The template as infra/resources.yaml has it: its parameters and resources."""

from typing import Any

import yaml

from tests.architecture.tree import ROOT


class _Loader(yaml.SafeLoader):
    """Reads a template without its intrinsic functions."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix} {node.value}")
_TEXT = (ROOT / "infra" / "resources.yaml").read_text(encoding="utf-8")
# S506: the loader is SafeLoader's own kind
_TEMPLATE: dict[str, dict[str, Any]] = yaml.load(_TEXT, _Loader)  # noqa: S506
PARAMETERS: dict[str, dict[str, Any]] = _TEMPLATE["Parameters"]
RESOURCES: dict[str, dict[str, Any]] = _TEMPLATE["Resources"]
