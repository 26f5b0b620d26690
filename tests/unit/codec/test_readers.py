"""Readers: what of an item is needed to make a model of it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pydamodb._codec.readers import Reader


class Character(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: str = Field(alias="full-name")
    age: int
    nick: str | None = None


class Named(BaseModel):
    name: str
    nick: str = ""


@pytest.mark.parametrize(
    ("reader", "required"),
    [
        (Reader(Character), {"full-name", "age"}),
        (Reader(Named, (("full-name", "name"), ("nick", "nick"))), {"full-name"}),
    ],
    ids=["the whole item", "a smaller model"],
)
def test_an_item_is_read_with_the_attributes_of_the_fields_that_have_no_default(
    reader: Reader, required: set[str]
) -> None:
    """Under their names in the item, also where a smaller model calls them otherwise."""
    assert required == reader.required
