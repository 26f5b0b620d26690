"""Binary values have two forms, and each is found from the other, at every depth."""

from __future__ import annotations

from typing import Any

from pydamodb._codec.binary_forms import with_bytes, with_texts

TEXTS: dict[str, Any] = {
    "binary": {"B": "AP8="},
    "empty": {"B": ""},
    "set": {"BS": ["YQ==", "Yg=="]},
    "list": {"L": [{"B": "YQ=="}, {"S": "YQ=="}, {"L": [{"B": "YQ=="}]}]},
    "map": {"M": {"B": {"B": "YQ=="}, "BS": {"S": "x"}}},
    "other": {"NS": ["1"]},
    "null": {"NULL": True},
}
BYTES: dict[str, Any] = {
    "binary": {"B": b"\x00\xff"},
    "empty": {"B": b""},
    "set": {"BS": [b"a", b"b"]},
    "list": {"L": [{"B": b"a"}, {"S": "YQ=="}, {"L": [{"B": b"a"}]}]},
    "map": {"M": {"B": {"B": b"a"}, "BS": {"S": "x"}}},
    "other": {"NS": ["1"]},
    "null": {"NULL": True},
}


def test_base64_texts_become_bytes() -> None:
    """Only binary values change, also inside of lists and maps."""
    assert BYTES == with_bytes(TEXTS)


def test_bytes_become_base64_texts() -> None:
    """Those of every type that clients return or take."""
    changed = {**BYTES, "set": {"BS": [bytearray(b"a"), memoryview(b"b")]}}
    assert TEXTS == {name: with_texts(value) for name, value in changed.items()}


def test_what_has_the_form_already_stays() -> None:
    """A text is never encoded twice."""
    assert TEXTS == {name: with_texts(value) for name, value in TEXTS.items()}
