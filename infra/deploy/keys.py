"""The first API key of a deployment: made here, so that its secret never leaves this program.

The stack's own function stores its hash. On AWS only a first key is made, and shown once.
"""

import json
from datetime import UTC, datetime

from chalicelib.keys.tokens import KeyToken, hash_secret, new_token, read_token
from infra.deploy.target import Target


class KeyNotIssuedError(Exception):
    """The stack is deployed, but its function couldn't store the key."""


def issue_key(
    target: Target, function_name: str, text: str | None = None, *, is_another: bool = False
) -> str | None:
    """Have the stack store a new key with all scopes and return it.

    Returns None if the stack has had a first key, unless `is_another`. A key given as `text` is
    stored in any case. Raises KeyNotIssuedError.
    """
    token = new_token(datetime.now(UTC)) if text is None else _read(text)
    event = {
        "key_id": token.key_id,
        "name": f"deployment of {target.stage}",
        "secret_hash": hash_secret(token.secret),
        "only_first": text is None and not is_another,
    }
    answer = target.client("lambda").invoke(
        FunctionName=function_name, Payload=json.dumps(event).encode()
    )
    result = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer or not isinstance(result, dict) or "outcome" not in result:
        raise KeyNotIssuedError(f"issue_key answered {json.dumps(result)[:500]}")
    return token.text if result["outcome"] == "made" else None


def _read(text: str) -> KeyToken:
    token = read_token(text)
    if token is None:
        raise KeyNotIssuedError("the text given isn't a key")
    return token
