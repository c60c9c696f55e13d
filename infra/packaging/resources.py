"""The source of the application's template: the files in infra/resources, joined into one."""

from collections.abc import Mapping
from pathlib import Path

from infra.packaging.job_kinds import Kinds, expand_job_kinds
from infra.packaging.template import Template, read_anchors, read_template

_SHARED = "shared.yaml"  # only defines anchors, which the other files use


def read_resources(root: Path) -> Template:
    """Return the template that the files in infra/resources make together."""
    joined = _read_joined(root)
    template: Template = expand_job_kinds(joined, joined.pop("JobKinds"))
    return template


def read_job_kinds(root: Path) -> Kinds:
    """Return the kinds of jobs that the files in infra/resources declare, by name."""
    kinds: Kinds = _read_joined(root)["JobKinds"]
    return kinds


def join_templates(templates: Mapping[str, Template]) -> Template:
    """Return the templates, given by the names of their files, as one.

    Raises ValueError, naming both files, when two of them define the same name.
    """
    joined: Template = {}
    files: dict[str, str] = {}  # which file defines a name
    for file, template in templates.items():
        for section, content in template.items():
            is_named = isinstance(content, dict)
            for name in [f"{section}.{name}" for name in content] if is_named else [section]:
                if name in files:
                    raise ValueError(f"{name} is defined in both {files[name]} and {file}")
                files[name] = file
            joined[section] = joined.get(section, {}) | content if is_named else content
    return joined


def _read_joined(root: Path) -> Template:
    folder = root / "infra" / "resources"
    anchors = read_anchors(folder / _SHARED)
    paths = [path for path in sorted(folder.glob("*.yaml")) if path.name != _SHARED]
    return join_templates({path.name: read_template(path, anchors) for path in paths})
