"""Keys, operands and new values as their fields make them, and updates that keep items readable."""

# ruff: noqa: N806 - fixtures give models

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import (
    AfterValidator,
    Base64Bytes,
    Base64Str,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    create_model,
    field_serializer,
    field_validator,
    model_validator,
)

from pydamodb import (
    InvalidConditionError,
    InvalidKeyValueError,
    InvalidUpdateError,
    ItemEncodingError,
    PydamoConfig,
)

Lower = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)]
Version = Annotated[
    tuple[int, int],
    BeforeValidator(lambda value: tuple(map(int, value.split("."))) if isinstance(value, str) else value),
    PlainSerializer(lambda value: f"{value[0]}.{value[1]}", return_type=str),
]


@pytest.fixture(scope="module")
def names(make_table) -> Any:
    """Make a table of one key."""
    return make_table("name")


@pytest.fixture
def model_of(PrimaryKeyModel, names) -> Callable[..., Any]:
    """Return what makes a model whose key has an annotation."""

    def make(annotation: Any, **config: Any) -> Any:
        for item in names.scan()["Items"]:
            names.delete_item(Key={"name": item["name"]})
        base = type("Base", (PrimaryKeyModel,), {"model_config": ConfigDict(**config)}) if config else PrimaryKeyModel
        made = create_model("Thing", __base__=base, name=(annotation, ...), other=(annotation | None, None), n=(int, 0))
        made.pydamo_config = PydamoConfig(table=names)
        return made

    return make


KEYS = {
    "lower": (Lower, "Ann@Example.com", ["Ann@Example.com", "ann@example.com", " ANN@example.com "]),
    "function": (Annotated[str, AfterValidator(str.casefold)], "Straße", ["STRASSE", "straße"]),
    "before": (Annotated[str, BeforeValidator(lambda text: text.strip())], " x ", ["x", " x"]),
    "prefix": (
        Annotated[str, AfterValidator(lambda value: value if value.startswith("U#") else f"U#{value}")],
        "1",
        ["1", "U#1"],
    ),
    "url": (HttpUrl, "https://Example.com", ["https://example.com", HttpUrl("https://example.com/")]),
    "version": (Version, "1.2", [(1, 2)]),
}


@pytest.mark.parametrize(("annotation", "given", "spellings"), KEYS.values(), ids=KEYS)
def test_a_key_and_an_operand_are_what_the_field_makes_of_them(model_of, annotation, given, spellings) -> None:
    """Each form of a value finds the one item, and makes no second one."""
    Thing = model_of(annotation)
    Thing(name=given, other=given).save()
    for spelling in spellings:
        assert Thing.get_item(spelling) is not None
        assert len(Thing.batch_get([spelling])) == 1
        Thing.update_item(spelling, updates={Thing.attr.n: 1}, must_exist=True)
        assert Thing.scan_count(filter_condition=Thing.attr.other == spelling) == 1
        assert Thing.scan_count(filter_condition=Thing.attr.other.in_(spelling)) == 1
        assert Thing.scan_count(filter_condition=Thing.attr.other != spelling) == 0
    assert Thing.scan_count() == 1


def test_the_configuration_of_a_model_changes_its_keys_too(model_of) -> None:
    """An option of the whole model applies to key arguments."""
    Thing = model_of(str, str_to_upper=True)
    Thing(name="ann").save()
    assert Thing.get_item("Ann") == Thing(name="ANN")


def test_a_type_of_pydantic_that_writes_another_text_is_found_and_updated(PrimaryKeyModel, make_table) -> None:
    """A value of Base64Str is stored encoded, also as a key, as an operand and as a new value or element."""

    class Coded(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("name"))

        name: Base64Str
        data: Base64Bytes | None = None
        parts: list[Base64Bytes] = Field(default=[])
        by_code: dict[str, Base64Str] = Field(default={})

    class Part(BaseModel):
        name: Base64Str

    coded = Coded(name="aGVsbG8=", data=b"eW8h", parts=[b"eW8h"])
    coded.save()
    assert coded == Coded.get_item("hello")
    assert [coded] == Coded.batch_get(["hello"])
    fields = Coded.attr
    for condition in (fields.name == "hello", fields.data == b"yo!", fields.data > b"yo ", fields.parts[0] == b"yo!"):
        assert [coded] == Coded.scan_all(filter_condition=condition)
    assert [coded] == Coded.scan_all(filter_condition=fields.data.in_(b"yo!", b"?") & fields.parts.contains(b"yo!"))
    coded.update(updates=[fields.data.set(b"Z28h"), fields.parts.append(b"Z28h"), fields.by_code["a"].set("Z28h")])
    assert (b"go!", [b"yo!", b"go!"], {"a": "go!"}) == (coded.data, coded.parts, coded.by_code)
    assert [Part(name="aGVsbG8=")] == Coded.scan_all(projection=Part)
    coded.delete()
    assert Coded.get_item("hello") is None


def test_a_part_of_a_text_has_the_case_of_the_field(model_of) -> None:
    """Prefixes and parts keep their spaces."""
    Thing = model_of(Lower)
    Thing(name="Ann B", other="Ann B").save()
    assert Thing.scan_count(filter_condition=Thing.attr.other.begins_with("ANN ")) == 1
    assert Thing.scan_count(filter_condition=Thing.attr.other.contains("N B")) == 1


def test_an_operand_may_be_outside_of_constraints(model_of) -> None:
    """It is brought to the form of the field all the same."""
    Thing = model_of(Annotated[str, StringConstraints(to_lower=True, min_length=3)])
    Thing(name="ann", other="ANN").save()
    assert Thing.scan_count(filter_condition=Thing.attr.other.between("A", "B")) == 1


@pytest.mark.parametrize("given", ["1", "U#1"])
def test_a_validator_that_never_ends_is_refused(model_of, given) -> None:
    """No stored form of such a value is certain."""
    Thing = model_of(Annotated[str, AfterValidator(lambda value: f"U#{value}")])
    with pytest.raises(InvalidKeyValueError, match=r"^Thing\.name is a key .* accept its own result$"):
        Thing.get_item(given)
    with pytest.raises(InvalidConditionError, match="accept its own result"):
        Thing.scan_all(filter_condition=Thing.attr.other == given)


def test_a_key_that_the_field_refuses_is_refused(model_of) -> None:
    """The message does not have the value."""
    Thing = model_of(Annotated[str, StringConstraints(to_lower=True, max_length=3)])
    with pytest.raises(InvalidKeyValueError, match=r"String should have at most 3 characters$"):
        Thing.delete_item("secret")


class Low:
    """A mixin whose validator needs another field."""

    @field_validator("name", check_fields=False)
    @classmethod
    def of_kind(cls, value: str, info: ValidationInfo) -> str:
        """Look at another field."""
        return value + info.data["kind"]


def test_a_key_whose_validator_needs_other_fields_is_refused(PrimaryKeyModel, names) -> None:
    """A key argument has no other fields."""

    class Thing(Low, PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=names)

        kind: str
        name: str

    with pytest.raises(InvalidKeyValueError, match=r"raised KeyError; it may need values of other fields"):
        Thing.get_item("x")


# --- updates keep items readable ---


class Rules:
    """A mixin with validators of each kind."""

    @field_validator("email", check_fields=False)
    @classmethod
    def has_at_sign(cls, value: str) -> str:
        """Check and change one field."""
        if "@" not in value:
            raise ValueError("no at sign")
        return value.lower()

    @field_validator("again", check_fields=False)
    @classmethod
    def is_the_same(cls, value: str, info: ValidationInfo) -> str:
        """Compare two fields."""
        if value != info.data["word"]:
            raise ValueError("another word")
        return value

    @model_validator(mode="after")
    def is_in_order(self) -> Any:
        """Compare two fields."""
        if self.start > self.end:
            raise ValueError("the start is after the end")
        return self


@pytest.fixture
def Booking(PrimaryKeyModel, names) -> Any:
    """Define a model with validators, and save an instance."""

    class Booking(Rules, PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=names)

        name: str
        email: str = "a@b"
        word: str = "x"
        again: str = "x"
        start: int = 1
        end: int = 5
        visits: int = 0

    return Booking


@pytest.fixture
def booking(Booking) -> Any:
    """Save an instance."""
    booking = Booking(name="booking")
    booking.save()
    return booking


def test_field_validators_run_in_updates(Booking, booking, transact_write) -> None:
    """By key, from an instance, and in a transaction."""
    updates = {Booking.attr.email: "Ann"}
    with pytest.raises(
        InvalidUpdateError, match=r"^Booking\.email does not accept the new str: Value error, no at sign"
    ):
        Booking.update_item("booking", updates=updates)
    with pytest.raises(InvalidUpdateError, match="no at sign"):
        booking.update(updates=updates)
    with pytest.raises(InvalidUpdateError, match="no at sign"), transact_write() as transaction:
        transaction.update(Booking.key("booking"), updates=updates)
    Booking.update_item("booking", updates={Booking.attr.email: "Ann@Example.com"})
    assert Booking.get_item("booking").email == "ann@example.com"


def test_field_validators_see_what_is_known(Booking, booking) -> None:
    """The values of the same update, in any order, and of the instance."""
    again, word = Booking.attr.again, Booking.attr.word
    with pytest.raises(InvalidUpdateError, match=r"raised KeyError; it may need values of other fields"):
        Booking.update_item("booking", updates={again: "y"})
    Booking.update_item("booking", updates={again: "y", word: "y"})
    booking.update(updates={Booking.attr.visits: 1})
    with pytest.raises(InvalidUpdateError, match="another word"):
        booking.update(updates={again: "z"})
    booking.update(updates={again: "z", word: "z"})
    assert booking == Booking.get_item("booking")


def test_an_update_of_an_instance_leaves_a_valid_item(Booking, booking) -> None:
    """Given values are validated as a whole, with estimates of sums; an estimate alone refuses nothing."""
    start, end, visits = Booking.attr.start, Booking.attr.end, Booking.attr.visits
    refused: list[Any] = [{start: 9}, [start.set(9), visits.add(1)], [start.set(9), end.add(1)]]
    for updates in refused:
        with pytest.raises(InvalidUpdateError, match=r"^Booking: .* could not be read: .* the start is after the end"):
            booking.update(updates=updates)
    with pytest.raises(InvalidUpdateError, match="another word"):
        booking.update(updates={Booking.attr.word: "only this"})
    accepted: list[Any] = [[start.set(9), end.add(5)], {start: end - 2}, {start: end}, [end.add(3), visits.set(2)]]
    for updates in accepted:
        booking.update(updates=updates)
        assert booking == Booking.get_item("booking")


class Point(BaseModel):
    x: int = Field(ge=0)


class Plane(BaseModel):
    """A model whose fields are written by serializers of the class, or must not be empty."""

    day: date | str = ""
    point: Point | None = None
    marks: Annotated[set[int], Field(min_length=1)]

    @field_serializer("day", mode="wrap")
    def _write_day(self, value: Any, handler: Any) -> Any:
        return handler(value)

    @field_serializer("point")
    def _write_point(self, value: Any) -> Any:
        return None if value is None else {"x": value.x}


@pytest.mark.parametrize(
    "make_update",
    [
        lambda attr: attr.day.set(date(2024, 1, 11)),
        lambda attr: attr.point.set(Point.model_construct(x=-4)),
        lambda attr: attr.marks.set(set()),
        lambda attr: attr.marks.remove(),
    ],
)
def test_an_update_never_leaves_what_its_field_cannot_read(PrimaryKeyModel, names, make_update) -> None:
    """Also where a serializer of the class writes the value, or where the new value is an absent attribute."""

    class Thing(PrimaryKeyModel, Plane):
        pydamo_config = PydamoConfig(table=names)

        name: str

    thing = Thing(name="plane", day="today", point=Point(x=1), marks={1})
    thing.save()
    with pytest.raises((ItemEncodingError, InvalidUpdateError)):
        Thing.update_item("plane", updates=[make_update(Thing.attr)])
    Thing.update_item("plane", updates=[Thing.attr.day.set("tomorrow"), Thing.attr.point.set(Point(x=3))])
    thing.day, thing.point = "tomorrow", Point(x=3)
    assert thing == Thing.get_item("plane")
