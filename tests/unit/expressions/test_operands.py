"""Operands and new values: stored as the field itself would be, or refused."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic.dataclasses
import pytest
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    HttpUrl,
    PlainSerializer,
    SecretStr,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
)
from typing_extensions import TypedDict

from pydamodb import InvalidUpdateError, ItemEncodingError, TimeToLive
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.items import encode_item
from pydamodb._expressions.operands import accepts, amount, element_operand, new_elements, new_value, operand
from pydamodb._expressions.paths import parse

SOME_UUID = UUID("12345678-1234-5678-1234-567812345678")
PLUS_TWO = timezone(timedelta(hours=2))


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    zip_code: str | None = Field(default=None, alias="zip")


class Event(BaseModel):
    name: str = Field(min_length=3)
    count: int
    age: int | None = None
    price: Decimal
    ratio: float
    active: bool
    data: bytes
    created_at: datetime
    day: date
    length: timedelta
    uid: UUID
    colour: Colour
    kind: Literal["a", "b"]
    address: Address
    tags: set[str]
    names: list[str]
    anything: Any = None
    either: int | str = 0
    shouted: Annotated[str, PlainSerializer(str.upper)]
    cents: Decimal
    secret: SecretStr
    seen_at: AwareDatetime | None = None

    @field_serializer("cents")
    def _in_cents(self, value: Decimal) -> int:
        return int(value * 100)


FITTING: list[tuple[str, Any, AttributeValue]] = [
    ("name", "x", {"S": "x"}),
    ("name", "", {"S": ""}),
    ("count", 1, {"N": "1"}),
    ("count", 0.5, {"N": "0.5"}),
    ("count", Decimal("0.5"), {"N": "0.5"}),
    ("age", 1, {"N": "1"}),
    ("price", 1, {"N": "1"}),
    ("price", 0.5, {"N": "0.5"}),
    ("price", "0.5", {"N": "0.5"}),
    ("ratio", 1, {"N": "1"}),
    ("active", True, {"BOOL": True}),
    ("data", b"a", {"B": "YQ=="}),
    ("data", "a", {"B": "YQ=="}),
    ("created_at", datetime(2024, 1, 2, tzinfo=PLUS_TWO), {"S": "2024-01-01T22:00:00.000000Z"}),
    ("created_at", "2024-01-02T00:00:00+02:00", {"S": "2024-01-01T22:00:00.000000Z"}),
    ("day", date(2024, 1, 2), {"S": "2024-01-02"}),
    ("day", "2024-01-02", {"S": "2024-01-02"}),
    ("length", timedelta(seconds=1.5), {"N": "1.5"}),
    ("length", 90, {"N": "90"}),
    ("uid", SOME_UUID, {"S": str(SOME_UUID)}),
    ("uid", str(SOME_UUID).upper(), {"S": str(SOME_UUID)}),
    ("colour", Colour.RED, {"S": "red"}),
    ("colour", "red", {"S": "red"}),
    ("kind", "a", {"S": "a"}),
    ("address", Address(city="x", zip="1"), {"M": {"city": {"S": "x"}, "zip": {"S": "1"}}}),
    ("address", Address(city="x"), {"M": {"city": {"S": "x"}}}),
    ("address.zip_code", "1", {"S": "1"}),
    ("tags", {"a"}, {"SS": ["a"]}),
    ("tags", ["a"], {"SS": ["a"]}),
    ("names", ["a"], {"L": [{"S": "a"}]}),
    ("names[0]", "a", {"S": "a"}),
    ("anything", [1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
    ("anything", (1,), {"L": [{"N": "1"}]}),
    ("either", 1, {"N": "1"}),
    ("either", "1", {"S": "1"}),
    ("shouted", "x", {"S": "X"}),
    ("cents", Decimal("1.23"), {"N": "123"}),
]


@pytest.mark.parametrize(("text", "value", "stored"), FITTING, ids=str)
def test_an_operand_is_stored_as_the_field_would_be(text: str, value: Any, stored: AttributeValue) -> None:
    """A comparison is with what is really in the table; what the field allows does not matter."""
    assert stored == operand(parse(Event, text), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("name", 1),
        ("name", b"x"),
        ("name", ["x"]),
        ("count", "1"),
        ("count", True),
        ("count", None),
        ("active", 1),
        ("active", "true"),
        ("data", 1),
        ("created_at", date(2024, 1, 2)),
        ("created_at", "yesterday"),
        ("day", datetime(2024, 1, 2, 3, tzinfo=PLUS_TWO)),
        ("uid", "no uuid"),
        ("colour", "blue"),
        ("kind", "c"),
        ("tags", [1]),
        ("tags", set()),
        ("names", "a"),
        ("ratio", float("nan")),
        ("count", 10**126),
        pytest.param("anything", object(), id="anything-object"),
        ("secret", SecretStr("hush")),
        ("secret", "hush"),
    ],
    ids=str,
)
def test_an_operand_that_the_field_never_holds_is_refused(text: str, value: Any) -> None:
    """A condition with it would silently never hold."""
    with pytest.raises(Unstorable) as caught:
        operand(parse(Event, text), value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("serialiser", "value"),
    [(lambda value: value.isoformat(), "not a date"), (lambda value: 1 / value, 0)],
)
def test_an_operand_that_the_fields_serialiser_refuses_is_refused(serialiser: Callable[[Any], Any], value: Any) -> None:
    """A user's serialiser is made for values of the field, and may fail for others."""

    class Model(BaseModel):
        x: Annotated[Any, PlainSerializer(serialiser)]

    with pytest.raises(Unstorable):
        operand(parse(Model, "x"), value)


def test_a_new_value_that_a_serializer_on_the_class_writes_must_read_back() -> None:
    """As when the whole model is saved."""
    with pytest.raises(ItemEncodingError, match=r"Event\.cents cannot be stored: .* would be read back as another"):
        new_value(parse(Event, "cents"), "1.23")


def test_an_operand_that_a_serialiser_on_the_class_refuses_is_refused() -> None:
    """It is refused with a reason of ours, not with an error from inside the serialiser."""
    with pytest.raises(Unstorable):
        operand(parse(Event, "cents"), "no number")


def test_a_serialiser_for_all_fields_applies_to_operands_and_new_values() -> None:
    """A condition or a key is compared with what `@field_serializer("*")` has stored."""

    class Star(BaseModel):
        name: str
        ages: list[int]

        @field_serializer("*")
        def _render(self, value: Any) -> str:
            return json.dumps(value)

        @field_validator("*", mode="before")
        @classmethod
        def _parse(cls, value: Any) -> Any:
            return json.loads(value) if isinstance(value, str) and value[0] in '["' else value

    stored = encode_item(Star(name="x", ages=[1]))
    assert ({"name": {"S": '"x"'}, "ages": {"S": "[1]"}}, stored, stored) == (
        stored,
        {"name": operand(parse(Star, "name"), "x"), "ages": operand(parse(Star, "ages"), [1])},
        {"name": new_value(parse(Star, "name"), "x"), "ages": new_value(parse(Star, "ages"), [1])},
    )


def test_a_list_of_elements_has_operands_of_its_elements_type() -> None:
    """`contains` asks for one element."""
    assert {"S": "a"} == element_operand(parse(Event, "names").storage.elements[0], "a")


@pytest.mark.parametrize(
    ("text", "value", "stored"),
    [
        ("name", "abc", {"S": "abc"}),
        ("count", 1, {"N": "1"}),
        ("count", "1", {"N": "1"}),
        ("price", 1, {"N": "1"}),
        ("age", None, {"NULL": True}),
        ("created_at", "2024-01-02T00:00:00Z", {"S": "2024-01-02T00:00:00.000000Z"}),
        ("colour", "red", {"S": "red"}),
        ("address", {"city": "x", "zip": "1"}, {"M": {"city": {"S": "x"}, "zip": {"S": "1"}}}),
        ("tags", ["a"], {"SS": ["a"]}),
        ("shouted", "X", {"S": "X"}),
        ("cents", "0", {"N": "0"}),
        ("names[0]", "a", {"S": "a"}),
    ],
    ids=str,
)
def test_a_new_value_is_validated_and_stored_like_a_constructors_argument(
    text: str, value: Any, stored: AttributeValue
) -> None:
    """An update stores what saving the model would have stored."""
    assert stored == new_value(parse(Event, text), value)


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        (
            "count",
            "x",
            (
                "Event.count does not accept the new str: Input should be a valid integer, unable to parse string as "
                "an integer."
            ),
        ),
        (
            "name",
            "ab",
            "Event.name does not accept the new str: String should have at least 3 characters.",
        ),
        ("count", None, "Event.count does not accept the new NoneType: Input should be a valid integer."),
        ("names[0]", 1, "Event.names[0] does not accept the new int: Input should be a valid string."),
        (
            "names",
            ["abc", 1],
            "Event.names does not accept the new list: Input should be a valid string (at [1]).",
        ),
        (
            "seen_at",
            datetime(2024, 1, 2),  # noqa: DTZ001 - naive on purpose
            "Event.seen_at does not accept the new datetime: Input should have timezone info.",
        ),
        ("address", {"zip": "1"}, "Event.address does not accept the new dict: Field required (at .city)."),
    ],
    ids=str,
)
def test_a_new_value_that_the_field_refuses_is_refused(text: str, value: Any, message: str) -> None:
    """The refusal names the field and the reason, never the value."""
    with pytest.raises(InvalidUpdateError) as caught:
        new_value(parse(Event, text), value)
    assert (message, "Event") == (str(caught.value), caught.value.model_name)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("anything", (1, 2)),
        ("tags", set()),
        ("ratio", float("inf")),
        ("secret", "hush"),
        pytest.param("anything", object(), id="anything-object"),
    ],
    ids=str,
)
def test_a_new_value_that_cannot_be_stored_exactly_is_refused(text: str, value: Any) -> None:
    """Lossless or loud holds for updates too."""
    with pytest.raises(ItemEncodingError, match=rf"^Event\.{text} cannot be stored: ") as caught:
        new_value(parse(Event, text), value)
    assert "hush" not in str(caught.value)


def test_a_refused_new_value_knows_the_path_to_it() -> None:
    """As a refused item does."""
    with pytest.raises(ItemEncodingError) as caught:
        new_value(parse(Event, "anything"), [1, object()])
    assert ("anything", 1) == caught.value.path


def test_a_strict_model_is_as_strict_about_new_values() -> None:
    """Its constructor would refuse the text of a number as well."""

    class Strict(BaseModel):
        model_config = ConfigDict(strict=True)

        count: int

    with pytest.raises(InvalidUpdateError):
        new_value(parse(Strict, "count"), "1")


def test_an_operand_agrees_with_the_item_for_every_field() -> None:
    """A field compared with its own value holds."""
    event = Event(
        name="abc",
        count=1,
        price=Decimal("0.10"),
        ratio=0.1,
        active=True,
        data=b"x",
        created_at=datetime(2024, 1, 2, tzinfo=PLUS_TWO),
        day=date(2024, 1, 2),
        length=timedelta(days=1),
        uid=SOME_UUID,
        colour=Colour.GREEN,
        kind="a",
        address=Address(city="x"),
        tags={"a"},
        names=["a"],
        shouted="x",
        cents=Decimal(1),
        secret=SecretStr("hush"),
    )
    names = set(Event.model_fields) - {"secret", "age", "anything", "seen_at"}
    assert encode_item(event, only=names) == {name: operand(parse(Event, name), getattr(event, name)) for name in names}


def test_a_nested_model_with_a_serialiser_of_its_own_is_an_operand() -> None:
    """What the nested model's serialiser returns is what is compared."""

    class Money(BaseModel):
        amount: int

        @model_serializer
        def _text(self) -> str:
            return f"{self.amount} EUR"

    class Order(BaseModel):
        total: Money

    assert {"S": "1 EUR"} == operand(parse(Order, "total"), Money(amount=1))


def without_unit(value: Any) -> Any:
    """Read a price with its unit."""
    return value.removesuffix(" EUR") if isinstance(value, str) else value


class WholeByHand(BaseModel):
    pk: str
    day: date = date(2024, 1, 2)
    price: Annotated[Decimal, PlainSerializer(lambda value: f"{value} EUR"), BeforeValidator(without_unit)] = Decimal(1)
    count: int = 1

    @field_serializer("pk")
    def _prefixed(self, value: str) -> str:
        return f"P#{value}"

    @field_serializer("day")
    def _compact(self, value: date) -> str:
        return value.strftime("%Y%m%d")

    @field_validator("pk", "day", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, str) and value.isdigit():
            return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a date has no time zone
        return value.removeprefix("P#") if isinstance(value, str) else value

    @model_serializer(mode="wrap")
    def _whole(self, dump: Any) -> dict[str, Any]:
        return {**dump(self), "kind": "m"}


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("pk", "q", {"S": "P#q"}),
        ("day", date(2024, 1, 2), {"S": "20240102"}),
        ("price", Decimal(1), {"S": "1 EUR"}),
        ("count", 1, {"N": "1"}),
    ],
)
def test_the_operands_of_a_model_with_its_own_serialiser_are_what_it_writes(
    name: str, value: Any, stored: AttributeValue
) -> None:
    """Keys, conditions and updates go through its fields' serialisers as well."""
    path = parse(WholeByHand, name)
    assert (stored, stored, stored) == (
        encode_item(WholeByHand(pk="q"))[name],
        operand(path, value),
        new_value(path, value),
    )


class ComputesByHand(BaseModel):
    number: int

    @computed_field
    @property
    def day(self) -> date:
        """Compute a day that the class spells in its own way."""
        return date(2024, 1, self.number)

    @field_serializer("day")
    def _render(self, value: date) -> str:
        return value.strftime("%d/%m/%Y")


def test_an_operand_of_a_computed_field_that_the_class_serialises_is_refused() -> None:
    """Its serialiser cannot be asked without a whole model, and a condition would silently never hold."""
    with pytest.raises(Unstorable) as caught:
        operand(parse(ComputesByHand, "day"), date(2024, 1, 3))
    assert (
        "a serializer of the class writes this computed field; move the serializer to the return annotation",
        {"number": {"N": "3"}, "day": {"S": "03/01/2024"}},
    ) == (caught.value.reason, encode_item(ComputesByHand(number=3)))


class ComputesByType(BaseModel):
    number: int

    @computed_field
    @property
    def day(self) -> Annotated[date, PlainSerializer(lambda value: value.strftime("%d/%m/%Y"))]:
        """Compute a day that its type spells."""
        return date(2024, 1, self.number)


def test_a_serialiser_in_a_computed_fields_annotation_applies_to_operands() -> None:
    """This is the remedy that the refusal of the other way names."""
    item = encode_item(ComputesByType(number=3))
    assert item["day"] == operand(parse(ComputesByType, "day"), date(2024, 1, 3)) == {"S": "03/01/2024"}


@pydantic.dataclasses.dataclass
class DataclassByHand:
    day: date
    count: int = 1

    @field_serializer("day")
    def _compact(self, value: date) -> str:
        return value.strftime("%Y%m%d")

    @field_validator("day", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return date.fromisoformat(f"{value[:4]}-{value[4:6]}-{value[6:]}") if isinstance(value, str) else value


class HoldsDataclass(BaseModel):
    inner: DataclassByHand
    many: list[DataclassByHand] = []


@pytest.mark.parametrize(
    ("text", "value", "stored"),
    [
        ("inner.day", date(2024, 1, 2), {"S": "20240102"}),
        ("many[0].day", date(2024, 1, 2), {"S": "20240102"}),
        ("inner.count", 2, {"N": "2"}),
        (
            "inner",
            DataclassByHand(date(2024, 1, 2)),
            {"M": {"day": {"S": "20240102"}, "count": {"N": "1"}}},
        ),
    ],
    ids=str,
)
def test_the_serialisers_of_a_nested_dataclass_apply_to_operands_and_new_values(
    text: str, value: Any, stored: AttributeValue
) -> None:
    """A condition on its field is compared with what it has stored."""
    path = parse(HoldsDataclass, text)
    assert (stored, stored) == (operand(path, value), new_value(path, value))


class CatEvent(BaseModel):
    kind: Literal["cat"] = "cat"
    at: date
    name: str = ""


class DogEvent(BaseModel):
    kind: Literal["dog"] = "dog"
    at: datetime
    name: str = ""


class HoldsEither(BaseModel):
    event: Annotated[CatEvent | DogEvent, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("at", date(2024, 1, 2), {"S": "2024-01-02"}),
        ("at", datetime(2024, 1, 2, 3, tzinfo=PLUS_TWO), {"S": "2024-01-02T01:00:00.000000Z"}),
        ("at", datetime(2024, 1, 2), {"S": "2024-01-02T00:00:00.000000"}),  # noqa: DTZ001 - naive on purpose
        ("name", "x", {"S": "x"}),
    ],
    ids=str,
)
def test_a_field_of_several_types_in_a_union_has_operands_of_their_own_type(
    name: str, value: Any, stored: AttributeValue
) -> None:
    """Neither record of the union is taken for the other."""
    assert stored == operand(parse(HoldsEither, f"event.{name}"), value)


class AliasedTyped(TypedDict, total=False):
    __pydantic_config__ = ConfigDict(serialize_by_alias=True)  # type: ignore[misc]

    first: Annotated[int, Field(alias="x")]


class HoldsTyped(BaseModel):
    inner: AliasedTyped


def test_a_field_of_a_typed_dict_with_an_alias_has_operands_and_new_values() -> None:
    """Without a warning of Pydantic's about the alias, which is of no concern to the value."""
    path = parse(HoldsTyped, "inner.first")
    assert ({"N": "7"}, {"N": "7"}) == (operand(path, 7), new_value(path, 7))


@dataclasses.dataclass
class Plain:
    x: int


class HoldsRecords(BaseModel):
    address: Address
    maybe: Address | None = None
    many: list[Address] = []
    plain: Plain = Field(default_factory=lambda: Plain(1))


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("address", {"city": "x"}, "expected Address, got dict"),
        ("address", {"city": "x", "zip": "1"}, "expected Address, got dict"),
        ("maybe", {"city": "x"}, "expected Address, got dict"),
        ("many[0]", {"city": "x"}, "expected Address, got dict"),
        ("plain", {"x": 1}, "expected Plain, got dict"),
    ],
)
def test_a_dict_is_no_operand_of_a_nested_record(text: str, value: Any, reason: str) -> None:
    """It would be compared without the record's defaults and under the names that it happens to have."""
    with pytest.raises(Unstorable) as caught:
        operand(parse(HoldsRecords, text), value)
    assert reason == caught.value.reason


def test_a_dict_is_no_element_of_a_list_of_records() -> None:
    """`contains` compares whole elements."""
    with pytest.raises(Unstorable) as caught:
        element_operand(parse(HoldsRecords, "many").storage.elements[0], {"city": "x"})
    assert "expected Address, got dict" == caught.value.reason


class Shouts(BaseModel):
    words: list[Annotated[str, PlainSerializer(lambda value: value.upper())]] = []


@pytest.mark.parametrize(
    "find",
    [
        lambda: element_operand(parse(Shouts, "words").storage.elements[0], 5),
        lambda: operand(parse(Shouts, "words[0]"), 5),
        lambda: operand(parse(Shouts, "words"), [5]),
    ],
    ids=["contains", "an element", "the list"],
)
def test_an_elements_serialiser_that_fails_is_a_refusal(find: Callable[[], Any]) -> None:
    """The user's own error is left out: its text may show the value."""
    with pytest.raises(Unstorable) as caught:
        find()
    assert ("the field's serializer refused " + ("list" if "list" in caught.value.reason else "int"), None) == (
        caught.value.reason,
        caught.value.__cause__,
    )


def test_a_new_value_that_the_fields_serialiser_refuses_is_refused() -> None:
    """As a value that cannot be stored. The text of the user's own error may show the value, so it is left out."""

    def lucky(value: int) -> int:
        return 100 // (value - 13)

    class Wheel(BaseModel):
        number: Annotated[int, PlainSerializer(lucky)]

    with pytest.raises(ItemEncodingError, match=r"^Wheel\.number cannot be stored: ") as caught:
        new_value(parse(Wheel, "number"), 13)
    assert (("number",), None) == (caught.value.path, caught.value.__cause__)


def very_deep() -> Any:
    """Nest a list deeper than Python recurses."""
    value: Any = 1
    for _ in range(5000):
        value = [value]
    return value


def in_itself() -> Any:
    """Make a list that contains itself."""
    value: list[Any] = []
    value.append(value)
    return value


@pytest.fixture
def ordinary_depth() -> Iterator[None]:
    """Let Python recurse as deep as it does by default, whatever a test before has allowed (Hypothesis does)."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("ordinary_depth")
@pytest.mark.parametrize("make", [very_deep, in_itself])
def test_a_value_without_end_is_a_refusal_in_conditions_and_updates(make: Callable[[], Any]) -> None:
    """DynamoDB keeps 32 levels; Python's own RecursionError never comes out."""
    path = parse(Event, "anything")
    with pytest.raises(Unstorable, match="nested too deep"):
        operand(path, make())
    with pytest.raises(ItemEncodingError, match=r"^Event\.anything cannot be stored: it is nested too deep") as caught:
        new_value(path, make())
    assert ("anything",) == caught.value.path


class Priced(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: str = Field(alias="n")
    price: int = 1


class Basket(BaseModel):
    items: list[Priced] = []
    by_name: dict[str, Priced] = {}


@pytest.mark.parametrize(
    ("path", "given", "meant"),
    [
        ("items", [{"n": "x"}], [Priced(n="x")]),
        ("by_name", {"a": {"n": "x"}}, {"a": Priced(n="x")}),
    ],
)
def test_a_dict_in_a_container_means_the_record_with_its_defaults(path, given, meant):
    """A condition on a list of records compares with what is stored, defaults and aliases included."""
    found = parse(Basket, path)
    assert operand(found, meant) == operand(found, given)


def test_a_dict_in_a_container_that_is_no_record_is_refused():
    """It would be compared with nothing that is stored."""
    with pytest.raises(Unstorable, match="its values do not have the types of the field"):
        operand(parse(Basket, "items"), [{"name": "x"}])


class Session(BaseModel):
    expires_at: Annotated[datetime | None, TimeToLive] = None
    others: list[Annotated[datetime, TimeToLive]] = []


LATER = datetime(2024, 5, 1, 12, 0, 0, 250000, tzinfo=timezone.utc)
EXPIRY, ELEMENT = parse(Session, "expires_at"), parse(Session, "others[0]")


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (LATER, "1714564800.25"),
        (LATER.astimezone(timezone(timedelta(hours=-5))), "1714564800.25"),
        (datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc), "-1"),
        (datetime.max.replace(tzinfo=timezone.utc), "253402300799.999999"),
        ("2024-05-01T12:00:00.25Z", "1714564800.25"),
        (1714564800, "1714564800"),
        (Decimal("0.5"), "0.5"),
    ],
)
def test_a_time_to_live_is_compared_with_any_time_exactly(value: Any, stored: str) -> None:
    """Also with one that could not be stored."""
    assert [{"N": stored}] * 2 == [operand(EXPIRY, value), element_operand(ELEMENT.storage, value)]


@pytest.mark.parametrize("value", [LATER.replace(tzinfo=None), "2024-05-01T12:00:00", "soon", True, b"1", LATER.date()])
def test_a_time_to_live_is_compared_with_nothing_else(value: Any) -> None:
    """A time without a time zone may be any time."""
    with pytest.raises(Unstorable):
        operand(EXPIRY, value)


def test_a_new_time_to_live_is_whole_seconds() -> None:
    """As it is validated by the field."""
    assert {"N": "1714564800"} == new_value(EXPIRY, LATER)


class Loose(BaseModel):
    url: HttpUrl
    either: int | str = 0
    many: list[int] | str = ""
    some: Any = None
    size: ByteSize = ByteSize(0)
    odd: Annotated[int | str, AfterValidator(lambda value: {}[value])] = 0


@pytest.mark.parametrize(
    ("text", "encode"),
    [
        ("url", lambda path: new_elements(path, ["q"])),
        ("url", lambda path: new_elements(path, {"x"})),
        ("url", lambda path: amount(path, 5)),
        ("either", lambda path: new_elements(path, {"x"})),
        ("many", lambda path: new_elements(path, {"x": 1}.keys())),
    ],
)
def test_an_action_that_no_value_of_the_field_can_have_is_refused(text: str, encode: Callable[[Any], Any]) -> None:
    """The item could not be read."""
    with pytest.raises(InvalidUpdateError, match=rf"^Loose\.{text}: it is never a \w+: "):
        encode(parse(Loose, text))


@pytest.mark.parametrize(
    ("text", "encode", "expected"),
    [
        ("either", lambda path: amount(path, 5), {"N": "5"}),
        ("many", lambda path: new_elements(path, [1]), [{"N": "1"}]),
        ("some", lambda path: new_elements(path, {"x"}), [{"S": "x"}]),
        ("some", lambda path: amount(path, 5), {"N": "5"}),
        ("size", lambda path: amount(path, 5), {"N": "5"}),
        ("odd", lambda path: amount(path, 5), {"N": "5"}),
    ],
)
def test_an_action_that_some_value_of_the_field_can_have_is_encoded(
    text: str, encode: Callable[[Any], Any], expected: Any
) -> None:
    """Only DynamoDB knows what is stored."""
    assert expected == encode(parse(Loose, text))


class Named:
    """A thing without a form of its own."""

    def __init__(self, name: str) -> None:
        self.name = name


class Coded(BaseModel):
    code: Annotated[str, BeforeValidator(lambda value: getattr(value, "name", value))] = ""
    grown: Annotated[str, BeforeValidator(lambda value: f"{getattr(value, 'name', value)}!")] = ""


def test_an_operand_without_a_form_is_what_validation_makes_of_it() -> None:
    """If the field reads this form as the same value."""
    assert {"S": "x"} == operand(parse(Coded, "code"), Named("x"))
    with pytest.raises(Unstorable):
        operand(parse(Coded, "grown"), Named("x"))


class Whole(BaseModel):
    count: int = 0
    tags: set[str]

    @model_serializer(mode="wrap")
    def _write(self, handler: Any) -> Any:
        return handler(self)


def test_a_new_value_that_a_serializer_of_the_whole_class_writes_is_not_read_back() -> None:
    """Only the whole model could be."""
    assert {"N": "3"} == new_value(parse(Whole, "count"), 3)


def test_a_set_that_may_be_empty_accepts_it() -> None:
    """It is what a required set is read as, where its attribute is absent."""
    assert (True, False) == (accepts(parse(Whole, "tags"), set()), accepts(parse(Whole, "count"), set()))


class ForJson(BaseModel):
    count: Annotated[int, PlainSerializer(lambda count: count + 1)] = 0

    @field_serializer("*", when_used="json")
    def _write(self, value: Any) -> str:
        return str(value)


def test_a_value_is_written_as_the_class_writes_it_where_a_serializer_for_json_replaces_another() -> None:
    """Whichever of the two Pydantic uses."""
    expected = {"N": str(ForJson(count=3).model_dump()["count"])}
    assert expected == operand(parse(ForJson, "count"), 3)
