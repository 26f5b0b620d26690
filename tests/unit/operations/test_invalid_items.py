"""Items that do not fit: the error of one, and what the caller's function may return."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._operations.invalid_items import InvalidItems, check_on_invalid
from pydamodb.exceptions import InvalidItemError, InvalidRequestError


class Hero(BaseModel):
    name: str
    age: int = 0


class Older(Hero): ...


class Part(BaseModel):
    age: int


HEROES = InvalidItems("Hero", "heroes", "Query", ("name", "number"), {"name": {"S": "Ann"}})


@pytest.mark.parametrize(
    ("invalid", "model", "item", "key", "message"),
    [
        (
            HEROES._replace(known={}),
            Hero,
            {"name": {"S": "Bob"}, "number": {"N": "1.50"}},
            "{'name': 'Bob', 'number': Decimal('1.50')}",
            (
                "Query of Hero on table 'heroes': "
                "the item with the key {} does not fit the model: a validator raises "
                "KeyError."
            ),
        ),
        (
            HEROES,
            Part,
            {"age": {"S": "x"}},
            "{'name': 'Ann'}",
            (
                "Query of Hero on table 'heroes': "
                "the item with the key {} does not fit the projection Part: a validator "
                "raises KeyError. To see the whole key, add 'number' to the projection."
            ),
        ),
        (
            HEROES._replace(known={}),
            Hero,
            {"name": {"S": "Bob"}, "number": {"?": "damaged"}},
            "{'name': 'Bob'}",
            None,
        ),
        (
            HEROES._replace(known={}),
            Part,
            {},
            "{}",
            (
                "Query of Hero on table 'heroes': "
                "an item does not fit the projection Part: a validator raises KeyError. "
                "To see the whole key, add 'name', 'number' to the projection."
            ),
        ),
        (
            HEROES._replace(operation="UpdateItem", key_attributes=("name",)),
            Hero,
            {},
            "{'name': 'Ann'}",
            (
                "UpdateItem of Hero on table 'heroes': "
                "the item with the key {} does not fit the model: a validator raises "
                "KeyError. The update was made."
            ),
        ),
        (
            InvalidItems("Hero", None, "", ("name",), {"name": {"S": "Ann"}}),
            Hero,
            {},
            "{'name': 'Ann'}",
            "from_stream_record of Hero: the item with the key {} does not fit the model: a validator raises KeyError.",
        ),
    ],
)
def test_the_error_says_which_item_does_not_fit(
    invalid: InvalidItems, model: type[BaseModel], item: dict[str, Any], key: str, message: str | None
) -> None:
    """By what the item and the request have of its key."""
    with pytest.raises(InvalidItemError) as caught:
        invalid.handle(model, item, KeyError("x"))
    error = caught.value
    assert (key, item, invalid.table_name, invalid.operation, "Hero") == (
        repr(error.key),
        error.item,
        error.table_name,
        error.operation,
        error.model_name,
    )
    assert (None, True) == (error.__context__, message is None or message.replace("{}", key) == str(error))


@pytest.mark.parametrize("replacement", [None, Hero(name="x"), Older(name="x")])
def test_the_function_leaves_the_item_out_or_replaces_it(replacement: Hero | None) -> None:
    """By an instance of the model, or of a subclass."""
    seen: list[InvalidItemError] = []

    def replace(error: InvalidItemError) -> Hero | None:
        seen.append(error)
        return replacement

    found = HEROES._replace(on_invalid=replace).handle(Hero, {"name": {"S": "Ann"}}, KeyError())
    assert (replacement, [{"name": "Ann"}]) == (found, [error.key for error in seen])


async def _later(_: InvalidItemError) -> None: ...


@pytest.mark.parametrize(("returned", "kind"), [(False, "bool"), (Part(age=1), "Part"), (_later, "coroutine")])
def test_a_function_returns_a_model_or_none(returned: Any, kind: str) -> None:
    """An instance of another model would be a surprise later; nobody awaits a coroutine."""

    def replace(error: InvalidItemError) -> Any:
        return returned(error) if returned is _later else returned

    with pytest.raises(InvalidRequestError) as caught:
        HEROES._replace(on_invalid=replace).handle(Hero, {}, KeyError())
    assert (
        f"Query of Hero: on_invalid returned a value of type {kind}; give a plain function that takes an "
        f"InvalidItemError and returns an instance of the model that is read, or None to leave the item out"
    ) == str(caught.value)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (_later, "is an async function, and nobody would await it"),
        (True, "is a value of type bool"),
        ("raise", "is a value of type str"),
    ],
)
def test_only_plain_functions_are_taken(given: Any, what: str) -> None:
    """The message says what was given."""
    with pytest.raises(InvalidRequestError) as caught:
        check_on_invalid("query", "Hero", given)
    assert str(caught.value).startswith(f"query of Hero: on_invalid {what}; give a plain function")


def test_any_plain_function_is_taken() -> None:
    """A method, too."""
    check_on_invalid("query", "Hero", [].append)
