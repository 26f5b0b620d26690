"""Whether a stored item is what an instance says: the parts of index keys that an update takes from the instance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._operations.following_keys import _differs


class Doc(BaseModel):
    total: Decimal | None = None
    text: str | None = None


@pytest.mark.parametrize(
    ("name", "value", "item", "expected"),
    [
        ("text", "a", {"text": {"S": "a"}}, False),
        ("text", "a", {"text": {"S": "b"}}, True),
        ("text", "a", {"text": {"N": "1"}}, True),
        ("text", "a", {}, True),
        ("text", None, {}, False),
        ("text", None, {"text": {"NULL": True}}, False),
        ("text", None, {"text": {"S": "a"}}, True),
        ("total", Decimal("1.5"), {"total": {"N": "1.50"}}, False),
        ("total", Decimal(100), {"total": {"N": "1E+2"}}, False),
        ("total", Decimal(1), {"total": {"N": "1.5"}}, True),
        ("total", Decimal(1), {"total": {"S": "1"}}, True),
    ],
)
def test_values_are_compared_as_dynamodb_compares_them(
    table_for: Any, name: str, value: Any, item: dict[str, Any], *, expected: bool
) -> None:
    """Numbers by their value, and an absent attribute is None."""
    assert expected is _differs(table_for(Doc).paths[name], value, item)
