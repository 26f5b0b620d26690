"""The names of fields: attributes are named as `model_dump()` names them, and every model reads its own attributes."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import pydantic.dataclasses
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AliasGenerator,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    computed_field,
    create_model,
    model_validator,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from pydamodb import Attribute, ConfigurationError, ItemEncodingError
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.field_names import model_names, reading_names
from pydamodb._codec.items import decode_item, encode_item
from pydamodb._codec.readers import Reader

CAMEL = ConfigDict(alias_generator=to_camel)
BY_NAME = ConfigDict(alias_generator=to_camel, populate_by_name=True)
# Older versions of Pydantic do not have the setting; we read it in all versions.
BY_ALIAS = ConfigDict(serialize_by_alias=True)
HAS_SETTINGS = "serialize_by_alias" in ConfigDict.__annotations__


def model_with(field: Any, **config: Any) -> type[BaseModel]:
    """Make a model with one field `x`."""

    class Made(BaseModel):
        model_config = ConfigDict(**config)

        x: int = field

    return Made


def attributes_of(model: type[BaseModel]) -> dict[str, str]:
    """Return the names of the attributes of a model's fields."""
    return {name: names.attribute for name, names in model_names(model).items()}


def raise_error(_: object, __: object, error: Exception) -> Any:
    """Raise what is wrong with an item."""
    raise error


def read_by_page(model: type[BaseModel], item: Any) -> Any:
    """Read an item by the short way, straight from the bytes of a page, if the model has one."""
    body = pydantic.TypeAdapter(Any).dump_json({"Items": [item], "Count": 1, "ScannedCount": 1})
    reader = Reader(model)
    if reader.page_reader is None:
        return reader.read(item, raise_error)
    page = reader.page_reader(body)
    assert page is not None
    return reader.items_of(page, raise_error)[0]


FIELDS: list[tuple[Any, dict[str, Any]]] = [
    (Field(), {}),
    (Field(alias="al.ias-#:"), {}),
    (Field(alias="a"), {"populate_by_name": True}),
    (Field(serialization_alias="a"), {}),
    (Field(validation_alias="a"), {}),
    (Field(validation_alias="a"), {"populate_by_name": True}),
    (Field(validation_alias="a", serialization_alias="b"), {}),
    (Field(validation_alias=AliasChoices("other", "a"), serialization_alias="a"), {}),
    (Field(validation_alias=AliasChoices("x", "full")), {}),
    (Field(validation_alias=AliasChoices("full", "x")), {}),
    (Field(validation_alias=AliasChoices(AliasPath("a"), "b"), serialization_alias="a"), {}),
    (Field(validation_alias=AliasPath("a", 0)), {}),
    (Field(validation_alias=AliasPath("x", 0)), {}),
    (Field(validation_alias=AliasPath("a", "b", 1)), {}),
    (Field(validation_alias=AliasChoices(AliasPath("a", 0), "b")), {}),
    (Field(), {"alias_generator": to_camel}),
    (Field(alias="a"), {"alias_generator": to_camel}),
    (Field(), {"alias_generator": AliasGenerator(validation_alias=str.upper, serialization_alias=str.title)}),
    (Field(alias="a"), {"validate_by_alias": False, "validate_by_name": True}),
]


@pytest.mark.parametrize("by_alias", [False, True])
@pytest.mark.parametrize(("field", "config"), FIELDS)
@pytest.mark.parametrize("extra", ["ignore", "forbid"])
def test_an_attribute_is_named_as_the_model_dumps_it_and_is_read_back(
    field: Any, config: dict[str, Any], extra: str, by_alias: bool
) -> None:
    """By the field's name, or by its alias if the model serializes by alias; by both ways of reading."""
    model = model_with(field, **config, extra=extra, serialize_by_alias=by_alias)
    instance = model.model_construct(x=3)
    (attribute,) = instance.model_dump(by_alias=by_alias)
    item = encode_item(instance)
    assert ({attribute: {"N": "3"}}, {"x": attribute}) == (item, attributes_of(model))
    assert [instance, instance] == [decode_item(model, item), read_by_page(model, item)]


@pytest.mark.parametrize(("field", "config"), FIELDS)
def test_other_names_do_not_prevent_the_short_way_of_reading(field: Any, config: dict[str, Any]) -> None:
    """Only what is looked for inside of other values does."""
    model = model_with(field, **config)
    (names,) = model_names(model).values()
    assert any(place[1:] for place in names.places) == (Reader(model).page_reader is None)


@pytest.mark.parametrize("extra", ["ignore", "forbid"])
@pytest.mark.parametrize(
    ("field", "config"), [case for case in FIELDS if case[0].validation_alias and "a" in str(case[0].validation_alias)]
)
def test_a_mark_names_the_attribute(field: Any, config: dict[str, Any], extra: str) -> None:
    """Whatever aliases the field has."""

    class Made(BaseModel):
        model_config = ConfigDict(**config, extra=extra)

        x: Annotated[int, Attribute("pk")] = field

    item = encode_item(Made.model_construct(x=3))
    read = [decode_item(Made, item), read_by_page(Made, item)]
    assert ({"pk": {"N": "3"}}, [{"x": 3}] * 2) == (item, [vars(each) for each in read])


def test_a_mark_names_a_computed_attribute() -> None:
    """The mark is in the type that the property returns; the result of `model_dump` keeps its name."""

    class Computes(BaseModel):
        model_config = ConfigDict(extra="forbid")

        @computed_field
        @property
        def key(self) -> Annotated[str, Attribute("PK")]:
            return "x"

    item = encode_item(Computes())
    assert ({"PK": {"S": "x"}}, Computes(), {"key": "x"}) == (
        item,
        decode_item(Computes, item),
        Computes().model_dump(),
    )


@pytest.mark.parametrize("name", ["", 3, None])
def test_a_mark_needs_a_name(name: Any) -> None:
    """It says so where it is written."""
    with pytest.raises(ConfigurationError, match=r"^Attribute\(name\) takes the name of an attribute, got"):
        Attribute(name)


def test_a_mark_without_a_name_is_refused() -> None:
    """The class alone is no name."""
    with pytest.raises(ConfigurationError, match=r"^Attribute takes the name of the attribute: Annotated\[str, Attr"):
        record_schema_of(create_model("Made", x=(Annotated[int, Attribute], ...)))


# --- values read by another name than their attribute's ---


def test_the_own_attribute_is_read_before_those_of_older_releases() -> None:
    """An update has written the new name beside the old one. Without the new one, the old one counts."""
    model = model_with(Field(validation_alias=AliasChoices("old", "x")))
    for item, x in (({"x": {"N": "1"}, "old": {"N": "2"}}, 1), ({"old": {"N": "2"}}, 2)):
        assert [x, x] == [decode_item(model, item).x, read_by_page(model, item).x]  # type: ignore[attr-defined]


def test_an_own_attribute_of_another_type_is_not_passed_over_for_an_old_one() -> None:
    """The item is refused, as it would be without the old attribute."""
    model = model_with(Field(validation_alias=AliasChoices("old", "x")))
    for read in (decode_item, read_by_page):
        with pytest.raises(pydantic.ValidationError):
            read(model, {"x": {"S": "one"}, "old": {"N": "2"}})


class Renamed(BaseModel):
    width: int = Field(default=0, alias="w")
    tags: set[str]
    inner: Renamed | None = None


OLD_NAMES = [
    (AliasChoices("x", "old"), lambda value: {"old": value}),
    (AliasChoices("old", "x"), lambda value: {"old": value}),
    (AliasChoices("x", AliasPath("deep", "er")), lambda value: {"deep": {"M": {"er": value}}}),
    (AliasChoices("x", AliasPath("row", 1)), lambda value: {"row": {"L": [{"N": "1"}, value]}}),
]


@pytest.mark.parametrize(("alias", "stored"), OLD_NAMES, ids=["last", "first", "path", "index"])
@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Renamed, Renamed(w=3, tags=set(), inner=Renamed(w=4, tags=set()))),
        (list[Renamed], [Renamed(w=3, tags={"a"})]),
        (dict[str, Renamed], {"a": Renamed(w=3, tags=set())}),
        (set[str], {"a"}),
    ],
    ids=["model", "list", "dict", "set"],
)
def test_a_value_under_an_old_name_is_read_as_under_its_own(
    alias: Any, stored: Any, annotation: Any, value: Any
) -> None:
    """Names inside of it and empty sets are restored, and no empty set is read in its place."""
    old = create_model("Made", x=(annotation, Field(validation_alias=alias)))
    instance = old.model_construct(x=value)
    item = stored(encode_item(instance)["x"])
    assert [value, value] == [decode_item(old, item).x, read_by_page(old, item).x]  # type: ignore[attr-defined]


def test_values_with_names_of_their_own_may_be_under_exchanged_names() -> None:
    """Each is restored once, as what it was stored as."""

    class Moved(BaseModel):
        one: Renamed | None = Field(default=None, alias="two")
        two: dict[str, Any] | None = Field(default=None, alias="one")

    moved = Moved(two=Renamed(w=1, tags=set()), one={"w": 1, "width": 2})
    assert [moved, moved] == [decode_item(Moved, encode_item(moved)), read_by_page(Moved, encode_item(moved))]


def test_fields_may_exchange_their_names() -> None:
    """Each is stored under its own name, and read from the other's alias; an absent one takes nothing."""

    class Swaps(BaseModel):
        one: int | None = Field(default=None, alias="two")
        two: int | None = Field(default=None, alias="one")

    for one, two in ((1, 2), (1, None), (None, 2)):
        instance = Swaps.model_validate({"two": one, "one": two})
        item = encode_item(instance)
        read = [decode_item(Swaps, item), read_by_page(Swaps, item)]
        assert [{"one": one, "two": two}] * 2 == [each.model_dump() for each in read]


def test_fields_with_one_alias_are_read_by_their_names() -> None:
    """If Pydantic allows the names."""

    class Shares(BaseModel):
        model_config = ConfigDict(populate_by_name=True)

        one: int = Field(alias="x")
        two: int = Field(alias="x")

    item = encode_item(Shares(one=1, two=2))
    assert [Shares(one=1, two=2)] * 2 == [decode_item(Shares, item), read_by_page(Shares, item)]


def test_several_fields_are_read_from_inside_of_one_value() -> None:
    """The value is built for validation."""

    class Named(BaseModel):
        first: str = Field(validation_alias=AliasPath("names", 0))
        last: str = Field(validation_alias=AliasPath("names", 1))
        city: str = Field(validation_alias=AliasPath("home", "city"))

    named = Named.model_validate({"names": ["Ada", "Lovelace"], "home": {"city": "London"}})
    assert ({"first", "last", "city"}, named) == (encode_item(named).keys(), decode_item(Named, encode_item(named)))


def test_an_extra_value_never_replaces_a_field() -> None:
    """It would have the name of the field's attribute, or one that the field is read from."""

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

        x: Annotated[int, Attribute("pk")]
        first_name: str = Field(default="Ann", alias="firstName")
        city: str | None = Field(default=None, validation_alias=AliasChoices("city", "town"))

        @computed_field  # type: ignore[prop-decorator]
        @property
        def double(self) -> int:
            return 2 * self.x

    for kept in ({"y": 2}, {"city": "Oslo", "town": "Rome"}):
        model = Open.model_validate({"x": 1, **kept})
        assert model == decode_item(Open, encode_item(model))
    for name in ("pk", "first_name", "double"):
        with pytest.raises(ItemEncodingError, match=rf"Open\.{name} .*: the extra value '{name}' has") as caught:
            encode_item(Open.model_validate({"x": 1, name: "2"}))
        assert (name,) == caught.value.path
    unnamed = Open(x=1, firstName="Eve", city="Oslo")
    assert unnamed.model_extra is not None
    unnamed.model_extra["firstName"] = "Bob"
    with pytest.raises(ItemEncodingError, match="rename it"):
        encode_item(unnamed)
    moved = Open.model_validate({"x": 1, "city": "Oslo", "town": "Rome"})
    moved.city = None
    with pytest.raises(ItemEncodingError, match="from which city is read"):
        encode_item(moved)


def test_an_extra_value_never_hides_what_a_field_is_read_from() -> None:
    """Nor in a nested model."""

    class Deep(BaseModel):
        model_config = ConfigDict(extra="allow")

        x: int | None = Field(default=None, validation_alias=AliasPath("deep", "x"))

    class Outer(BaseModel):
        inner: Deep

    deep = Deep.model_construct(x=1, deep={"y": 2})
    for instance in (deep, Outer(inner=deep)):
        with pytest.raises(ItemEncodingError, match="the extra value 'deep' has a name from which x is read"):
            encode_item(instance)


def test_a_record_of_a_union_is_read_with_attributes_of_a_newer_release() -> None:
    """Its fields are found under their names of validation all the same, and also its extra values are kept."""

    class Person(BaseModel):
        model_config = CAMEL

        first_name: str = ""
        tags: set[str] = set()

    class Thing(BaseModel):
        model_config = ConfigDict(alias_generator=to_camel, extra="allow")

        thing_id: int

    class Owner(BaseModel):
        owner: Thing | Person | int
        others: list[Thing | Person] = []

    stored = {"M": {"first_name": {"S": "Ada"}, "age": {"N": "36"}}}
    others = {"L": [{"M": {"thing_id": {"N": "1"}, "size": {"N": "2"}}}]}
    owner = decode_item(Owner, {"owner": stored, "others": others})
    person, thing = Person.model_validate({"firstName": "Ada"}), Thing.model_validate({"thingId": 1, "size": 2})
    assert (person, [thing]) == (owner.owner, owner.others)
    assert Owner(owner=thing) == decode_item(Owner, encode_item(Owner(owner=thing)))


def test_a_validator_of_the_whole_model_sees_the_names_of_validation() -> None:
    """Those that it sees in data from elsewhere."""
    seen: list[set[str]] = []

    class Watched(BaseModel):
        model_config = CAMEL

        first_name: str

        @model_validator(mode="before")
        @classmethod
        def look(cls, data: Any) -> Any:
            seen.append({*data})
            return data

    decode_item(Watched, {"first_name": {"S": "Ada"}})
    assert [{"firstName"}] == seen


def test_a_model_with_its_own_constructor_is_read() -> None:
    """Pydantic calls the constructor with the names of validation."""

    class Made(BaseModel):
        model_config = CAMEL

        first_name: str

        def __init__(self, **data: Any) -> None:
            super().__init__(**data)

    made = Made(firstName="Ada")
    assert made == decode_item(Made, encode_item(made))


# --- inside of other values ---


class Inner(BaseModel):
    model_config = CAMEL

    max_width: int
    in_cm: int | None = None


class Written(Inner):
    model_config = ConfigDict(serialize_by_alias=True)


@dataclasses.dataclass
class Plain:
    max_width: Annotated[int, Field(alias="MAX")]


@pydantic.dataclasses.dataclass(config=CAMEL)
class Validated:
    max_width: int


class Typed(TypedDict):
    max_width: Annotated[int, Field(validation_alias="MAX", serialization_alias="Max")]


class Untold(TypedDict):
    max_width: int


class Other(BaseModel):
    model_config = CAMEL

    max_depth: int
    in_cm: int | None = None


INNER = Inner(maxWidth=1, inCm=2)
NESTED: list[tuple[Any, Any]] = [
    (Inner, INNER),
    (Inner | None, INNER),
    (list[Inner], [INNER]),
    (tuple[int, Inner], (1, INNER)),
    (dict[str, Inner], {"k": INNER}),
    (Inner | Other, INNER),
    (Other | Inner, INNER),
    (Inner | Other, Other(maxDepth=3)),
    (list[Inner | Other], [INNER, Other(maxDepth=3)]),
    (list[Other] | Inner, INNER),
    (dict[str, Inner] | list[Inner], [INNER]),
    (Plain, Plain(1)),
    (list[Plain], [Plain(1)]),
    (Validated, Validated(maxWidth=1)),
    (Validated | None, Validated(maxWidth=1)),
    (Typed, {"max_width": 1}),
    (dict[str, Typed], {"k": {"max_width": 1}}),
    (Untold, {"max_width": 1}),
    (list[Untold], [{"max_width": 1}]),
]


@pytest.mark.parametrize("config", [ConfigDict(), CAMEL, BY_NAME, BY_ALIAS, CAMEL | BY_ALIAS])
@pytest.mark.parametrize(("annotation", "value"), NESTED)
def test_records_inside_of_others_have_names_of_their_own(annotation: Any, value: Any, config: ConfigDict) -> None:
    """Foreign models, dataclasses and typed dicts with aliases are stored and read back at every depth."""
    model = create_model("Holder", __config__=config, the_value=(annotation, ...))
    instance = model.model_construct(the_value=value)
    item = encode_item(instance)
    assert [instance, instance] == [decode_item(model, item), read_by_page(model, item)]


def test_the_configuration_of_a_nested_model_counts_for_it() -> None:
    """The outer model's does not, as in `model_dump`."""
    model = create_model("Holder", __config__=BY_ALIAS, x=(Inner, Field(alias="X")), y=(Written, ...))
    item = encode_item(model.model_construct(x=INNER, y=Written(maxWidth=1)))
    assert {
        "X": {"M": {"max_width": {"N": "1"}, "in_cm": {"N": "2"}}},
        "y": {"M": {"maxWidth": {"N": "1"}}},
    } == item


# --- refusals ---


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (Field(alias="a"), Field(alias="a")),
        (Field(validation_alias="two"), Field()),
        (Field(validation_alias=AliasPath("two", 0)), Field()),
        (Field(validation_alias=AliasChoices("one", "two")), Field()),
        (Field(), Field(validation_alias=AliasPath("one", "b"))),
    ],
)
def test_fields_that_validation_cannot_tell_apart_are_refused(one: Any, two: Any) -> None:
    """One would take the value of the other; the message has the remedy."""
    model = create_model("Made", one=(dict[str, int] | None, one), two=(dict[str, int] | None, two))
    with pytest.raises(ConfigurationError, match=r"^Made\.\w+ and Made\.\w+ are both read from '\w+'.*AliasChoices\("):
        model_names(model)


@pytest.mark.parametrize("annotation", [Any, dict[str, int], list[int] | int, int | Any, Renamed])
def test_a_field_that_is_looked_for_inside_of_its_own_value_is_refused(annotation: Any) -> None:
    """If its values may have something there, which would be read in place of the whole."""
    alias = AliasChoices(AliasPath("x", "value"), "x")
    with pytest.raises(ConfigurationError, match=r"inside of its own value \(at AliasPath\('x', 'value'\)\)"):
        record_schema_of(create_model("Made", x=(annotation, Field(validation_alias=alias))))


def test_a_field_that_was_stored_inside_of_a_map_is_read() -> None:
    """Its values are no maps, so that both forms are told apart."""
    model: Any = create_model("Made", x=(int | None, Field(validation_alias=AliasChoices(AliasPath("x", "v"), "x"))))
    for item in ({"x": {"N": "3"}}, {"x": {"M": {"v": {"N": "3"}}}}):
        assert [3, 3] == [decode_item(model, item).x, read_by_page(model, item).x]


def test_a_place_behind_its_own_whole_is_never_looked_at() -> None:
    """Validation takes the whole. So nothing may be fed there."""
    shared = Field(validation_alias=AliasChoices("one", AliasPath("two", "b")))
    behind = Field(validation_alias=AliasChoices("two", AliasPath("two", "c")))
    with pytest.raises(ConfigurationError, match=r"^Made\.two and Made\.one are both read from 'two'"):
        model_names(create_model("Made", one=(int, shared), two=(int, behind)))


def test_two_fields_of_one_attribute_are_refused() -> None:
    """One would overwrite the other."""
    model = create_model("Made", one=(int, ...), two=(Annotated[int, Attribute("one")], ...))
    with pytest.raises(ConfigurationError, match=r"Made\.one and Made\.two are both stored as 'one'") as caught:
        model_names(model)
    assert "Made" == caught.value.model_name


def test_two_fields_that_pydantic_dumps_under_one_name_are_refused() -> None:
    """Pydantic dumps one of them only. Marks do not help: they name attributes."""
    fields: Any = {
        "one": (Annotated[int, Attribute("x")], ...),
        "two": (Annotated[int, Attribute("y")], Field(serialization_alias="one")),
    }
    if HAS_SETTINGS:
        with pytest.raises(ConfigurationError, match=r"one and Made\.two are both serialized as 'one'.*another"):
            model_names(create_model("Made", __config__=BY_ALIAS, **fields))
    made = create_model("Made", **fields)(one=1, two=2)
    assert {"x": {"N": "1"}, "y": {"N": "2"}} == encode_item(made)


def test_a_computed_field_shares_no_attribute_with_a_field() -> None:
    """Computed fields are stored too."""

    class Shared(BaseModel):
        one: int

        @computed_field
        @property
        def two(self) -> Annotated[int, Attribute("one")]:
            return 2

    with pytest.raises(ConfigurationError, match="both stored as 'one'"):
        model_names(Shared)


def test_a_computed_value_is_never_read_as_a_field() -> None:
    """Not even where the field accepts its name."""

    class Line(BaseModel):
        name: str | None = Field(default=None, validation_alias=AliasChoices("name", "line"))

        @computed_field
        @property
        def line(self) -> str:
            return "computed"

    assert Line() == decode_item(Line, encode_item(Line()))


def test_generated_aliases_name_computed_fields_as_they_are_dumped() -> None:
    """An alias generator counts for both, if the model serializes by alias."""

    class Camel(BaseModel):
        model_config = CAMEL | BY_ALIAS

        first_name: str

        @computed_field
        @property
        def full_name(self) -> str:
            return self.first_name

    assert {"first_name": "firstName", "full_name": "fullName"} == attributes_of(Camel)


def test_a_field_that_is_not_stored_needs_no_way_back() -> None:
    """`exclude=True` keeps a field out of the table, so that nothing of it has to be read."""

    class Hides(BaseModel):
        x: int = Field(default=0, exclude=True, alias="a")
        y: int = Field(default=0, alias="a", validation_alias="y")

    assert {"x": "x", "y": "y"} == attributes_of(Hides)


# --- models that are only read ---


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
    """Whatever it is serialized as; and Pydantic agrees."""
    model = model_with(field, **config)
    (names,) = reading_names(model).values()
    assert (name, {"x": 3}) == (names.attribute, vars(model.model_validate({name: 3})))


def test_a_field_that_is_read_from_further_in_has_no_name() -> None:
    """There is no one attribute that it is."""
    assert {} == reading_names(model_with(Field(validation_alias=AliasPath("p", 0))))


@pytest.mark.parametrize("other", ["a", AliasChoices("b", "a")])
def test_a_field_that_would_take_the_value_of_another_is_refused_for_reading_too(other: Any) -> None:
    """Where its own attribute is absent."""

    class Mixed(BaseModel):
        x: int = Field(validation_alias="a")
        y: int = Field(default=0, validation_alias=other)

    with pytest.raises(ConfigurationError, match="both read from 'a'"):
        reading_names(Mixed)


# --- any names at all ---


@given(st.data())
def test_any_aliases_are_stored_and_read_back_or_refused(data: st.DataObject) -> None:
    """By both ways of reading, and never with the value of another field."""
    some = st.sampled_from(["a", "b", "c", "d"])
    places = some | st.builds(AliasPath, some, some | st.integers(0, 1))
    aliases = st.none() | some | st.builds(AliasChoices, places, places)
    fields = {
        name: (
            Annotated[int | None, Attribute(data.draw(some))] if data.draw(st.booleans()) else int | None,
            Field(default=None, validation_alias=data.draw(aliases), serialization_alias=data.draw(st.none() | some)),
        )
        for name in ("a", "b", "c")
    }
    config = ConfigDict(populate_by_name=data.draw(st.booleans()), serialize_by_alias=data.draw(st.booleans()))
    model: Any = create_model("Made", __config__=config, **fields)  # type: ignore[call-overload]
    instance = model.model_construct(**{name: data.draw(st.none() | st.integers(0, 9)) for name in fields})
    try:
        item = encode_item(instance)
    except ConfigurationError:
        return
    assert ([vars(instance)] * 2) == [vars(decode_item(model, item)), vars(read_by_page(model, item))]


class FoundInside(BaseModel):
    """A model whose fields are looked for inside of other attributes only."""

    name: str = Field(validation_alias=AliasPath("more", "a", "name"))
    first: int = Field(default=0, validation_alias=AliasPath("list", 0))
    second: int = Field(default=0, validation_alias=AliasPath("list", 1))


@pytest.mark.parametrize("other", [{"NULL": True}, {"S": "x"}, {"M": {}}, {"M": {"a": {"NULL": True}}}, {"L": []}])
def test_an_attribute_that_is_no_map_does_not_hide_a_field(other: dict[str, Any]) -> None:
    """Another program may use the name in which validation looks for a field."""
    item = {"name": {"S": "Ann"}, "first": {"N": "1"}, "more": other, "list": other}
    assert ("Ann", 1, 0) == tuple(vars(decode_item(FoundInside, item)).values())


def test_a_field_in_a_list_leaves_the_others_there() -> None:
    """A field with an attribute of its own takes its place, and the next one is still read from the list."""
    item = {"name": {"S": "Ann"}, "first": {"N": "1"}, "list": {"L": [{"N": "5"}, {"N": "6"}]}}
    assert ("Ann", 1, 6) == tuple(vars(decode_item(FoundInside, item)).values())
