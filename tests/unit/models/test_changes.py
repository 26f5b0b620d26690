"""`Model.changes(...)`: keyword arguments, made into update actions. No engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, computed_field

from pydamodb import AsyncPrimaryKeyModel, Attr, PartitionKey, PrimaryKeyAndSortKeyModel, PrimaryKeyModel, PydamoConfig
from pydamodb import Field as StrictField
from pydamodb._client.clients import Endpoint
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._models.changes import changes_of
from pydamodb._models.connection import make_connection
from pydamodb.exceptions import ConfigurationError, EmptyUpdateError, InvalidUpdateError
from pydamodb.updates import Remove, Set, UpdateAction, actions_of


class Address(BaseModel):
    city: str


class Customer(PrimaryKeyModel):
    id: Annotated[str, PartitionKey]
    age: int = Field(default=0, ge=0)
    balance: Decimal = Decimal(0)
    note: str | None = None
    title: str | None = "Mx"
    groups: set[str] = Field(default_factory=set)
    address: Address | None = None
    nick: str = Field(default="", alias="nickname")
    phone: str = Field(default="", validation_alias=AliasChoices("phone", "telephone"))
    secret: str = Field(default="", exclude=True)

    @computed_field
    @property
    def label(self) -> str:
        """Be a computed field."""
        return self.id

    @computed_field(alias="short")
    @property
    def short_label(self) -> str:
        """Be a computed field with an alias."""
        return self.id[:1]


class Strict(AsyncPrimaryKeyModel[str]):
    id: Attr[str]
    age: Attr[int] = StrictField(default=0)
    note: Attr[str | None] = StrictField(default=None)


class Patch(BaseModel):
    age: int | None = None
    note: str | None = None
    nick: str | None = None


attr = Customer.attr


@pytest.mark.parametrize(
    ("changes", "actions"),
    [
        ({"age": 40}, [attr.age.set(40)]),
        ({"age": "40"}, [attr.age.set("40")]),
        ({"age": 40, "balance": Decimal(1)}, [attr.age.set(40), attr.balance.set(Decimal(1))]),
        ({"note": "x"}, [attr.note.set("x")]),
        ({"note": None}, [attr.note.remove()]),
        ({"title": None}, [attr.title.set(None)]),
        ({"groups": set()}, [attr.groups.remove()]),
        ({"address": {"city": "Oslo"}}, [attr.address.set({"city": "Oslo"})]),
        ({"address": Address(city="Oslo")}, [attr.address.set(Address(city="Oslo"))]),
        ({"nickname": "x"}, [attr.nick.set("x")]),
        ({"nick": "x"}, [attr.nick.set("x")]),
        ({"telephone": "1"}, [attr.phone.set("1")]),
        ({"phone": "1"}, [attr.phone.set("1")]),
        ({"age": attr.age + 1}, [attr.age.set(attr.age + 1)]),
        ({}, []),
    ],
    ids=str,
)
def test_each_keyword_gives_an_action(changes: dict[str, Any], actions: list[UpdateAction]) -> None:
    """A value is set, or its attribute removed if the value is stored as an absent one."""
    assert actions == Customer.changes(**changes)


def test_both_styles_and_both_kinds_have_changes() -> None:
    """Also an instance has them."""
    expected = [Set(Strict.attr.age.__pydamo_path__, 3), Remove(Strict.attr.note.__pydamo_path__)]
    assert (expected, expected) == (Strict.changes(age=3, note=None), Strict(id="x").changes(age=3, note=None))


def test_the_set_fields_of_a_patch_are_changes() -> None:
    """`model_dump` gives the names of fields, not their aliases."""
    patch = Patch(note=None, nick="x")
    assert [attr.note.remove(), attr.nick.set("x")] == Customer.changes(**patch.model_dump(exclude_unset=True))


def test_no_changes_are_an_empty_update() -> None:
    """The update refuses them, not the method: a program may add actions of its own."""
    with pytest.raises(EmptyUpdateError):
        actions_of(Customer.changes(), Customer)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": 3}, r"Customer\.changes\(\): Customer has no field 'colour'; its fields are id, age, balance"),
        ({"__dict__": 3}, "Customer has no field '__dict__'"),
        ({"pydamo_config": 3}, "Customer has no field 'pydamo_config'"),
        ({"cls": 3}, "Customer has no field 'cls'"),
        ({"self": 3}, "Customer has no field 'self'"),
        ({"age": 3, "colour": 3}, "Customer has no field 'colour'"),
        ({"id": "x"}, r"Customer\.id is a key of the table: the key of an item never changes"),
        ({"secret": "x"}, r"Customer\.secret is excluded from serialization, so it is never stored: leave it out"),
        ({"label": "x"}, r"Customer\.label is a computed field: leave it out, or .* Customer\.attr\.label\.set"),
        ({"short_label": "x"}, r"Customer\.short_label is a computed field"),
        ({"short": "x"}, r"Customer\.short_label is a computed field"),
        ({"nick": "x", "nickname": "y"}, r"Customer\.nick is given twice, once as 'nickname'"),
        ({"age": -4711}, r"Customer\.age does not accept the new int: Input should be greater than or equal to 0"),
        ({"age": None}, r"Customer\.age does not accept the new NoneType"),
        ({"age": "4711x"}, r"Customer\.age does not accept the new str"),
        ({"address": {"town": "4711"}}, r"Customer\.address does not accept the new dict"),
        ({"age": attr.age.add(1)}, "Customer: ADD age is an action, not a value"),
    ],
    ids=str,
)
def test_what_cannot_be_changed_is_refused(changes: dict[str, Any], message: str) -> None:
    """The error names the model and the field, and never shows a value."""
    with pytest.raises(InvalidUpdateError, match=message) as caught:
        Customer.changes(**changes)
    assert ("Customer", False) == (caught.value.model_name, "4711" in str(caught.value))


def test_only_names_are_taken_where_aliases_are_not() -> None:
    """As in the constructor."""
    if "validate_by_alias" not in ConfigDict.__annotations__:
        pytest.skip("needs Pydantic 2.11")

    class Named(PrimaryKeyModel):
        model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)

        id: str
        nick: str = Field(default="", validation_alias="nickname")

    assert [Named.attr.nick.set("x")] == Named.changes(nick="x")
    with pytest.raises(InvalidUpdateError, match="no field 'nickname'"):
        Named.changes(nickname="x")


def test_an_alias_comes_before_a_name() -> None:
    """In the constructor, `new` is the alias of the one field, though another field has this name."""

    class Swapped(PrimaryKeyModel):
        id: str
        old: str = Field(default="", alias="new")
        new: str = Field(default="", alias="newest")

    assert [Swapped.attr.old.set("x")] == Swapped.changes(new="x")


def test_a_key_that_only_the_table_knows_is_refused_once_it_is_known() -> None:
    """No request is sent for it: before the table is known, the update refuses the key."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table="orders")

        customer: str
        number: int

    assert [Order.attr.number.set(3)] == changes_of(Order, {"number": 3})
    keys = KeySchema(("customer",), ("number",))
    known = {"orders": TableSchema(keys, indexes={}, types={"customer": "S", "number": "N"})}
    make_connection(Order, Order.pydamo_config, Endpoint(None, "orders", known, None))
    with pytest.raises(InvalidUpdateError, match=r"Order\.number is a key"):
        changes_of(Order, {"number": 3})


def test_a_field_may_be_called_changes() -> None:
    """With and without a default, without a warning, also in a subclass; the method stays, as `key` does."""

    class Log(PrimaryKeyModel):
        id: str
        changes: list[str]

    class Special(Log):
        more: int = 0

    class Counter(PrimaryKeyModel):
        id: str
        changes: int = 3

    assert (True, ["x"], 3) == (
        Special.model_fields["changes"].is_required(),
        Special(id="x", changes=["x"]).changes,
        Counter(id="x").changes,
    )
    assert [Special.attr.changes.set(["y"]), Special.attr.more.set(1)] == Special.changes(changes=["y"], more=1)  # type: ignore[operator]


def test_a_computed_field_called_changes_is_refused() -> None:
    """As for each name of a method."""
    with pytest.raises(ConfigurationError, match=r'returns `Annotated\[\.\.\., Attribute\("changes"\)\]`'):

        class Shadow(PrimaryKeyModel):
            @computed_field
            @property
            def changes(self) -> str:  # type: ignore[override]
                """Hide a method."""
                return ""
