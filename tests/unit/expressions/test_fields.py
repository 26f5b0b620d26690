"""Fields in expressions: one object for each path, found by name, by text and by function."""

from __future__ import annotations

import copy
import gc
import weakref
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, computed_field

from pydamodb._codec.items import decode_item, encode_item
from pydamodb._expressions.operands import new_value, operand
from pydamodb.exceptions import InvalidConditionError
from pydamodb.fields import AttributePath, ExpressionField


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    size: int = 0
    zip_code: str = Field(default="", alias="zip")


class Character(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    age: int = Field(alias="years")
    address: Address | None = None
    tags: list[str] = []
    prices: dict[str, float] = {}
    homes: list[Address] = []
    pair: tuple[int, Address] | None = None
    exists: bool = True

    @computed_field
    @property
    def key(self) -> str:
        """Compute a key."""
        return self.name


attr: Any = AttributePath(Character)


def test_the_namespace_lists_the_fields_and_nothing_else() -> None:
    """Completion in a REPL shows what can be asked for."""
    assert ["address", "age", "exists", "homes", "key", "name", "pair", "prices", "tags"] == dir(attr)


@pytest.mark.parametrize("name", ["nonexistent", "years", "_private", "__wrapped__", "model_fields", ""])
def test_what_is_no_field_is_an_attribute_error(name: str) -> None:
    """In the contract's own words."""
    with pytest.raises(AttributeError) as caught:
        getattr(attr, name)
    assert f"'Character' has no field {name!r}" == str(caught.value)


def test_a_field_cannot_be_assigned() -> None:
    """An item is changed by an operation, and nothing else is."""
    with pytest.raises(AttributeError, match=r"^Character\.attr\.age cannot be assigned"):
        attr.age = 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (attr.name, attr.name),
        (attr.name, attr("name")),
        (attr.address.city, attr("address.city")),
        (attr.address.city, attr(lambda character: character.address.city)),
        (attr.tags[0], attr("tags[0]")),
        (attr.tags[0], attr(lambda character: character.tags[0])),
        (attr.prices["net"], attr("prices.net")),
        (attr.prices["net"], attr('prices["net"]')),
        (attr.name, attr(lambda character: character.name)),
    ],
    ids=["same", "text", "nested", "function", "index", "index by function", "key", "quoted key", "field by function"],
)
def test_there_is_one_object_for_each_path(one: Any, two: Any) -> None:
    """However it is spelt, so that a field is always found again."""
    assert one is two


def test_a_field_asked_for_again_is_found_without_looking_at_the_model() -> None:
    """It is kept in the namespace's own dict."""
    namespace: Any = AttributePath(Character)
    made = namespace.name
    assert made is vars(namespace)["name"]


def test_fields_are_keys_of_a_dict_although_equality_builds_a_condition() -> None:
    """Thousands of fields in one dict never ask each other for a truth value."""
    updates = {attr.tags[index]: index for index in range(2000)}
    assert list(range(2000)) == [updates[attr.tags[index]] for index in range(2000)]


def test_a_field_is_found_in_a_set_and_another_is_not() -> None:
    """Membership goes by identity."""
    assert (True, False) == (attr.name in {attr.name, attr.tags}, attr.address in {attr.name, attr.tags})


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (attr.name, "<field Character.name>"),
        (attr.address.zip_code, "<field Character.address.zip_code>"),
        (attr.prices["a.b"], '<field Character.prices["a.b"]>'),
        (attr, "<fields of Character>"),
    ],
)
def test_fields_print_readably(field: Any, shown: str) -> None:
    """As Python spells them."""
    assert shown == repr(field)


@pytest.mark.parametrize(
    ("field", "path"),
    [
        (attr.name, "name"),
        (attr.address.zip_code, "address.zip_code"),
        (attr.prices["a.b"], 'prices["a.b"]'),
    ],
)
def test_the_text_of_a_field_is_its_path(field: Any, path: str) -> None:
    """From which `attr` makes the field again."""
    assert (path, path, True) == (str(field), f"{field}", field is attr(str(field)))


@pytest.mark.parametrize(
    ("find", "message"),
    [
        (lambda: attr.address.nonexistent, "'Address' has no field 'nonexistent'"),
        (lambda: attr("address.nonexistent"), "'Address' has no field 'nonexistent'"),
        (lambda: attr(lambda c: c.address.nonexistent), "'Address' has no field 'nonexistent'"),
        (lambda: attr(lambda c: c.nonexistent), "'Character' has no field 'nonexistent'"),
        (
            lambda: attr.homes.city,
            "'Character.homes' has no field 'city'; it is a list: choose an element first, as in homes[0]",
        ),
        (
            lambda: attr(lambda c: c.homes.city),
            "'Character.homes' has no field 'city'; it is a list: choose an element first, as in homes[0]",
        ),
        (
            lambda: attr.pair.city,
            "'Character.pair' has no field 'city'; it is a tuple: choose an element first, as in pair[0]",
        ),
        (lambda: attr.prices.net, "'Character.prices' has no field 'net'; it is a map: write prices['net']"),
    ],
    ids=["attribute", "text", "function", "first step", "list", "list by function", "tuple", "map"],
)
def test_a_nested_field_that_does_not_exist_names_the_model_that_lacks_it(find: Any, message: str) -> None:
    """The three ways to spell a path agree."""
    with pytest.raises(AttributeError) as caught:
        find()
    assert message == str(caught.value)


def test_the_fields_of_a_nested_model_are_listed_beside_the_methods() -> None:
    """Both can be asked for next."""
    names = dir(attr.address)
    assert {"city", "zip_code", "between", "exists", "size"} <= set(names)


def test_a_method_hides_a_field_of_its_name_and_the_path_in_text_finds_it() -> None:
    """`size` is a method first."""
    assert "address.size" == str(attr("address.size").__pydamo_path__)


def test_a_field_named_like_a_method_is_found_on_the_namespace() -> None:
    """The namespace has no methods that could hide it."""
    assert ("exists", "attribute_exists(exists)") == (str(attr.exists.__pydamo_path__), repr(attr.exists.exists()))


@pytest.mark.parametrize("found", [None, "name", attr], ids=["None", "text", "namespace"])
def test_a_function_must_return_a_field(found: Any) -> None:
    """Anything else is named by its type."""
    with pytest.raises(AttributeError, match=f"The function must return an attribute.*got {type(found).__name__}"):
        attr(lambda _: found)


def test_a_function_may_not_return_a_field_of_another_model() -> None:
    """The path would lead nowhere in this one."""

    class Other(BaseModel):
        name: str

    foreign: Any = AttributePath(Other)
    with pytest.raises(AttributeError):
        attr(lambda _: foreign.name)


@pytest.mark.parametrize("use", [list, tuple, lambda field: [*field], lambda field: dict(enumerate(field))])
def test_a_field_has_no_elements_to_iterate_over(use: Any) -> None:
    """`[0]` is a path, so that iterating would never end."""
    with pytest.raises(TypeError, match=r"Character\.tags is a field in an expression"):
        use(attr.tags)


def test_a_field_contains_nothing_in_python() -> None:
    """`in` would ask for a truth value; `contains` is the condition."""
    with pytest.raises(TypeError):
        assert "x" in attr.tags


@pytest.mark.parametrize("use", [bool, lambda field: field and 1, lambda field: not field])
def test_a_field_is_no_truth_value(use: Any) -> None:
    """The remedy is exists()."""
    with pytest.raises(InvalidConditionError, match=r"did you mean exists\(\)\?"):
        use(attr.name)


def test_an_index_that_a_value_does_not_have_is_a_type_error() -> None:
    """Text has no elements in DynamoDB."""
    with pytest.raises(TypeError) as caught:
        attr.name[0]
    assert "Character.name has no elements, got 0" == str(caught.value)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copied_field_is_an_honest_failure_or_the_field(copied: Any) -> None:
    """A copy that is not the one object of its path would not be found in a dict."""
    try:
        actual = copied(attr.name)
    except (AttributeError, TypeError):
        actual = attr.name
    assert attr.name is actual


@pytest.mark.parametrize("path", [5, None, attr.age, attr.age == 3], ids=["int", "None", "field", "condition"])
@pytest.mark.parametrize("place", [attr, attr.address], ids=["model", "field"])
def test_what_is_neither_text_nor_a_function_is_no_path(place: Any, path: Any) -> None:
    """The refusal names the place, and what was given."""
    with pytest.raises(TypeError, match=f"is text or a function; got {type(path).__name__}"):
        place(path)


def test_a_field_has_no_attributes_of_python_protocols() -> None:
    """Tools that look for special names (IPython, copy, doctest) are told that there are none."""
    assert (False, False) == (hasattr(attr.address, "__wrapped__"), hasattr(attr, "_repr_html_"))


def test_fields_are_generic_in_their_type() -> None:
    """So that checkers can tell an int's field from a text's."""
    assert "ExpressionField[int]" == str(ExpressionField[int]).rsplit(".", 1)[-1].replace("builtins.", "")


def test_paths_that_nobody_holds_are_forgotten() -> None:
    """A service that builds paths from what users send does not grow with each of them."""
    fresh: Any = AttributePath(Character)
    held = fresh.prices["held"]
    for number in range(1000):
        _ = fresh.prices[f"user{number}"], fresh(f"tags[{number}]"), fresh.homes[number].city
    del _
    gc.collect()
    assert ({"prices", "tags", "homes", 'prices["held"]'}, True) == (
        {str(path) for path in fresh._known} | {"tags"},
        held is fresh.prices["held"],
    )


def test_a_local_model_goes_with_all_that_is_known_of_it() -> None:
    """A class made in a function is collected, although its layout, shapes and fields were made."""

    def use() -> weakref.ref[type[BaseModel]]:
        class Local(BaseModel):
            name: str
            address: Address | None = None
            content: Any = None

        path: Any = AttributePath(Local)
        instance = Local(name="x", address=Address(city="y"), content=[1])
        decode_item(Local, encode_item(instance))
        operand(path.name.__pydamo_path__, "x")
        new_value(path.address.__pydamo_path__, Address(city="z"))
        return weakref.ref(Local)

    found = use()
    gc.collect()
    assert None is found()
