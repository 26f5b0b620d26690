"""Models to items and back: equal after reading, or refused before anything is sent."""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
import traceback
import types
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pydantic
import pydantic.dataclasses
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from pydantic import (
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    Json,
    NaiveDatetime,
    PlainSerializer,
    PrivateAttr,
    RootModel,
    SecretBytes,
    SecretStr,
    TypeAdapter,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import core_schema
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from pydamodb import ItemEncodingError, PydamoError
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.derived_schemas import derived_schema
from pydamodb._codec.items import decode_item, encode_item
from pydamodb._expressions.operands import new_value, operand
from pydamodb._expressions.paths import parse

T = TypeVar("T")
SOME_UUID = UUID("12345678-1234-5678-1234-567812345678")
AWARE = datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=2)))


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class LiteralText(str, Enum):
    YES = "yes"


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    zip_code: str | None = Field(default=None, alias="zip")


class DetailedAddress(Address):
    floor: int = 0


@dataclasses.dataclass
class Plain:
    x: int
    note: str | None = None


@pydantic.dataclasses.dataclass
class Validated:
    x: int
    tags: set[str] = dataclasses.field(default_factory=set)


class Typed(TypedDict):
    a: int
    b: NotRequired[str]


class Point(NamedTuple):
    x: int
    y: int


class Root(RootModel[list[int]]): ...


class Box(BaseModel, Generic[T]):
    content: T


class Tree(BaseModel):
    children: list[Tree] = []
    tags: set[str] = set()


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    tags: set[str] = set()


def holder(annotation: Any, **config: Any) -> type[BaseModel]:
    """Make a model with one field `value` of a type."""
    return pydantic.create_model("Holder", __config__=ConfigDict(**config), value=(annotation, ...))


def is_known(annotation: Any) -> bool:
    """Ask Pydantic whether it can make a schema of a type."""
    try:
        TypeAdapter(annotation)
    except pydantic.errors.PydanticSchemaGenerationError:
        return False
    return True


knows_complex = pytest.mark.skipif(not is_known(complex), reason="this Pydantic does not know complex numbers")

EQUAL: list[Any] = [
    (str, ""),
    (str, "é✓𝄞"),
    (int, 10**38 - 1),
    (float, 1e17 + 100),
    (float, 0.1),
    (Decimal, Decimal("0.1")),
    (bool, True),
    (bytes, b"\x00\xff"),
    (datetime, AWARE),
    (datetime, AWARE.replace(tzinfo=None)),
    (date, date(2024, 1, 2)),
    (time, time(1, 2, 3, 4)),
    (time, time(1, tzinfo=timezone(timedelta(hours=-1)))),
    (timedelta, timedelta(days=-1, microseconds=1)),
    (timedelta, timedelta(days=999_999_999)),
    (UUID, SOME_UUID),
    (AnyUrl, AnyUrl("https://example.com/")),
    (Colour, Colour.RED),
    (Literal["a", 1], 1),
    (int | None, None),
    (list[int], [1, 2]),
    (list[int | None], [None, 1]),
    (deque[int], deque([1, 2])),
    (Sequence[int], [1, 2]),
    (tuple[int, str], (1, "a")),
    (tuple[int, ...], ()),
    pytest.param(set[str], {"a", "b"}, id="a set of strings"),
    (set[Decimal], {Decimal("0.1")}),
    (frozenset[UUID], frozenset({SOME_UUID})),
    (dict[str, int], {"S": 1, "a.b": 2}),
    (dict[int, str], {1: "a", -2: "b"}),
    (dict[UUID, str], {SOME_UUID: "a"}),
    (dict[date, int], {date(2024, 1, 2): 1}),
    (dict[datetime, int], {AWARE: 1}),
    (dict[Colour, int], {Colour.GREEN: 1}),
    (dict[tuple[int, ...] | str, int], {"a": 1}),
    (Mapping[str, int], {"a": 1}),
    (OrderedDict[str, int], OrderedDict(a=1)),
    (Address, Address(city="Springfield", zip="1")),
    (Address | None, Address(city="Springfield")),
    (list[Address], [Address(city="a"), Address(city="b")]),
    (Plain, Plain(1)),
    (Validated, Validated(1, {"a"})),
    (Validated, Validated(1)),
    (Typed, {"a": 1}),
    (Typed, {"a": 1, "b": "x"}),
    (Point, Point(1, 2)),
    (Root, Root([1, 2])),
    (Box[int], Box[int](content=1)),
    (Box[Any], Box[Any](content=[1, "a", {"b": None}])),
    (Tree, Tree(children=[Tree(), Tree(children=[Tree(tags={"x"})])])),
    (Annotated[Cat | Dog, Field(discriminator="kind")], Dog(tags={"a"})),
    (Cat | Dog, Cat()),
    (int | str, "1"),
    (int | str, 1),
    (float | int, 0.5),
    (datetime | int, AWARE),
    (Json[list[int]], "[1, 2]"),
    (Any, None),
    (Any, {"S": "x"}),
    (Any, [1, 0.5, "a", True, None, b"x", {"N": "1"}]),
    pytest.param(Any, {"a", "b"}, id="a set of strings for Any"),
    (object, "x"),
    pytest.param(complex, 1 + 2j, marks=knows_complex),
]


@pytest.mark.parametrize(("annotation", "value"), EQUAL, ids=str)
def test_a_model_reads_back_equal(annotation: Any, value: Any) -> None:
    """Whatever its fields hold, in the field's own type."""
    model = holder(annotation)
    instance = model(value=value)
    back = decode_item(model, encode_item(instance))
    assert (instance, type(instance.value)) == (back, type(back.value))


def becomes(stored: str, read: str | None = None) -> str:
    """Spell the refusal of a value that would come back as one of another type, or as another of its own."""
    other = f"one of type {read}" if read else "another"
    validators = "" if read else "let its validators leave a stored value as it is, "
    remedy = f"{validators}annotate the field with the one type that it holds, or give it a serializer"
    return f"a value of type {stored} would be read back as {other}; {remedy}"


ORDERED = "an OrderedDict; the maps of DynamoDB keep no order, use a list of pairs"
SECRET = (
    "a secret, whose text is only asterisks; to store its real text, give the field a serializer that returns the "
    "value of get_secret_value()"
)
keeps_ordered_dicts = pytest.mark.skipif(
    type(TypeAdapter(Any).dump_python(OrderedDict(a=1))) is dict,
    reason="this Pydantic hands out an OrderedDict in Any as a plain dict",
)

LOSSY: list[Any] = [
    (str | datetime, AWARE, "", becomes("datetime", "str")),
    (datetime | str, AWARE, "", becomes("datetime", "str")),
    (Sequence[int], (1, 2), "", becomes("tuple", "list")),
    (Any, (1, 2), "", becomes("tuple", "list")),
    (Any, Decimal("0.1"), "", becomes("Decimal", "float")),
    (Any, AWARE, "", becomes("datetime", "str")),
    (Any, [SOME_UUID], "[0]", becomes("UUID", "str")),
    (Any, {"a": [1, {"b": SOME_UUID}]}, ".a[1].b", becomes("UUID", "str")),
    (Any, Colour.RED, "", becomes("Colour", "str")),
    (OrderedDict[str, int], OrderedDict(a=1, b=2), "", ORDERED),
    pytest.param(Any, OrderedDict(a=1, b=2), "", ORDERED, marks=keeps_ordered_dicts),
    (Any, {1: "a"}, "", becomes("dict")),
    (Any, frozenset(), "", "DynamoDB has no empty sets"),
    (list[Any], [Address(city="x")], "[0]", becomes("Address", "dict")),
    (Address, DetailedAddress(city="x", floor=1), "", becomes("DetailedAddress", "Address")),
    (list[Address], [DetailedAddress(city="x", floor=1)], "[0]", becomes("DetailedAddress", "Address")),
    pytest.param(
        object, object(), "", "a value of type object has no form in DynamoDB; give the field a serializer", id="object"
    ),
    (SecretStr, SecretStr("hush"), "", SECRET),
    (SecretBytes | None, SecretBytes(b"hush"), "", SECRET),
    (list[SecretStr], [SecretStr("hush")], "[0]", SECRET),
    (float, float("nan"), "", "DynamoDB has no number nan"),
    (str, "\ud800", "", "a string with a lone surrogate has no UTF-8 form"),
    (dict[str, int], {"": 1}, "", "an empty key; DynamoDB has no empty attribute names"),
    (int, 10**126, "", "a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125"),
    (
        timedelta,
        timedelta(days=999_999, microseconds=1),
        "",
        f"expected a timedelta of less than 136 years, or of whole seconds, got timedelta; {becomes('timedelta')}",
    ),
    (
        AwareDatetime,
        AWARE.replace(tzinfo=None),
        "",
        (
            "expected a datetime with a time zone, got one without, which cannot be read back: Input should have "
            "timezone info"
        ),
    ),
    (
        NaiveDatetime,
        AWARE,
        "",
        (
            "expected a datetime without a time zone, got one with, which cannot be read back: Input should not have "
            "timezone info"
        ),
    ),
    (
        list[AwareDatetime],
        [AWARE, AWARE.replace(tzinfo=None)],
        "",
        (
            "expected a datetime with a time zone, got one without, which cannot be read back: Input should have "
            "timezone info (at [1])"
        ),
    ),
]


@pytest.mark.parametrize(("annotation", "value", "where", "reason"), LOSSY, ids=str)
def test_what_would_come_back_as_something_else_is_refused(
    annotation: Any, value: Any, where: str, reason: str
) -> None:
    """Lossless or loud: the refusal names the field and what is in the way, and shows no secret."""
    model = pydantic.create_model("Holder", value=(annotation, ...))
    instance = model.model_construct(value=value)
    with pytest.raises(ItemEncodingError) as caught:
        encode_item(instance)
    error = caught.value
    assert (f"Holder.value{where} cannot be stored: {reason}.", "Holder", "value") == (
        str(error),
        error.model_name,
        error.path[0],
    )


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, True),
        (int, "1"),
        (int, 1.5),
        (str, 1),
        (bool, 2),
        (date, datetime(2024, 1, 2, 3, tzinfo=timezone.utc)),
        (datetime, date(2024, 1, 2)),
        (datetime, "2024-01-02"),
        (UUID, str(SOME_UUID)),
        (Colour, "blue"),
        (list[int], ["1"]),
        (list[int], (1,)),
        (set[int], [1]),
        (dict[str, int], {1: 1}),
        (Address, {"city": 1}),
        (str, None),
        (bytes, "a"),
    ],
    ids=str,
)
def test_an_assigned_value_of_another_type_is_refused(annotation: Any, value: Any) -> None:
    """Assignment is not validated by default; what no condition would find again is not stored."""
    model = holder(annotation)
    with pytest.raises(ItemEncodingError, match=r"^Holder\.value"):
        encode_item(model.model_construct(value=value))


@pytest.mark.parametrize(
    ("annotation", "assigned", "stored"),
    [
        (Decimal, 1, {"N": "1"}),
        (float, 1, {"N": "1.0"}),
        (int, 1.0, {"N": "1"}),
        (int, Decimal(1), {"N": "1"}),
        (bytes, bytearray(b"a"), {"B": "YQ=="}),
        (frozenset[int], {1}, {"NS": ["1"]}),
    ],
    ids=str,
)
def test_an_equal_value_of_another_type_is_stored_in_the_fields_type(
    annotation: Any, assigned: Any, stored: Any
) -> None:
    """It is the same value, and conditions are made for the field's type."""
    instance = holder(annotation).model_construct(value=assigned)
    assert {"value": stored} == encode_item(instance)


class Absences(BaseModel):
    default_none: str | None = None
    required_none: str | None
    other_default: str | None = "x"
    default_set: set[str] = set()
    required_set: set[str]
    nullable_set: set[str] | None = None


def test_none_and_empty_sets_are_left_out_where_they_read_back_and_null_elsewhere() -> None:
    """`exists()` means that there is a value; what cannot be told from absence is NULL."""
    instance = Absences(required_none=None, other_default=None, required_set=set())
    item = encode_item(instance)
    assert ({"required_none": {"NULL": True}, "other_default": {"NULL": True}}, instance) == (
        item,
        decode_item(Absences, item),
    )


class Nested(BaseModel):
    inner: Absences
    listed: list[Absences] = []
    mapped: dict[str, Absences] = {}
    pair: tuple[int, Absences] | None = None


def test_the_rules_for_none_and_empty_sets_hold_at_every_depth() -> None:
    """What is left out of a nested model comes back as well."""
    empty = Absences(required_none=None, required_set=set())
    instance = Nested(inner=empty, listed=[empty], mapped={"a": empty}, pair=(1, empty))
    item = encode_item(instance)
    stored = {"M": {"required_none": {"NULL": True}, "other_default": {"S": "x"}}}
    assert (stored, instance) == (item["inner"], decode_item(Nested, item))


@pytest.mark.parametrize(
    ("annotation", "value"), [(set[str] | None, set()), (list[set[str]], [set()]), (dict[str, set[str]], {"a": set()})]
)
def test_an_empty_set_that_would_not_come_back_is_refused(annotation: Any, value: Any) -> None:
    """An element cannot be left out, and a nullable field would read None."""
    with pytest.raises(ItemEncodingError, match="DynamoDB has no empty sets"):
        encode_item(holder(annotation)(value=value))


def test_a_set_with_a_full_default_is_refused_when_empty() -> None:
    """Left out, it would read back as the default."""

    class Full(BaseModel):
        tags: set[str] = {"a"}

    with pytest.raises(ItemEncodingError, match=r"Full\.tags cannot be stored: DynamoDB has no empty sets"):
        encode_item(Full(tags=set()))


class Aliased(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: str = Field(alias="full.name")
    inner: Address | None = None


def test_aliases_are_attribute_names_at_every_depth() -> None:
    """The table sees the names that the serialised model has."""
    instance = Aliased(**{"full.name": "Homer"}, inner=Address(city="x", zip="1"))
    item = encode_item(instance)
    expected = {"full.name": {"S": "Homer"}, "inner": {"M": {"city": {"S": "x"}, "zip": {"S": "1"}}}}
    assert (expected, instance) == (item, decode_item(Aliased, item))


def test_the_rules_for_none_and_empty_sets_hold_in_a_union_of_models() -> None:
    """A model is stored the same way wherever its type stands."""
    model = holder(Cat | Dog)
    instance = model(value=Dog())
    item = encode_item(instance)
    assert ({"value": {"M": {"kind": {"S": "dog"}}}}, instance) == (item, decode_item(model, item))


def test_a_type_that_pydantic_only_checks_reads_back_or_is_refused() -> None:
    """With `arbitrary_types_allowed` a bytearray is accepted as it is, and bytes are not."""
    model = holder(bytearray, arbitrary_types_allowed=True)
    instance = model(value=bytearray(b"ab"))
    try:
        back = decode_item(model, encode_item(instance))
    except ItemEncodingError:
        back = instance
    assert instance == back


class Computes(BaseModel):
    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)

    first: str
    hidden: int = Field(default=1, exclude=True)
    _private: int = PrivateAttr(default=2)

    @computed_field(alias="PK")
    @property
    def key(self) -> str:
        """Compute a key."""
        return f"NAME#{self.first}"

    @computed_field
    @property
    def mistyped(self) -> int:
        """Return something else than the annotation says."""
        return "no int"  # type: ignore[return-value]


def test_computed_fields_are_stored_and_ignored_when_read() -> None:
    """Also where the model forbids extra attributes, and whatever their annotation says."""
    item = encode_item(Computes(first="Homer"))
    expected = {"first": {"S": "Homer"}, "PK": {"S": "NAME#Homer"}, "mistyped": {"S": "no int"}}
    assert (expected, Computes(first="Homer")) == (item, decode_item(Computes, item))


def test_excluded_fields_and_private_attributes_are_not_stored() -> None:
    """They are no part of what the model shows."""
    assert {"hidden", "_private"}.isdisjoint(encode_item(Computes(first="Homer", hidden=5)))


@pytest.mark.parametrize(
    ("extra", "expected"),
    [("ignore", {"x": {"N": "1"}}), ("allow", {"x": {"N": "1"}, "more": {"L": [{"S": "a"}, {"N": "1"}]}})],
)
def test_extra_attributes_are_kept_where_the_model_keeps_them(extra: Any, expected: Any) -> None:
    """They are stored by their own type and come back."""

    class Open(BaseModel):
        model_config = ConfigDict(extra=extra)

        x: int

    instance = Open(x=1, more=["a", 1])
    item = encode_item(instance)
    assert (expected, instance) == (item, decode_item(Open, item))


def test_an_extra_attribute_that_would_come_back_as_another_value_is_refused() -> None:
    """No annotation says what it was."""

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

    with pytest.raises(ItemEncodingError) as caught:
        encode_item(Open(more=(1, 2)))
    assert f"Open.more cannot be stored: {becomes('tuple', 'list')}." == str(caught.value)


def test_a_nested_open_model_is_read_back_too() -> None:
    """What an open model holds beyond its fields is doubted wherever it stands."""

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

    with pytest.raises(ItemEncodingError) as caught:
        encode_item(holder(list[Open])(value=[Open(more=SOME_UUID)]))
    assert f"Holder.value[0].more cannot be stored: {becomes('UUID', 'str')}." == str(caught.value)


class ByHand(BaseModel):
    amount: Annotated[float, PlainSerializer(lambda value: Decimal(str(value)))]
    tags: list[str]
    for_json: Annotated[int, PlainSerializer(lambda value: f"{value}", when_used="json")] = 1
    secret: SecretStr

    @field_serializer("tags")
    def _join(self, tags: list[str]) -> str:
        return ",".join(tags)

    @field_validator("tags", mode="before")
    @classmethod
    def _split(cls, tags: Any) -> Any:
        return tags.split(",") if isinstance(tags, str) else tags

    @field_serializer("secret")
    def _open(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


def test_a_fields_own_serialisers_decide_over_its_stored_form() -> None:
    """Those for JSON alone do not; a secret can be stored if its model says how."""
    instance = ByHand(amount=0.1, tags=["a", "b"], secret=SecretStr("hush"))
    item = encode_item(instance)
    expected = {"amount": {"N": "0.1"}, "tags": {"S": "a,b"}, "for_json": {"N": "1"}, "secret": {"S": "hush"}}
    assert (expected, instance) == (item, decode_item(ByHand, item))


def test_a_model_serialiser_decides_over_the_whole_item() -> None:
    """It may rename, add and leave out."""

    class Whole(BaseModel):
        x: int

        @model_serializer
        def _whole(self) -> dict[str, Any]:
            return {"x": self.x, "double": self.x * 2}

    assert {"x": {"N": "1"}, "double": {"N": "2"}} == encode_item(Whole(x=1))


@pytest.mark.parametrize(
    ("extra", "stored"), [({}, {}), ({"more": "a"}, {"more": {"S": "a"}})], ids=["no extra", "an extra"]
)
def test_an_open_models_own_serialiser_may_add_an_attribute(extra: Any, stored: Any) -> None:
    """What it adds is no extra value, if the model drops it when it is read."""

    class Whole(BaseModel):
        model_config = ConfigDict(extra="allow")

        x: int

        @model_serializer(mode="wrap")
        def _whole(self, dump: Any) -> dict[str, Any]:
            return {**dump(self), "double": (self.x, self.x)}

        @model_validator(mode="before")
        @classmethod
        def _single(cls, data: dict[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in data.items() if name != "double"}

    expected = {"x": {"N": "1"}, "double": {"L": [{"N": "1"}, {"N": "1"}]}, **stored}
    assert expected == encode_item(Whole(x=1, **extra))


def test_an_extra_value_of_a_model_with_its_own_serialiser_must_read_back() -> None:
    """Only what the serialiser has made up is stored as it is."""

    class Whole(BaseModel):
        model_config = ConfigDict(extra="allow")

        @model_serializer(mode="wrap")
        def _whole(self, dump: Any) -> dict[str, Any]:
            return {**dump(self), "added": 1}

    with pytest.raises(ItemEncodingError) as caught:
        encode_item(Whole(more=(1, 2)))
    assert f"Whole.more cannot be stored: {becomes('tuple', 'list')}." == str(caught.value)


def test_a_serialiser_for_all_fields_decides_over_each() -> None:
    """`@field_serializer("*")` is one for every field of the model."""

    class Star(BaseModel):
        x: int
        tags: list[str] = []

        @field_serializer("*")
        def _render(self, value: Any) -> str:
            return json.dumps(value)

        @field_validator("*", mode="before")
        @classmethod
        def _parse(cls, value: Any) -> Any:
            return json.loads(value) if isinstance(value, str) else value

    assert {"x": {"S": "1"}, "tags": {"S": '["a"]'}} == encode_item(Star(x=1, tags=["a"]))


def test_a_model_that_serialises_to_no_mapping_is_refused() -> None:
    """An item is a map of attributes."""

    class Whole(BaseModel):
        x: int

        @model_serializer
        def _whole(self) -> list[int]:
            return [self.x]

    with pytest.raises(ItemEncodingError, match="its model serializer returned list; an item is made from a dict"):
        encode_item(Whole(x=1))


def test_a_serialiser_that_fails_is_a_refusal_with_its_cause() -> None:
    """The user's own error is named, with its traceback; its text may show the value."""

    class Fails(BaseModel):
        x: int

        @field_serializer("x")
        def _fail(self, value: int) -> int:
            reason = "no luck"
            raise ValueError(reason, value)

    with pytest.raises(
        ItemEncodingError, match=r"Fails cannot be stored: Pydantic cannot serialize it: .*`_fail`: ValueError\.$"
    ) as caught:
        encode_item(Fails(x=1))
    chain = "".join(traceback.format_exception(caught.value))
    assert (True, True, False) == tuple(text in chain for text in ("in _fail", "RuntimeError: ValueError", "no luck"))


def test_an_overridden_model_dump_is_made_for_other_readers() -> None:
    """What a web API shows is not what is stored."""

    class Api(BaseModel):
        x: int

        def model_dump(self, **_: Any) -> dict[str, Any]:
            return {"shown": True}

    assert {"x": {"N": "1"}} == encode_item(Api(x=1))


def test_validators_run_when_a_model_is_stored() -> None:
    """What a validator does to a stored value is known only when it runs: it runs before the item is sent."""
    runs: list[int] = []

    class Noisy(BaseModel):
        x: int

        @field_validator("x")
        @classmethod
        def _note(cls, value: int) -> int:
            runs.append(value)
            return value

    instance = Noisy(x=1)
    encode_item(instance)
    assert [1, 1] == runs


def test_storing_never_changes_the_model() -> None:
    """Neither its values nor its set of given fields."""
    instance = Nested(inner=Absences(required_none=None, required_set={"a"}))
    before = instance.model_copy(deep=True)
    encode_item(instance)
    assert (before, before.model_fields_set) == (instance, instance.model_fields_set)


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    when: datetime
    day: date
    uid: UUID
    colour: Colour
    amount: Decimal
    fraction: float
    pair: tuple[int, str]
    data: bytes
    length: timedelta
    names: frozenset[str]
    anything: int | str


def test_a_strict_model_reads_its_items() -> None:
    """DynamoDB has no dates, so that items are read leniently."""
    instance = Strict(
        when=AWARE,
        day=date(2024, 1, 2),
        uid=SOME_UUID,
        colour=Colour.RED,
        amount=Decimal("0.1"),
        fraction=1.0,
        pair=(1, "a"),
        data=b"x",
        length=timedelta(seconds=1),
        names=frozenset({"a"}),
        anything="1",
    )
    assert instance == decode_item(Strict, encode_item(instance))


@pytest.mark.parametrize("given_value", [Colour.RED, "red"])
def test_enums_kept_as_values_are_stored_as_values(given_value: Any) -> None:
    """`use_enum_values` leaves a plain value where the annotation says Enum."""
    model = holder(Colour, use_enum_values=True)
    instance = model(value=given_value)
    item = encode_item(instance)
    assert ({"value": {"S": "red"}}, instance) == (item, decode_item(model, item))


class CaseDoesNotMatter(Enum):
    LOWER = "a"
    UPPER = "A"

    def __eq__(self, other: object) -> bool:
        """Take two members for the same."""
        return isinstance(other, CaseDoesNotMatter) and self.value.lower() == other.value.lower()

    def __hash__(self) -> int:
        """Return one hash for both."""
        return hash(self.value.lower())


class WithoutHash(Enum):  # noqa: PLW1641 - as it says
    ONE = "one"
    TWO = "two"

    def __eq__(self, other: object) -> bool:
        """Compare, which makes Python take the hash away."""
        return self is other


@pytest.mark.parametrize("member", [*CaseDoesNotMatter, *WithoutHash], ids=repr)
def test_a_member_of_an_enum_is_stored_as_itself(member: Any) -> None:
    """Whatever its class takes for equal, and whether it has a hash or not."""
    model = holder(type(member))
    item = encode_item(model(value=member))
    assert ({"value": {"S": member.value}}, member) == (item, decode_item(model, item).value)


class ByName(Enum):
    ON = "OFF"
    OFF = "ON"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Read and write names."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls[value],
            serialization=core_schema.plain_serializer_function_ser_schema(lambda member: member.name),
        )


@pytest.mark.parametrize("member", ByName)
def test_an_enum_with_a_schema_of_its_own_is_stored_as_that_says(member: ByName) -> None:
    """It need not be stored by its values."""
    model = holder(ByName)
    item = encode_item(model(value=member))
    assert ({"value": {"S": member.name}}, member) == (item, decode_item(model, item).value)


def test_a_literal_of_an_enum_that_is_not_read_back_is_refused() -> None:
    """Pydantic takes the member for it, and not its value; unless they are equal, as those of a `str` enum are."""
    with pytest.raises(ItemEncodingError, match="value cannot be stored: a value of type Colour, which cannot be read"):
        encode_item(holder(Literal[Colour.RED])(value=Colour.RED))
    model = holder(Literal[LiteralText.YES])
    item = encode_item(model(value=LiteralText.YES))
    assert ({"value": {"S": "yes"}}, LiteralText.YES) == (item, decode_item(model, item).value)


def test_the_key_of_a_map_is_of_just_its_type() -> None:
    """A datetime is a date, and True an int, and neither would be read as the key that it was."""
    for annotation, key in ((date, datetime(2020, 1, 1, 12, 30, tzinfo=timezone.utc)), (int, True)):
        instance = holder(dict[annotation, int])(value={})  # type: ignore[valid-type]
        instance.value[key] = 1
        with pytest.raises(ItemEncodingError):
            encode_item(instance)


CLOSE = Decimal("1.0000000009313226"), Decimal("1.000000000931322574615478515625")


def test_numbers_of_a_set_are_told_apart() -> None:
    """The float that one of them would be read as is equal to the other one."""
    model = holder(set[Decimal])
    instance = model(value=set(CLOSE))
    assert instance == decode_item(model, encode_item(instance))


def test_a_base_class_instance_in_a_field_of_a_subclassed_type_is_stored() -> None:
    """Only an instance of the subclass would lose something."""
    assert {"value": {"M": {"city": {"S": "x"}}}} == encode_item(holder(Address)(value=Address(city="x")))


def test_some_fields_of_a_model_can_be_encoded_alone() -> None:
    """A delete needs the key, whatever the rest holds."""
    instance = Computes.model_construct(first="Homer")
    assert {"PK": {"S": "NAME#Homer"}} == encode_item(instance, only={"key"})


def test_an_item_that_does_not_fit_is_pydantics_own_error() -> None:
    """Pydantic's ValidationError passes through."""
    with pytest.raises(pydantic.ValidationError, match="city"):
        decode_item(Address, {"zip": {"S": "1"}})


def test_an_attribute_that_a_model_does_not_know_is_ignored() -> None:
    """A table may hold more than a model shows."""
    assert Address(city="x") == decode_item(Address, {"city": {"S": "x"}, "more": {"N": "1"}})


finite = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x or 1e-130 <= abs(x) < 1e126)
texts = st.text(st.characters(exclude_categories=("Cs",)))
names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)
whole = st.integers(-(10**38) + 1, 10**38 - 1)
decimals = st.builds(lambda n, e: Decimal(n).scaleb(e), whole, st.integers(-90, 87))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.none() | zones,
)
seconds = st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000))
FIELDS: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, texts),
    (int, whole),
    (float, finite),
    (Decimal, decimals),
    (bool, st.booleans()),
    (bytes, st.binary()),
    (datetime, moments),
    (date, st.dates()),
    (time, st.times()),
    (timedelta, seconds),
    (UUID, st.uuids()),
    (Colour, st.sampled_from(Colour)),
    (Literal["a", 1, True], st.sampled_from(["a"])),
    (set[str], st.sets(texts)),
    (set[Decimal], st.sets(decimals)),
    (frozenset[bytes], st.frozensets(st.binary())),
    (Address, st.builds(Address, city=texts, zip=st.none() | texts)),
    (Tree, st.recursive(st.builds(Tree, tags=st.sets(texts)), lambda t: st.builds(Tree, children=st.lists(t)))),
    (Typed, st.fixed_dictionaries({"a": whole}, optional={"b": texts})),
]


def _wrapped(field: tuple[Any, st.SearchStrategy[Any]]) -> st.SearchStrategy[tuple[Any, Any]]:
    """Draw the type or a container of it, with a value."""
    annotation, values = field
    options = [st.tuples(st.just(annotation), values), st.tuples(st.just(annotation | None), st.none() | values)]
    if "set" not in str(annotation):
        options += [
            st.tuples(st.just(list[annotation]), st.lists(values, max_size=3)),
            st.tuples(st.just(dict[str, annotation]), st.dictionaries(names, values, max_size=3)),
            st.tuples(st.just(tuple[annotation, int]), st.tuples(values, whole)),
        ]
    return st.one_of(options)


@given(st.lists(st.sampled_from(FIELDS).flatmap(_wrapped), min_size=1, max_size=4))
def test_a_random_model_reads_back_equal(fields: list[tuple[Any, Any]]) -> None:
    """Any fields of any types, without an engine: what is encoded decodes to an equal model."""
    annotations: dict[str, Any] = {f"f{index}": (annotation, ...) for index, (annotation, _) in enumerate(fields)}
    model: Any = pydantic.create_model("Random", **annotations)
    instance = model(**{f"f{index}": value for index, (_, value) in enumerate(fields)})
    try:
        item = encode_item(instance)
    except ItemEncodingError as error:
        event(str(error).partition(": ")[2])
        assert any(value == set() for _, value in fields)
    else:
        assert instance == decode_item(model, item)


def test_a_model_that_contains_itself_is_refused() -> None:
    """With an error of ours, as no item can hold it."""

    class Loop(BaseModel):
        inner: Any = None

    loop = Loop()
    loop.inner = loop
    with pytest.raises(ItemEncodingError, match=r"^Loop"):
        encode_item(loop)


def test_a_required_field_that_is_not_stored_is_refused_before_it_is_missed() -> None:
    """An item without it would be written, and could never be read."""

    class Hides(BaseModel):
        x: int = Field(exclude=True)

    with pytest.raises(PydamoError, match=r"Hides\.x"):
        encode_item(Hides(x=1))


class PartlyByHand(BaseModel):
    content: Any = None
    day: date = date(2024, 1, 2)

    @field_serializer("day")
    def _render(self, value: date) -> str:
        return value.isoformat()


class MoreByHand(PartlyByHand):
    more: str = ""


class Marked(BaseModel):
    content: Any = None
    price: Annotated[Decimal, PlainSerializer(lambda value: f"{value}")] = Decimal(1)


class MoreMarked(Marked):
    more: str = ""


@pytest.mark.parametrize(
    ("annotation", "value", "where", "reason"),
    [
        (PartlyByHand, MoreByHand(more="x"), "", becomes("MoreByHand", "PartlyByHand")),
        (PartlyByHand, PartlyByHand(content=(1, 2)), ".content", becomes("tuple", "list")),
        (PartlyByHand, PartlyByHand(content=[Decimal("0.1")]), ".content[0]", becomes("Decimal", "float")),
        (PartlyByHand | None, MoreByHand(more="x"), "", becomes("MoreByHand", "PartlyByHand")),
        (Marked, MoreMarked(more="x"), "", becomes("MoreMarked", "Marked")),
        (Marked, Marked(content=SOME_UUID), ".content", becomes("UUID", "str")),
        (list[Marked], [Marked(), MoreMarked(more="x")], "[1]", becomes("MoreMarked", "Marked")),
        (dict[str, Marked], {"a": MoreMarked(more="x")}, ".a", becomes("MoreMarked", "Marked")),
        (tuple[int, PartlyByHand], (1, MoreByHand(more="x")), "[1]", becomes("MoreByHand", "PartlyByHand")),
    ],
    ids=str,
)
def test_a_serialiser_on_one_field_leaves_its_siblings_in_doubt(
    annotation: Any, value: Any, where: str, reason: str
) -> None:
    """What a nested model writes by hand in one field excuses neither a subclass nor an `Any` beside it."""
    with pytest.raises(ItemEncodingError) as caught:
        encode_item(holder(annotation)(value=value))
    assert f"Holder.value{where} cannot be stored: {reason}." == str(caught.value)


@pytest.mark.parametrize("value", [PartlyByHand(content=[1, "a"]), Marked(content={"a": None})], ids=repr)
def test_a_nested_model_with_a_serialiser_on_one_field_reads_back_equal(value: Any) -> None:
    """The doubt about its siblings refuses only what would come back as something else."""
    model = holder(type(value))
    assert value == decode_item(model, encode_item(model(value=value))).value  # type: ignore[attr-defined]


def adds_kind(self: BaseModel, dump: Any) -> dict[str, Any]:
    """Serialise a model and add an attribute."""
    return {**dump(self), "kind": "m"}


class Wrapped(BaseModel):
    name: str
    number: int = 1

    _whole = model_serializer(mode="wrap")(adds_kind)


class Spelt(BaseModel):
    name: str
    number: int = 1

    @model_serializer
    def _whole(self) -> dict[str, Any]:
        return {"name": self.name, "number": self.number, "kind": "m"}


@pytest.mark.parametrize("model", [Wrapped, Spelt])
def test_some_fields_of_a_model_with_its_own_serialiser_can_be_encoded_alone(model: Any) -> None:
    """A delete takes the key from what the serialiser writes, and nothing that it adds."""
    assert {"name": {"S": "x"}} == encode_item(model(name="x", number=2), only={"name"})


@dataclasses.dataclass
class Counted:
    x: int = 1
    count: int = dataclasses.field(init=False, default=0)


@pydantic.dataclasses.dataclass
class CheckedCounted:
    x: int = 1
    count: int = dataclasses.field(init=False, default=0)


@dataclasses.dataclass
class Doubling:
    x: int

    def __post_init__(self) -> None:
        self.x *= 2


@pydantic.dataclasses.dataclass
class CheckedDoubling:
    x: int

    def __post_init__(self) -> None:
        self.x *= 2


@dataclasses.dataclass
class Seeded:
    x: int
    seed: dataclasses.InitVar[int] = 3

    def __post_init__(self, seed: int) -> None:
        self.x += seed


@dataclasses.dataclass
class NeedsSeed:
    x: int
    seed: dataclasses.InitVar[int]

    def __post_init__(self, seed: int) -> None:
        self.x += seed


@pydantic.dataclasses.dataclass(config=ConfigDict(extra="forbid"))
class Closed:
    x: int = 1

    @computed_field
    @property
    def double(self) -> int:
        """Compute something that a reader would not take."""
        return self.x * 2


def counted(record: Any) -> Any:
    """Change the field that the constructor does not take."""
    made = record()
    made.count = 9
    return made


@pytest.mark.parametrize(
    "value",
    [
        counted(Counted),
        counted(CheckedCounted),
        Doubling(1),
        CheckedDoubling(1),
        Seeded(1),
        NeedsSeed(1, 2),
        Closed(2),
    ],
    ids=repr,
)
def test_a_dataclass_that_would_not_construct_the_same_again_is_refused(value: Any) -> None:
    """What its constructor does not take, or makes something else of, is not stored and lost when reading."""
    with pytest.raises(ItemEncodingError, match=r"^Holder\.value\S* cannot be stored: "):
        encode_item(holder(type(value)).model_construct(value=value))


@dataclasses.dataclass
class Capped:
    x: int

    def __post_init__(self) -> None:
        self.x = min(self.x, 10)


@pydantic.dataclasses.dataclass
class Opened:
    x: int = 1

    @computed_field
    @property
    def double(self) -> int:
        """Compute something that a reader ignores."""
        return self.x * 2


@pytest.mark.parametrize("value", [Capped(3), Capped(30), Opened(2)], ids=repr)
def test_a_dataclass_that_constructs_the_same_again_is_stored(value: Any) -> None:
    """A `__post_init__` or a computed field alone is no reason to refuse."""
    model = holder(type(value))
    assert value == decode_item(model, encode_item(model(value=value))).value  # type: ignore[attr-defined]


class AliasedTyped(TypedDict, total=False):
    first: Annotated[int, Field(alias="x")]


def test_an_alias_in_a_typed_dict_is_its_attribute_name() -> None:
    """If the model around it serializes by alias. It reads back under the key that Pydantic gives the value."""
    config = ConfigDict(serialize_by_alias=True)
    model: Any = pydantic.create_model("Holder", __config__=config, value=(AliasedTyped, ...))
    instance = model(value={"x": 1})
    item = encode_item(instance)
    assert ({"value": {"M": {"x": {"N": "1"}}}}, instance) == (item, decode_item(model, item))


class Required(BaseModel):
    x: int
    text: str = ""


@dataclasses.dataclass
class RequiredInner:
    inner: Required


@pytest.mark.parametrize(
    ("annotation", "value", "where"),
    [
        (Required, Required.model_construct(text="a"), ".x"),
        (list[Required], [Required(x=1), Required.model_construct()], "[1].x"),
        (dict[str, Required], {"a": Required.model_construct()}, ".a.x"),
        (Required | None, Required.model_construct(), ".x"),
        (RequiredInner, RequiredInner(Required.model_construct()), ".inner.x"),
        (Typed, {"b": "x"}, ".a"),
    ],
    ids=str,
)
def test_a_nested_record_without_a_required_value_is_refused(annotation: Any, value: Any, where: str) -> None:
    """The item would be written, and could never be read."""
    with pytest.raises(ItemEncodingError) as caught:
        encode_item(holder(annotation).model_construct(value=value))
    assert f"Holder.value{where} cannot be stored: it is required and has no value." == str(caught.value)


def test_a_model_without_a_required_value_is_refused() -> None:
    """`model_construct` and `del` leave a model that could never be read."""
    with pytest.raises(ItemEncodingError) as caught:
        encode_item(Required.model_construct(text="a"))
    assert ("Required.x cannot be stored: it is required and has no value.", ("x",)) == (
        str(caught.value),
        caught.value.path,
    )


needs_exclude_if = pytest.mark.skipif(
    "exclude_if" not in inspect.signature(Field).parameters, reason="this Pydantic has no exclude_if"
)


def excluded_if_zero(default: Any) -> Any:
    """Make a model whose field is left out where it is 0."""
    make: Any = Field
    return pydantic.create_model("Excludes", x=(int, make(default, exclude_if=lambda value: value == 0)))


@needs_exclude_if
@pytest.mark.parametrize(
    ("default", "value", "item"), [(0, 0, {}), (0, 2, {"x": {"N": "2"}}), (1, 1, {"x": {"N": "1"}})]
)
def test_a_value_that_exclude_if_leaves_out_is_read_as_its_default(default: int, value: int, item: Any) -> None:
    """Where the value left out is the default, nothing is lost."""
    model = excluded_if_zero(default)
    instance = model(x=value)
    assert (item, instance) == (encode_item(instance), decode_item(model, encode_item(instance)))


@needs_exclude_if
@pytest.mark.parametrize(
    ("default", "reason"),
    [
        (1, becomes("int")),
        (..., "it is required and has no value"),
    ],
)
def test_a_value_that_exclude_if_would_lose_is_refused(default: Any, reason: str) -> None:
    """Left out, it would come back as another value, or not at all."""
    with pytest.raises(ItemEncodingError) as caught:
        encode_item(excluded_if_zero(default)(x=0))
    assert f"Excludes.x cannot be stored: {reason}." == str(caught.value)


class Chain(BaseModel):
    inner: Chain | None = None
    number: float = 1.0


class Branch(BaseModel):
    branches: list[Branch] = []
    number: float = 1.0


def nested(depth: int, wrap: Callable[[Any], Any], value: Any) -> Any:
    """Put a value so many levels deep."""
    for _ in range(depth):
        value = wrap(value)
    return value


NAN = float("nan")


def save(annotation: Any, value: Any) -> None:
    """Encode a model with the value."""
    encode_item(holder(annotation).model_construct(value=value))


def update(annotation: Any, value: Any) -> None:
    """Encode the value for an update."""
    new_value(parse(holder(annotation), "value"), value)


def compare(annotation: Any, value: Any) -> None:
    """Encode the value for a condition."""
    operand(parse(holder(annotation), "value"), value)


def encodings_of(use: Callable[[Any, Any], None], annotation: Any, value: Any) -> int:
    """Count how often the library's encoders run until the value is refused."""
    count = 0

    def note(frame: Any, event: str, _: Any) -> None:
        nonlocal count
        code = frame.f_code
        count += event == "call" and code.co_name == "encode" and "pydamodb" in code.co_filename

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        with pytest.raises((ItemEncodingError, Unstorable)):
            use(annotation, value)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("use", [save, update, compare])
@pytest.mark.parametrize(
    ("annotation", "wrap", "innermost"),
    [
        (Any, lambda value: [value], NAN),
        (Any, lambda value: {"a": value}, NAN),
        (pydantic.JsonValue, lambda value: [value], NAN),
        (Chain, lambda value: Chain(inner=value), Chain(number=NAN)),
        (Branch, lambda value: Branch(branches=[value]), Branch(number=NAN)),
        (list[Chain] | None, lambda value: [Chain(inner=value[0])], [Chain(number=NAN)]),
    ],
    ids=["lists", "maps", "JSON", "records", "lists of records", "a list of records"],
)
def test_the_work_to_refuse_a_value_grows_with_its_depth(
    use: Callable[[Any, Any], None], annotation: Any, wrap: Callable[[Any], Any], innermost: Any
) -> None:
    """Ten more levels cost the same everywhere: finding the place of an unstorable value never multiplies."""
    ten, twenty, thirty = (encodings_of(use, annotation, nested(depth, wrap, innermost)) for depth in (10, 20, 30))
    assert (True, twenty - ten) == (10 <= ten <= 10 * 10, thirty - twenty)


IS_NEW = tuple(map(int, pydantic.VERSION.split(".")[:2])) >= (2, 12)


class Sku:
    """A type by Pydantic's recipe: its form in JSON is a text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sku) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Read an instance or a text."""
        return text_schema(cls, cls)


class Money(Decimal):
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Read an instance or a text."""
        return text_schema(cls, cls)


@dataclasses.dataclass
class Code:
    number: int

    def __str__(self) -> str:
        return f"C{self.number}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Read an instance or a text."""
        return text_schema(cls, lambda text: cls(int(text[1:])))


def text_schema(cls: Any, make: Callable[[str], Any]) -> core_schema.CoreSchema:
    """Make the schema of a class whose instances are texts in JSON."""
    from_text = core_schema.no_info_after_validator_function(make, core_schema.str_schema())
    return core_schema.json_or_python_schema(
        json_schema=from_text,
        python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
        serialization=core_schema.to_string_ser_schema(),
    )


TEXTS: list[tuple[Any, Any, AttributeValue]] = [
    (Sku, Sku("a"), {"S": "a"}),
    (Sku | None, Sku("a"), {"S": "a"}),
    (Sku | int, Sku("a"), {"S": "a"}),
    (list[Sku], [Sku("a")], {"L": [{"S": "a"}]}),
    (set[Sku], {Sku("a")}, {"SS": ["a"]}),
    (dict[str, Sku], {"k": Sku("a")}, {"M": {"k": {"S": "a"}}}),
    (Code, Code(1), {"S": "C1"}),
    (Money, Money("1.5"), {"S": "1.5"}),
    *([(ZoneInfo, ZoneInfo("Europe/Oslo"), {"S": "Europe/Oslo"})] if IS_NEW else []),
]


@pytest.mark.parametrize(("annotation", "value", "stored"), TEXTS, ids=[str(annotation) for annotation, _, _ in TEXTS])
def test_a_type_that_is_a_text_in_json_by_its_schema_is_stored_as_text(
    annotation: Any, value: Any, stored: AttributeValue
) -> None:
    """The schema of the field decides, not the class of the value; operands and new values have the same form."""
    model = pydantic.create_model("Holder", x=(annotation, ...))
    instance = model(x=value)
    item = encode_item(instance)
    path = parse(model, "x")
    assert (stored, stored, stored) == (item["x"], operand(path, value), new_value(path, value))
    assert instance == decode_item(model, item)


def test_a_subclass_of_timedelta_keeps_its_duration() -> None:
    """Its operators and properties may be its own."""

    class Duration(timedelta):
        days = property(lambda _: "many")  # type: ignore[assignment]

        def __floordiv__(self, other: Any) -> Any:
            return NotImplemented

    model = pydantic.create_model("Holder", x=(timedelta, ...))
    item = encode_item(model(x=Duration(days=1, microseconds=1)))
    assert {"x": {"N": "86400.000001"}} == item


Tree = TypeAliasType("Tree", "list[Tree]")
Content = TypeAliasType("Content", "dict[str, Content] | list[Content] | int | None")


@pytest.mark.parametrize(("alias", "value"), [(Tree, [[], [[]]]), (Content, {"a": [1, {"b": None}]})], ids=str)
def test_an_alias_may_contain_itself(alias: Any, value: Any) -> None:
    """Its values are encoded by their own types and read back."""
    model = pydantic.create_model("Holder", x=(alias, ...))
    assert model(x=value) == decode_item(model, encode_item(model(x=value)))


def test_types_that_only_type_checkers_know_may_stand_in_a_class_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pydantic does not need them, and neither does the library."""
    monkeypatch.setitem(sys.modules, "with_texts", types.ModuleType("with_texts"))
    module = vars(sys.modules["with_texts"])
    source = """
from __future__ import annotations
import dataclasses
from typing import ClassVar
from typing_extensions import Annotated
from pydantic import Field

@dataclasses.dataclass
class Point:
    x: int
    log: ClassVar[Logger]
    y: Annotated[int, Field(ge=0)] = 0
"""
    exec(source, module)  # noqa: S102 - annotations as texts
    model = pydantic.create_model("Holder", x=(module["Point"], ...))
    instance = model(x=module["Point"](1, 2))
    item = encode_item(instance)
    assert ({"x": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}}, instance) == (item, decode_item(model, item))


@pytest.mark.skipif(not IS_NEW, reason="older versions of Pydantic cannot make such a model")
def test_a_chain_of_200_model_types_is_no_recursion_error() -> None:
    """The values of such a model are not as deep as its types."""
    model: Any = None
    for index in range(200):
        model = pydantic.create_model(
            f"Link{index}", number=(int, 0), inner=(model | None if model else int | None, None)
        )
    assert model(number=1) == decode_item(model, encode_item(model(number=1)))
    assert derived_schema(model) is None
