"""What an update makes of an item that is known, as DynamoDB does it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field, model_validator

from pydamodb import InvalidUpdateError, PrimaryKeyModel
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._expressions.updates import actions_of
from pydamodb._operations.table import ModelTable
from pydamodb._operations.updated_items import after, check_updated


class Place(BaseModel):
    city: str = "Oslo"


class Hero(PrimaryKeyModel):
    id: str
    age: int = Field(default=1, ge=0)
    score: Decimal = Decimal(0)
    nickname: str | None = None
    tags: list[str] = Field(default=["a", "b"], max_length=3)
    words: set[str] = Field(default_factory=set)
    numbers: list[int] = Field(default=[])
    place: Place = Place()

    @model_validator(mode="after")
    def has_name(self) -> Any:
        """Refuse a young hero with a nickname."""
        if self.nickname is not None and self.age < 1:
            raise ValueError("too young for nicknames")
        return self


TABLE = ModelTable(
    Hero, "heroes", has_sort_key=False, schemas={"heroes": TableSchema(KeySchema(("id",), ()), indexes={}, types={})}
)
attr = Hero.attr


def given_by(actions: Any) -> Any:
    """Return the encoded values of actions, as an update renders them."""
    builder = ExpressionBuilder(Hero)
    builder.update(actions)
    return builder.assigned


@pytest.mark.parametrize(
    ("action", "attribute", "expected"),
    [
        (attr.age.set(5), "age", {"N": "5"}),
        (attr.age.add(5), "age", {"N": "6"}),
        (attr.age.set(attr.age - 3), "age", {"N": "-2"}),
        (attr.age.set(attr.age + attr.age), "age", {"N": "2"}),
        (attr.score.add(Decimal("1.50")), "score", {"N": "1.5"}),
        (attr.nickname.set(attr.id), "nickname", {"S": "ann"}),
        (attr.nickname.set(attr.nickname.if_not_exists("x")), "nickname", {"S": "x"}),
        (attr.nickname.set(attr.nickname.if_not_exists(attr.id)), "nickname", {"S": "ann"}),
        (attr.age.set(attr.age.if_not_exists(9) + 1), "age", {"N": "2"}),
        (attr.tags.append("c"), "tags", {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]}),
        (attr.tags.prepend("c"), "tags", {"L": [{"S": "c"}, {"S": "a"}, {"S": "b"}]}),
        (attr.tags[0].set("c"), "tags", {"L": [{"S": "c"}, {"S": "b"}]}),
        (attr.tags[9].set("c"), "tags", {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]}),
        (attr.words.add({"y", "z"}), "words", {"SS": ["x", "y", "z"]}),
        (attr.words.delete({"x", "z"}), "words", None),
        (attr.place.city.set("Bergen"), "place", {"M": {"city": {"S": "Bergen"}}}),
        (attr.place.city.remove(), "place", {"M": {}}),
        (attr.place.remove(), "place", None),
        (attr.nickname.remove(), "nickname", None),
    ],
)
def test_each_action_has_its_effect(action: Any, attribute: str, expected: Any) -> None:
    """The item before the update is left as it is."""
    item = TABLE.encode(Hero(id="ann", words={"x"}))
    before = repr(item)
    actions = actions_of([action], Hero)
    changed = after(item, actions, given_by(actions))
    found = changed.get(attribute)
    if found is not None and "SS" in found:
        found = {"SS": sorted(found["SS"])}
    assert (expected, before) == (found, repr(item))


@pytest.mark.parametrize(
    "action", [attr.tags[0].remove(), attr.nickname.set(attr.nickname), attr.numbers[0].set(attr.numbers[1])]
)
def test_what_is_not_known_is_not_guessed(action: Any) -> None:
    """An element that DynamoDB finds by its index, an attribute that is absent."""
    actions = actions_of([action], Hero)
    with pytest.raises(LookupError):
        after(TABLE.encode(Hero(id="ann")), actions, given_by(actions))


REFUSED = [
    ([attr.age.set(0), attr.nickname.set("x")], "too young"),
    ([attr.nickname.set("x"), attr.age.add(-1)], "too young"),
    ([attr.tags[2].set("c"), attr.tags[3].set("d")], "at most 3 items"),
]
ACCEPTED = [
    [attr.age.add(-9)],
    [attr.age.add(-9), attr.nickname.set("x")],
    [attr.tags.append("c", "d")],
    [attr.nickname.set("x"), attr.tags[0].remove()],
    [attr.nickname.set("x"), attr.age.set(2)],
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_given_values_leave_a_valid_item(given: Any, reason: str) -> None:
    """Beside estimates of what DynamoDB computes."""
    actions = actions_of(given, Hero)
    with pytest.raises(InvalidUpdateError, match=rf"^Hero: the updated item could not be read: .*{reason}"):
        check_updated(TABLE, Hero(id="ann"), actions, given_by(actions))


@pytest.mark.parametrize("given", ACCEPTED)
def test_an_estimate_alone_refuses_nothing(given: Any) -> None:
    """The instance may be older than the item."""
    actions = actions_of(given, Hero)
    check_updated(TABLE, Hero(id="ann"), actions, given_by(actions))


def test_an_instance_that_cannot_be_stored_is_not_what_is_stored() -> None:
    """Its values are lost by the update."""
    hero, actions = Hero(id="ann"), actions_of([attr.nickname.set("x")], Hero)
    hero.age = -1
    check_updated(TABLE, hero, actions, given_by(actions))
