"""The released OpenAPI documents: the file in the tree, and that of the last release."""

import json
import subprocess
from pathlib import Path
from typing import Any

from infra.openapi.breaking import find_breaks, may_break
from infra.packaging.package import ROOT

Json = dict[str, Any]

PATH = "docs/openapi.json"


def make_text(document: Json) -> str:
    """Return the text of a document's file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_released(root: Path = ROOT) -> list[Json]:
    """Return the documents that a new one must not break: the file's, and the last release's.

    The last release is the latest tag, or the last commit where there is no tag.
    """
    path = root / PATH
    found = [path.read_text(encoding="utf-8")] if path.exists() else []
    tag = _git(root, "describe", "--tags", "--abbrev=0")
    committed = _git(root, "show", f"{(tag or 'HEAD').strip()}:{PATH}")
    texts = dict.fromkeys([*found, *([committed] if committed else [])])
    return [json.loads(text) for text in texts]


def find_unversioned_breaks(released: Json, document: Json) -> list[str]:
    """Return the breaking changes since `released`; none where the version allows them."""
    versions = released["info"]["version"], document["info"]["version"]
    return [] if may_break(*versions) else find_breaks(released, document)


def _git(root: Path, *arguments: str) -> str | None:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else None  # there is no tag, file or repository
