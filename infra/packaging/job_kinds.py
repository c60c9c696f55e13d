"""The kinds of jobs in the template: values for all kinds are written once and expanded.

A file in infra/resources adds a kind in its section JobKinds, which names the kind's state machine
(Workflow), the function that ends its failed jobs (FailFunction) and the rule that calls it when
an execution fails (FailureRule). Other files refer to all kinds by two short forms:

- `!EachJobKind [!Ref Workflow]` stands for a list with that value for each kind, once for kinds
  that share it. In a list, its items are inserted.
- `!JobKindMapping "${Workflow}"` stands for a JSON object, as text, of that value by kind.

In both, the three words are replaced by the names that the kind gives.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

Kind = Mapping[str, str]
Kinds = Mapping[str, Kind]

_WORDS = {"Workflow", "FailFunction", "FailureRule"}
_EACH, _MAPPING = "Fn::EachJobKind", "Fn::JobKindMapping"


def expand_job_kinds(template: Any, kinds: Kinds) -> Any:
    """Return a template, or a part of one, with the short forms written out.

    Raises ValueError for a kind that doesn't name all three.
    """
    for name, kind in kinds.items():
        if kind.keys() != _WORDS:
            raise ValueError(f"job kind {name} must name exactly {', '.join(sorted(_WORDS))}")
    return _expand(template, kinds)


def _expand(part: Any, kinds: Kinds) -> Any:
    if isinstance(part, list):
        return [item for member in part for item in _expand_member(member, kinds)]
    if not isinstance(part, dict):
        return part
    if _EACH in part:
        [item] = part[_EACH]
        filled = [_fill(item, kind) for kind in kinds.values()]
        return [value for n, value in enumerate(filled) if value not in filled[:n]]
    if _MAPPING in part:
        mapping = {name: _fill(part[_MAPPING], kind) for name, kind in kinds.items()}
        return {"Fn::Sub": json.dumps(mapping)}
    return {name: _expand(value, kinds) for name, value in part.items()}


def _expand_member(member: Any, kinds: Kinds) -> Iterable[Any]:
    expanded = _expand(member, kinds)
    return expanded if isinstance(member, dict) and _EACH in member else [expanded]


def _fill(value: Any, kind: Kind) -> Any:
    """Return `value` with the words replaced by the names of one kind."""
    words = re.compile(rf"\b({'|'.join(_WORDS)})\b")
    return json.loads(words.sub(lambda found: kind[found[0]], json.dumps(value)))
