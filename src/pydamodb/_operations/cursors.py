"""Cursors: the place where a page ended, as text that is safe in URLs. Pure.

A cursor is the base64 form of a checksum and of the start key in DynamoDB's JSON. The checksum includes the operation,
table and index, so a cursor is valid only for these. It is no secret and no signature.

A signed cursor has a signature in the place of the checksum. It is valid only for what the page was. Anybody can read
both forms.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, cast

from pydantic_core import from_json

from pydamodb._codec.attribute_values import AttributeValue

_CHECKSUM_SIZE = 8
_SIGNATURE_SIZE = 16
_SIGNED = "s1."  # no unsigned cursor has a period


class CursorScope(NamedTuple):
    """The operation, table and index for which a cursor is valid."""

    operation: str
    table_name: str
    index_name: str | None


def cursor_of(scope: CursorScope, start_key: Mapping[str, AttributeValue]) -> str:
    """Return the cursor of a start key; the same key has the same cursor."""
    payload = json.dumps(start_key, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    return _url_safe(_checksum(scope, payload) + payload)


def start_key_of(scope: CursorScope, cursor: str) -> dict[str, AttributeValue] | None:
    """Return the start key of a cursor, None if the cursor does not belong to this scope."""
    try:
        content = b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        payload = content[_CHECKSUM_SIZE:]
        if content[:_CHECKSUM_SIZE] != _checksum(scope, payload) or _url_safe(content) != cursor:
            return None
        start_key: object = from_json(payload)
    except ValueError:
        return None
    # Anybody can compute the checksum, so the payload can be any JSON.
    return cast("dict[str, AttributeValue]", start_key) if _is_start_key(start_key) else None


class SignedScope(NamedTuple):
    """What a page was. A signed cursor is valid for this, with any filter, limit and projection."""

    operation: str
    table_name: str
    index_name: str | None
    model_name: str
    key_condition: str
    is_forward: bool
    segment: tuple[int | None, int | None]


def signed_cursor_of(keys: Sequence[bytes], scope: SignedScope, start_key: Mapping[str, AttributeValue]) -> str:
    """Return the cursor of a start key, signed with the first key."""
    payload = json.dumps(start_key, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    return _SIGNED + _url_safe(_signature(keys[0], scope, payload) + payload)


def signed_start_key_of(keys: Sequence[bytes], scope: SignedScope, cursor: str) -> dict[str, AttributeValue] | None:
    """Return the start key of a signed cursor, None if no key has signed it for this scope."""
    try:
        text = cursor.removeprefix(_SIGNED)
        content = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    signature, payload = content[:_SIGNATURE_SIZE], content[_SIGNATURE_SIZE:]
    # All keys are tried, so that the time does not tell which one has signed.
    verified = [hmac.compare_digest(_signature(key, scope, payload), signature) for key in keys]
    if not any(verified) or _SIGNED + _url_safe(content) != cursor:
        return None
    return cast("dict[str, AttributeValue]", from_json(payload))


def is_signed(cursor: str) -> bool:
    """Return True for the form of a signed cursor."""
    return cursor.startswith(_SIGNED)


def _signature(key: bytes, scope: SignedScope, payload: bytes) -> bytes:
    about = json.dumps(scope).encode()  # one text for one scope
    return hmac.digest(key, b"pydamodb-cursor-1\n" + about + b"\n" + payload, "sha256")[:_SIGNATURE_SIZE]


def _is_start_key(start_key: object) -> bool:
    if not isinstance(start_key, dict):
        return False
    for value in cast("dict[str, object]", start_key).values():
        if not isinstance(value, dict):
            return False
        contents = list(cast("dict[str, object]", value).values())
        if len(contents) != 1 or not isinstance(contents[0], str):
            return False
    return True


def _url_safe(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _checksum(scope: CursorScope, payload: bytes) -> bytes:
    return sha256(json.dumps(scope).encode() + b"\n" + payload).digest()[:_CHECKSUM_SIZE]
