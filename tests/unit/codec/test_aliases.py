"""Attribute names: what a field is stored as, and the refusal of models that would not read themselves again."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import pydantic.dataclasses
import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, computed_field
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from pydamodb import ConfigurationError
from pydamodb._codec.aliases import attribute_names, reading_names
from pydamodb._codec.annotations import record_schema_of


def model_with(field: Any, **config: Any) -> type[BaseModel]:
    """Make a model with one field `x`."""

    class Made(BaseModel):
        model_config = ConfigDict(**config)

        x: int = field

    return Made


@pytest.mark.parametrize(
    ("field", "config", "attribute"),
    [
        (Field(), {}, "x"),
        (Field(alias="al.ias-#:"), {}, "al.ias-#:"),
        (Field(alias="a"), {"populate_by_name": True}, "a"),
        (Field(validation_alias="a", serialization_alias="a"), {}, "a"),
        (Field(validation_alias=AliasChoices("other", "a"), serialization_alias="a"), {}, "a"),
        (Field(validation_alias=AliasChoices("a", "x")), {}, "x"),
        (Field(validation_alias=AliasChoices(AliasPath("a"), "b"), serialization_alias="a"), {}, "a"),
        (Field(validation_alias=AliasPath("a"), serialization_alias="a"), {}, "a"),
        (Field(validation_alias="a"), {"populate_by_name": True}, "x"),
        (Field(), {"alias_generator": to_camel}, "x"),
        (Field(alias="a"), {"alias_generator": to_camel}, "a"),
    ],
)
def test_a_field_is_stored_under_the_name_it_is_serialised_by(
    field: Any, config: dict[str, Any], attribute: str
) -> None:
    """The serialisation alias, else the alias, else the field's own name."""
    assert {"x": attribute} == attribute_names(model_with(field, **config))


@pytest.mark.parametrize(
    ("field", "config", "attribute"),
    [
        (Field(serialization_alias="a"), {}, "a"),
        (Field(validation_alias="a"), {}, "x"),
        (Field(validation_alias="a", serialization_alias="b"), {}, "b"),
        (Field(validation_alias="a", serialization_alias="b"), {"populate_by_name": True}, "b"),
        (Field(validation_alias=AliasPath("x", 0)), {}, "x"),
        (Field(validation_alias=AliasChoices("a", "b"), serialization_alias="c"), {}, "c"),
        (Field(alias="a"), {"validate_by_alias": False, "validate_by_name": True}, "a"),
    ],
)
def test_an_attribute_that_would_not_be_read_back_is_refused(
    field: Any, config: dict[str, Any], attribute: str
) -> None:
    """Such a model would lose its field, and says so with the remedy."""
    with pytest.raises(ConfigurationError) as caught:
        attribute_names(model_with(field, **config))
    assert (
        f"Made.x is stored as {attribute!r}, which its validation alias does not read back. Give it one alias for both "
        f"ways, or add {attribute!r} to its validation aliases (AliasChoices)."
    ) == str(caught.value)


def test_two_fields_of_one_attribute_are_refused() -> None:
    """One would overwrite the other."""

    class Shared(BaseModel):
        one: int
        two: int = Field(alias="one")

    with pytest.raises(ConfigurationError, match=r"Shared\.one and Shared\.two are both stored as 'one'") as caught:
        attribute_names(Shared)
    assert "Shared" == caught.value.model_name


def test_a_computed_field_shares_no_attribute_with_a_field() -> None:
    """Computed fields are stored too."""

    class Shared(BaseModel):
        one: int

        @computed_field(alias="one")
        @property
        def two(self) -> int:
            return 2

    with pytest.raises(ConfigurationError, match="both stored as 'one'"):
        attribute_names(Shared)


def test_a_computed_field_has_its_alias_as_name_and_needs_no_way_back() -> None:
    """It is computed anew after reading."""

    class Computes(BaseModel):
        @computed_field(alias="PK")
        @property
        def key(self) -> str:
            return "x"

    assert {"key": "PK"} == attribute_names(Computes)


def test_generated_aliases_name_fields_and_computed_fields() -> None:
    """An alias generator counts for both."""

    class Camel(BaseModel):
        model_config = ConfigDict(alias_generator=to_camel)

        first_name: str

        @computed_field
        @property
        def full_name(self) -> str:
            return self.first_name

    assert {"first_name": "firstName", "full_name": "fullName"} == attribute_names(Camel)


def test_a_field_that_is_not_stored_needs_no_way_back() -> None:
    """`exclude=True` keeps a field out of the table, so that nothing of it has to be read."""

    class Hides(BaseModel):
        x: int = Field(default=0, exclude=True, serialization_alias="a")

    assert {"x": "a"} == attribute_names(Hides)


@dataclasses.dataclass
class Plain:
    x: Annotated[int, Field(serialization_alias="a")] = 1


@pydantic.dataclasses.dataclass
class Validated:
    x: int = Field(default=1, serialization_alias="a")


class Typed(TypedDict):
    x: Annotated[int, Field(serialization_alias="a")]


@pytest.mark.parametrize("record", [Plain, Validated, Typed])
def test_a_one_way_alias_is_refused_in_records_of_every_kind(record: type) -> None:
    """A dataclass or a typed dict would lose its field like a model."""
    with pytest.raises(ConfigurationError) as caught:
        record_schema_of(record)
    assert (
        f"{record.__name__}.x is stored as 'a', which its validation alias does not read back. Give it one alias for "
        f"both ways, or add 'a' to its validation aliases (AliasChoices)."
    ) == str(caught.value)


def swapped_by_name() -> type[BaseModel]:
    """Make a model whose field is also read by its name, which is another one's alias."""

    class Swaps(BaseModel):
        model_config = ConfigDict(populate_by_name=True)

        one: int | None = Field(default=None, alias="x")
        two: int = Field(alias="one")

    return Swaps


def swapped_by_choice() -> type[BaseModel]:
    """Make a model whose field is also read by another one's name."""

    class Swaps(BaseModel):
        one: int | None = Field(default=None, validation_alias=AliasChoices("x", "two"), serialization_alias="x")
        two: int = 0

    return Swaps


def swapped_with_computed() -> type[BaseModel]:
    """Make a model whose field is also read by a computed field's name."""

    class Swaps(BaseModel):
        one: int | None = Field(default=None, validation_alias=AliasChoices("x", "two"), serialization_alias="x")

        @computed_field
        @property
        def two(self) -> int:
            return 2

    return Swaps


@pytest.mark.parametrize(
    ("make", "accepted", "owner"),
    [(swapped_by_name, "one", "two"), (swapped_by_choice, "two", "two"), (swapped_with_computed, "two", "two")],
)
def test_a_field_that_also_reads_another_ones_attribute_is_refused(make: Any, accepted: str, owner: str) -> None:
    """Left out as None, it would come back with the other field's value."""
    with pytest.raises(ConfigurationError) as caught:
        attribute_names(make())
    assert (
        (
            f"Swaps.one also reads {accepted!r}, which is the attribute of Swaps.{owner}. If its own attribute is "
            f"absent, it would take that field's value. Rename one of the aliases."
        ),
        "Swaps",
    ) == (str(caught.value), caught.value.model_name)


@pytest.mark.parametrize(
    ("field", "config", "name"),
    [
        (Field(), {}, "x"),
        (Field(alias="a"), {}, "a"),
        (Field(alias="a"), {"populate_by_name": True}, "a"),
        (Field(serialization_alias="s"), {}, "x"),
        (Field(validation_alias="a"), {}, "a"),
        (Field(validation_alias="a", exclude=True), {}, "a"),
        (Field(validation_alias=AliasChoices(AliasPath("p", 0), "a", "b")), {}, "a"),
        (Field(validation_alias=AliasPath("p")), {}, "p"),
        (Field(validation_alias=AliasPath("p", 0)), {"populate_by_name": True}, "x"),
    ],
)
def test_a_field_is_read_from_the_name_that_pydantic_looks_for_first(field: Any, config: Any, name: str) -> None:
    """Whatever it is serialised as; and Pydantic agrees."""
    model = model_with(field, **config)
    assert ({"x": name}, {"x": 3}) == (reading_names(model), vars(model.model_validate({name: 3})))


def test_a_field_that_is_read_from_further_in_has_no_name() -> None:
    """There is no one attribute that it is."""
    assert {} == reading_names(model_with(Field(validation_alias=AliasPath("p", 0))))


@pytest.mark.parametrize("other", ["a", AliasChoices("b", "a")])
def test_a_field_that_would_take_the_value_of_another_is_refused_for_reading_too(other: Any) -> None:
    """Where its own attribute is absent."""

    class Mixed(BaseModel):
        x: int = Field(validation_alias="a")
        y: int = Field(default=0, validation_alias=other)

    with pytest.raises(ConfigurationError, match="also reads 'a'"):
        reading_names(Mixed)
