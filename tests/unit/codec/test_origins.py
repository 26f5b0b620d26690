"""What an instance keeps of the item that it was read from."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from pydantic import BaseModel, model_validator
from pydantic_core import PydanticOmit

from pydamodb import PrimaryKeyModel
from pydamodb._codec.origins import SLOT, keep_origin, set_unknown, share_origin, unknown_of
from pydamodb._codec.validators import batch_reader, item_reader, page_reader

X = {"x": {"S": "x"}}


class Hero(PrimaryKeyModel):
    """A model."""

    name: str


class Mixed(Hero):
    """A model with a slot of its own."""

    __slots__ = ("own",)


def item(name: str, **more: Any) -> dict[str, Any]:
    """Return an item with an attribute that the model does not know, made of its name."""
    return {"name": {"S": name}, "x": {"S": name * 2}, **more}


def read(reader: Any, reply: dict[str, Any]) -> Any:
    """Read a reply by its bytes."""
    return reader(json.dumps(reply, separators=(",", ":")).encode())


def test_each_model_of_a_reply_has_its_own() -> None:
    """A page, an item, and the items of several tables."""
    page = read(page_reader(Hero), {"Items": [item("a"), item("b"), {"name": {"S": "c"}}], "Count": 3})
    one = read(item_reader(Hero), {"Item": item("a")})
    batch = read(batch_reader(Hero, (("name", "S"),)), {"Responses": {"t": [item("a")], "u": [item("b")]}})

    assert [{"x": {"S": "aa"}}, {"x": {"S": "bb"}}, {}] == [unknown_of(hero) for hero in page["Models"]]
    assert {"x": {"S": "aa"}} == unknown_of(one["Model"])
    assert [[{"x": {"S": "aa"}}], [{"x": {"S": "bb"}}]] == [
        [*map(unknown_of, each)] for each in batch["Models"].values()
    ]
    assert "Model" not in read(item_reader(Hero), {})


def test_an_item_that_was_not_read_has_its_place() -> None:
    """An unread item between others does not move them."""
    page = read(page_reader(Hero), {"Items": [item("a"), {"name": {"N": "1"}}, item("b")], "Count": 3})

    assert ("aa", "bb") == tuple(unknown_of(page["Models"][index])["x"]["S"] for index in (0, 2))  # type: ignore[index]
    assert not page.get("AllRead")


@pytest.mark.parametrize("unread", [None, 1, 998])
def test_a_page_of_many_pieces_says_whether_all_of_it_is_read(unread: int | None) -> None:
    """Each item has its own attributes, whichever piece it is in, and an unread one in any piece counts."""
    items = [{"name": {"N": "1"}} if index == unread else item(f"{index}", y={"S": "y" * 99}) for index in range(999)]
    page = read(page_reader(Hero), {"Items": items, "Count": 999})

    assert (unread is None) == page.get("AllRead", False)
    for index, hero in enumerate(page["Models"]):
        if index != unread:
            assert {"x": {"S": f"{index}" * 2}, "y": {"S": "y" * 99}} == unknown_of(hero)


def test_items_that_a_validator_leaves_out_make_a_page_unknown() -> None:
    """Nobody knows then which item is whose: the instance counts as read in part, and is not saved."""

    class Omitting(Hero):
        @model_validator(mode="after")
        def leave_out(self) -> Omitting:
            """Leave out one name."""
            if self.name == "a":
                raise PydanticOmit
            return self

    page = read(page_reader(Omitting), {"Items": [item("a"), item("b")], "Count": 2})

    assert [None] == [unknown_of(hero) for hero in page["Models"]]


def test_models_that_are_no_tables_keep_nothing() -> None:
    """A plain model, such as a projection, has no place for it."""

    class Plain(BaseModel):
        name: str

    plain = read(item_reader(Plain), {"Item": item("a")})["Model"]
    keep_origin(plain, item("a"))
    set_unknown(plain, None)

    assert {} == unknown_of(plain)
    assert not hasattr(plain, SLOT)


def test_an_instance_gets_the_origin_of_another() -> None:
    """Also none, in the place of one that it had."""
    hero, other = Hero(name="a"), Hero(name="a")
    share_origin(hero, other)
    assert {} == unknown_of(hero)
    keep_origin(other, item("a"))
    share_origin(hero, other)
    assert {"x": {"S": "aa"}} == unknown_of(hero)
    share_origin(hero, Hero(name="b"))
    assert {} == unknown_of(hero)


@pytest.mark.parametrize("model", [Hero, Mixed])
@pytest.mark.parametrize("unknown", [X, {}, None], ids=["some", "none", "in part"])
def test_copies_and_pickles_have_it(model: type[Hero], unknown: Any) -> None:
    """Each kind of copy has what the original has."""
    hero = model(name="a")
    set_unknown(hero, unknown)
    copies = [
        copy.copy(hero),
        copy.deepcopy(hero),
        hero.model_copy(update={"name": "b"}),
        hero.model_copy(deep=True),
        pickle.loads(pickle.dumps(hero)),  # noqa: S301 - just made
    ]

    assert [unknown] * 5 == [unknown_of(each) for each in copies]
    assert hero == copies[0]
    assert vars(hero) == {"name": "a"}
    assert {} == unknown_of(model(name="a"))
