"""The document as it was released: the file that is committed, and the one before it."""

import json
import subprocess
from pathlib import Path
from typing import Any

from infra.openapi.breaking import find_breaks, has_moved
from infra.packaging.package import ROOT

Json = dict[str, Any]

PATH = "docs/openapi.json"


def write_text(document: Json) -> str:
    """Return a document as its file has it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_released(root: Path = ROOT) -> list[Json]:
    """Return the documents that a new one must not break: the file's, and the last release's.

    The last release is the last tag; before there is one, it is the last commit.
    """
    path = root / PATH
    found = [path.read_text(encoding="utf-8")] if path.exists() else []
    tag = _git(root, "describe", "--tags", "--abbrev=0")
    committed = _git(root, "show", f"{(tag or 'HEAD').strip()}:{PATH}")
    texts = dict.fromkeys([*found, *([committed] if committed else [])])
    return [json.loads(text) for text in texts]


def refuse_breaks(released: Json, document: Json) -> list[str]:
    """Return what breaks clients of `released`, unless the version says that it may."""
    versions = released["info"]["version"], document["info"]["version"]
    return [] if has_moved(*versions) else find_breaks(released, document)


def _git(root: Path, *arguments: str) -> str | None:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else None  # no tag, no such file, no repository
