"""Models straight from the bytes of a reply: what comes out is what decoding and validating gives, or is left to it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    computed_field,
)
from pydantic_core import PydanticOmit, PydanticUseDefault, core_schema

from pydamodb import Attribute, PrimaryKeyModel, TimeToLive
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.items import decode_item, encode_item
from pydamodb._codec.pieces import pieces_of
from pydamodb._codec.validators import _body_reader, batch_reader, item_reader, page_reader
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._operations.keys import identity

T = TypeVar("T")


def twice(value: object) -> object:
    """Double a number, and leave all else to the type."""
    return value * 2 if isinstance(value, int) else value


def to_whole(value: float) -> float:
    """Round a number."""
    return float(round(value))


def default_of_seven(source: Any, handler: Any) -> Any:
    """Give a type a default, further in than a field has it."""
    return core_schema.with_default_schema(handler(source), default=7)


class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Address(BaseModel):
    city: str
    number: int = 0
    moved: datetime | None = None


class Options(BaseModel):
    """Takes any record for itself: nothing in it is required."""

    loud: bool = False
    N: str = "a field that is called as a tag is"


class Tagged(BaseModel):
    N: str
    note: str = ""


class Everything(PrimaryKeyModel):
    model_config = ConfigDict(serialize_by_alias=True)

    pk: str
    name: str = Field(default="", min_length=0, max_length=9)
    age: int = Field(default=0, alias="years")
    height: float | None = None
    salary: Decimal = Decimal(0)
    alive: bool = True
    born: datetime | None = None
    day: date | None = None
    at: time | None = None
    number: UUID | None = None
    colour: Colour = Colour.RED
    level: Level = Level.LOW
    word: Literal["a", "b"] = "a"
    either: int | str | None = None
    identified: UUID | str | None = None
    dated: date | str = ""
    anything: Any = None
    data: bytes = b""
    lasts: timedelta | None = None
    tags: list[str] = Field(default_factory=list)
    numbers: list[int | None] = Field(default_factory=list)
    matrix: list[list[Decimal]] = Field(default_factory=list)
    words: set[str] | None = None
    counts: set[int] | None = None
    prices: dict[str, Decimal] = Field(default_factory=dict)
    by_number: dict[int, str] = Field(default_factory=dict)
    pair: tuple[int, str] | None = None
    address: Address | None = None
    options: Options = Field(default_factory=Options)
    tagged: Tagged | None = None
    addresses: list[Address] = Field(default_factory=list)
    optional_addresses: list[Address | None] = Field(default_factory=list)
    all_options: list[Options] = Field(default_factory=list)
    places: dict[str, Address] = Field(default_factory=dict)
    expires: Annotated[datetime | None, TimeToLive()] = None
    rounded: Annotated[float, AfterValidator(to_whole)] = 0.0
    doubled: Annotated[int, BeforeValidator(twice)] = 0


def body_of(items: list[dict[str, Any]], **more: Any) -> bytes:
    """Make the body of a page."""
    return json.dumps({"Items": items, "Count": len(items), **more}).encode()


def read(model: type[BaseModel], item: dict[str, Any]) -> Any:
    """Read an item as the first of a page."""
    reader = page_reader(model)
    assert reader is not None, "the model is not read in this way"
    reply = reader(body_of([item]))
    assert reply is not None
    (found,) = reply["Models"]
    return found


def read_if_possible(model: type[BaseModel], item: dict[str, Any]) -> Any:
    """Do so; where a validator ends the reading of the whole page, all items are read one by one."""
    reader = page_reader(model)
    assert reader is not None
    reply = reader(body_of([item]))
    return Unread(item) if reply is None else reply["Models"][0]


def parts_of(value: object) -> Iterator[Any]:
    """Yield what must be the same of two values beside `==`: types, order, and which fields were given."""
    yield type(value)
    if isinstance(value, BaseModel):
        yield value.model_fields_set
        for name, part in vars(value).items():
            yield name
            yield from parts_of(part)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield name
            yield from parts_of(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from parts_of(part)


def check_same(model: type[BaseModel], item: dict[str, Any]) -> bool:
    """Check that an item is read as it is read by decoding it, and tell whether it was."""
    found = read(model, item)
    if isinstance(found, Unread):
        assert found == Unread(item)
        return False
    expected = decode_item(model, item)
    assert expected == found
    assert [*parts_of(expected)] == [*parts_of(found)]
    return True


texts = st.text(max_size=5) | st.sampled_from(
    ["red", "a", "2020-01-01T00:00:00Z", "2020-01-01", "12:00:00", "5", "true"]
)
numbers = st.integers(-(10**20), 10**20).map(str) | st.decimals(-99, 99, allow_nan=False, places=3).map(str)
attribute_values = st.recursive(
    st.builds(lambda text: {"S": text}, texts)
    | st.builds(lambda text: {"N": text}, numbers)
    | st.sampled_from([{"NULL": True}, {"BOOL": True}, {"BOOL": False}, {"B": "aGVsbG8="}, {"SS": ["a", "b"]}])
    | st.sampled_from([{"NS": ["1", "2.5"]}, {"BS": ["YQ=="]}, {"S": "12345678-1234-5678-1234-567812345678"}]),
    lambda inner: (
        st.builds(lambda parts: {"L": parts}, st.lists(inner, max_size=3))
        | st.builds(
            lambda parts: {"M": parts},
            st.dictionaries(st.sampled_from(["city", "number", "moved", "loud", "N", "note", "S", "x"]), inner),
        )
    ),
    max_leaves=6,
)
ATTRIBUTES = ["years" if name == "age" else name for name in Everything.model_fields if name != "pk"]


@settings(max_examples=5 * settings().max_examples)  # three attributes out of thirty, of several types each
@given(st.dictionaries(st.sampled_from([*ATTRIBUTES, "unknown"]), attribute_values, max_size=3))
def test_what_is_read_is_what_decoding_gives_whatever_is_stored(attributes: dict[str, Any]) -> None:
    """Whatever is stored, no value, no type and no field that is set differs, or the item is left to decoding."""
    check_same(Everything, {"pk": {"S": "k"}, **attributes})


models = st.builds(
    Everything,
    pk=st.just("k"),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    years=st.integers(-(10**30), 10**30),
    height=st.none() | st.floats(-1e99, 1e99).filter(lambda value: value == 0 or abs(value) > 1e-99),
    salary=st.decimals(-(10**9), 10**9, places=4),
    alive=st.booleans(),
    born=st.none() | st.datetimes(),
    day=st.none() | st.dates(),
    number=st.none() | st.uuids(),
    colour=st.sampled_from(Colour),
    level=st.sampled_from(Level),
    word=st.sampled_from(["a", "b"]),
    identified=st.none() | st.uuids().map(str) | st.just("text"),
    dated=st.dates().map(str) | st.just("text"),
    tags=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3),
    numbers=st.lists(st.none() | st.integers(-9, 9), max_size=3),
    words=st.none() | st.sets(st.sampled_from("abc"), min_size=1),
    prices=st.dictionaries(st.sampled_from("abc"), st.decimals(0, 9, places=2)),
    address=st.none() | st.builds(Address, city=st.sampled_from(["", "Rome"]), number=st.integers(0, 9)),
    options=st.builds(Options, loud=st.booleans()),
    addresses=st.lists(st.builds(Address, city=st.just("Rome"), number=st.integers(0, 9)), max_size=2),
    all_options=st.lists(st.builds(Options, loud=st.booleans()), max_size=2),
    places=st.dictionaries(st.sampled_from("abc"), st.builds(Address, city=st.just("Rome"))),
    doubled=st.just(0),
)


@given(models)
def test_what_was_saved_is_read_in_this_way(model: Everything) -> None:
    """What the model itself stores is not left to decoding: that would cost twice."""
    assert check_same(Everything, json.loads(json.dumps(encode_item(model))))


STORED_IN_TWO_WAYS: dict[str, Any] = {
    "name": {"N": "5"},
    "years": {"S": "5"},
    "born": {"N": "5"},
    "alive": {"N": "1"},
    "tags": {"M": {}},
    "address": {"S": "x"},
    "options": {"S": "x"},
    "tagged": {"N": "5"},
    "all_options": {"L": [{"S": "x"}, {"N": "1"}]},
    "addresses": {"L": [{"S": "x"}]},
    "places": {"L": []},
    "prices": {"N": "5"},
    "words": {"L": [{"S": "a"}]},
    "colour": {"S": "green"},
}


@pytest.mark.parametrize("attribute", STORED_IN_TWO_WAYS)
def test_an_attribute_of_another_type_is_never_taken_for_an_absent_one(attribute: str) -> None:
    """A default in the place of what is stored would be a lost attribute."""
    found = read(Everything, {"pk": {"S": "k"}, attribute: STORED_IN_TWO_WAYS[attribute]})
    assert isinstance(found, Unread)


def test_null_is_none_only_where_none_belongs() -> None:
    """NULL is read as None in optional fields, and left to decoding in others."""
    for name in ("height", "born", "address", "words", "tagged", "either", "expires"):
        assert check_same(Everything, {"pk": {"S": "k"}, name: {"NULL": True}}), name
    for name in ("name", "years", "tags", "options", "places", "colour"):
        assert isinstance(read(Everything, {"pk": {"S": "k"}, name: {"NULL": True}}), Unread), name


def test_elements_may_be_null_where_none_belongs() -> None:
    """So it is in lists."""
    elements = {"numbers": {"N": "1"}, "optional_addresses": {"M": {"city": {"S": "Rome"}}}}
    for name, element in elements.items():
        assert check_same(Everything, {"pk": {"S": "k"}, name: {"L": [element, {"NULL": True}]}}), name
        assert isinstance(read(Everything, {"pk": {"S": "k"}, name: {"L": [{"S": "x"}]}}), Unread), name
    assert isinstance(read(Everything, {"pk": {"S": "k"}, "addresses": {"L": [{"NULL": True}]}}), Unread)


class ByName(BaseModel):
    """Is stored, and read, under the name of a field too."""

    model_config = ConfigDict(populate_by_name=True)
    sku: str
    note: str | None = Field(None, validation_alias="remark")


class Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int


class NamedAsTags(BaseModel):
    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)
    S: str = Field(alias="x")


class NamedAsTag(BaseModel):
    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)
    M: Any = Field(alias="x")


class Guessing(Enum):
    A = "a"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> "Guessing":
        return cls.A if str.lower(value) == "a" else cls.OTHER  # type: ignore[arg-type] - like a recipe of Python's


def by_default(value: object) -> object:
    """Ask for the default in the place of 5."""
    if value == 5:
        raise PydanticUseDefault
    return value


def left_out(value: int) -> int:
    """Ask to leave out 5."""
    if value == 5:
        raise PydanticOmit
    return value


BY_NAME = {"M": {"sku": {"S": "a"}, "note": {"S": "keep me"}}}
MORE = {"M": {"a": {"N": "1"}, "z": {"N": "1"}}}
ASKED: list[tuple[Any, dict[str, Any]]] = [
    (list[ByName], {"L": [BY_NAME]}),
    (dict[str, ByName], {"M": {"k": BY_NAME}}),
    (list[ByName | None], {"L": [BY_NAME, {"NULL": True}]}),
    (list[list[ByName]], {"L": [{"L": [BY_NAME]}]}),
    (list[Sealed], {"L": [MORE]}),
    (dict[str, Sealed], {"M": {"k": MORE}}),
    (list[NamedAsTags], {"L": [{"S": "t"}]}),
    (NamedAsTags | None, {"S": "t"}),
    (list[NamedAsTag], {"L": [{"M": {"M": {"S": "q"}}}]}),
    (list[NamedAsTag], {"L": [{"M": {"S": {"S": "q"}}}]}),
    (Guessing | None, {"NULL": True}),
    (Guessing | None, {"N": "1"}),
    (Guessing | None, {"S": "A"}),
    (list[Guessing], {"L": [{"S": "A"}, {"S": "x"}]}),
    pytest.param(Annotated[int, BeforeValidator(by_default)], {"N": "5"}, id="before, by default"),
    pytest.param(Annotated[int | None, AfterValidator(by_default)], {"N": "5"}, id="after, by default"),
    pytest.param(
        list[Annotated[int, AfterValidator(left_out)]],
        {"L": [{"N": "4"}, {"N": "5"}, {"N": "6"}]},
        id="left out of a list",
    ),
    pytest.param(
        dict[str, Annotated[int, AfterValidator(left_out)]],
        {"M": {"a": {"N": "4"}, "b": {"N": "5"}}},
        id="left out of a dict",
    ),
]


@pytest.mark.parametrize(("annotation", "stored"), ASKED, ids=str)
def test_what_asks_for_more_than_its_value_is_read_as_ever(annotation: Any, stored: dict[str, Any]) -> None:
    """By its name, without others, as what is missing, or not at all: as decoding does it, or left to that."""

    class Asking(BaseModel):
        value: annotation = 7

    item = {"value": stored}
    expected, found = outcome(decode_item, Asking, item), outcome(read_if_possible, Asking, item)
    if isinstance(found, Unread):
        assert found == Unread(item)
    else:
        assert [*parts_of(expected)] == [*parts_of(found)]
        assert expected == found


def outcome(way: Any, model: type[BaseModel], item: dict[str, Any]) -> Any:
    """Return what a way to read an item gives, or the type of what it raises."""
    try:
        return way(model, item)
    except (pydantic.ValidationError, TypeError) as error:
        return type(error)


def test_one_item_that_does_not_fit_leaves_the_others_alone() -> None:
    """Only that item is read again."""
    reader = page_reader(Address)
    assert reader is not None
    bad = {"city": {"N": "5"}}
    reply = reader(body_of([{"city": {"S": "Rome"}}, bad], LastEvaluatedKey={"city": {"S": "x"}}))
    last = {"city": {"S": "x"}}
    assert reply == {"Models": [Address(city="Rome"), Unread(bad)], "Count": 2, "LastEvaluatedKey": last}


@pytest.mark.parametrize("error", [KeyError, RecursionError, ZeroDivisionError])
def test_a_validator_that_raises_anything_leaves_the_page_to_be_read_item_by_item(error: type[Exception]) -> None:
    """The error does not leave the reader: only the reading of one item can say which item it was."""

    def refuse(_: Any) -> Any:
        raise error

    class Refusing(BaseModel):
        value: Annotated[str, BeforeValidator(refuse)] = ""

    items = [{}, {"value": {"S": "x"}}]
    page, one, many = page_reader(Refusing), item_reader(Refusing), batch_reader(Refusing, (("value", "S"),))
    assert page is not None
    assert one is not None
    assert many is not None
    single, batch = compact({"Item": items[1]}), compact({"Responses": {"table": items}})
    assert (None, None, None) == (page(body_of(items)), one(single), many(batch))


def compact(reply: Mapping[str, Any]) -> bytes:
    """Spell a reply as DynamoDB does."""
    return json.dumps(reply, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize("last", [None, {"pk": {"S": "x"}}], ids=["last page", "page"])
@pytest.mark.parametrize("at_the_end", [True, False], ids=["items last", "items first"])
def test_a_page_of_many_pieces_is_one_page(last: Any, *, at_the_end: bool) -> None:
    """All items, in their order, those that do not fit among them; and all else, wherever it stands."""
    items = [{"pk": {"S": f"{number}" + 200 * "-"}, "tags": {"L": [{"S": "new"}]}} for number in range(1_000)]
    items[700]["tags"] = {"L": [{"N": "1"}]}
    rest = {"Count": len(items), **({"LastEvaluatedKey": last} if last else {})}
    body = compact({**rest, "Items": items} if at_the_end else {"Items": items, **rest})
    assert len(list(pieces_of(body))) > 3
    reader = page_reader(Everything)
    assert reader is not None
    reply = reader(body)
    assert reply is not None
    models = [Unread(item) if item is items[700] else decode_item(Everything, item) for item in items]
    assert {**rest, "Models": models} == reply


def test_a_long_page_with_more_items_than_it_counts_is_left_to_others() -> None:
    """Whatever was taken for an item is read as what it is there."""
    reader = page_reader(Address)
    assert reader is not None
    items = [{"city": {"S": "Rome"}, "number": {"N": "1"}}] * 5_000
    bodies = [compact({"Items": items, **rest}) for rest in ({"Count": 5_000}, {"Count": 4_999}, {})]
    assert [True, False, False] == [reader(body) is not None for body in bodies]


def test_validators_leave_out_items_of_short_and_long_pages_alike() -> None:
    """That is what Pydantic does with a `PydanticOmit` in a list."""

    class Odd(BaseModel):
        number: int

        @pydantic.model_validator(mode="after")
        def check(self) -> "Odd":
            if self.number % 2 == 0:
                raise PydanticOmit
            return self

    reader = page_reader(Odd)
    assert reader is not None
    for count in (3, 3_000):
        reply = reader(compact({"Items": [{"number": {"N": f"{number}"}} for number in range(count)], "Count": count}))
        assert reply is not None
        assert list(range(1, count, 2)) == [model.number for model in reply["Models"]]


def test_a_piece_that_is_none_leaves_the_page_to_others() -> None:
    """Also the last one."""
    reader = page_reader(Address)
    assert reader is not None
    items = [{"city": {"S": "Rome"}, "number": {"N": "1"}}] * 5_000
    body = compact({"Count": len(items), "Items": items})
    assert reader(body) is not None
    assert reader(body[:-1] + b"x") is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"Count": 1}', b'{"Items": {}}', b'{"Items": [], "x": \xff}'])
def test_a_body_that_is_none_is_left_to_others(body: bytes) -> None:
    """What is no reply, or no JSON, is reported where all replies are read."""
    reader = page_reader(Address)
    assert reader is not None
    assert reader(body) is None


def test_a_batch_has_the_keys_as_they_were() -> None:
    """Decoded, and whatever validators make of them: they are compared with those that were asked for."""
    reader = batch_reader(Everything, (("pk", "S"),))
    assert reader is not None
    item = {"pk": {"S": "k"}, "name": {"S": "n"}}
    body = {"Responses": {"t": [item]}, "UnprocessedKeys": {"t": {"Keys": [{"pk": {"S": "l"}}]}}}
    reply = reader(json.dumps(body).encode())
    assert reply == {
        "Models": {"t": [Everything(pk="k", name="n")]},
        "Keys": {"t": [{"pk": "k"}]},
        "UnprocessedKeys": body["UnprocessedKeys"],
    }


class Lowered(PrimaryKeyModel):
    pk: Annotated[str, AfterValidator(str.lower)]
    number: Decimal
    data: bytes


def test_keys_of_all_types_are_as_those_that_were_asked_for() -> None:
    """Told apart as their items are, by all of their attributes."""
    types = {"pk": "S", "number": "N", "data": "B"}
    items = [{"pk": {"S": "ABC"}, "number": {"N": text}, "data": {"B": "AP8="}} for text in ("100", "0.1")]
    reader = batch_reader(Lowered, (*types.items(),))
    assert reader is not None
    reply = reader(json.dumps({"Responses": {"t": items}}).encode())
    assert reply is not None
    schema = TableSchema(KeySchema(("pk", "number"), ("data",)), {}, types)
    assert [identity("t", schema, item) for item in items] == [("t", *key.values()) for key in reply["Keys"]["t"]]
    assert [("ABC", 100, b"\x00\xff"), ("ABC", Decimal("0.1"), b"\x00\xff")] == [
        tuple(key.values()) for key in reply["Keys"]["t"]
    ]


class Checked(PrimaryKeyModel):
    pk: str
    low: int
    high: int
    _seen: list[str] = pydantic.PrivateAttr(default_factory=list)

    def model_post_init(self, _: object) -> None:
        """Note that it was called."""
        self._seen.append("post init")

    @pydantic.field_validator("low")
    @classmethod
    def is_small(cls, value: int) -> int:
        """Check a value."""
        if value > 9:
            raise ValueError("too high")
        return value

    @pydantic.model_validator(mode="after")
    def is_ordered(self) -> "Checked":
        """Check two values."""
        self._seen.append("checked")
        if self.low > self.high:
            raise ValueError("not in order")
        return self


def test_validators_that_come_after_are_called() -> None:
    """Validators, private attributes and `model_post_init` do what they always do."""
    item = {"pk": {"S": "k"}, "low": {"N": "1"}, "high": {"N": "2"}}
    assert check_same(Checked, item)
    assert read(Checked, item)._seen == decode_item(Checked, item)._seen
    assert isinstance(read(Checked, {**item, "low": {"N": "3"}}), Unread)
    assert isinstance(read(Checked, {**item, "low": {"N": "10"}, "high": {"N": "20"}}), Unread)


class Twice(PrimaryKeyModel):
    """Pydantic refers to a model that two fields have in common."""

    pk: str
    home: Address
    work: Address | None = None
    rest: list[Address] = Field(default_factory=list)


class Page(BaseModel, Generic[T]):
    content: T


class Strict(PrimaryKeyModel):
    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", populate_by_name=True, use_enum_values=True, serialize_by_alias=True
    )

    pk: str
    born: datetime = Field(alias="birth")
    colour: Colour = Colour.RED


class OwnNew(PrimaryKeyModel):
    pk: str

    def __new__(cls, *_: object, **__: object) -> Any:
        """Make an instance as Python does."""
        return super().__new__(cls)


def test_models_of_many_kinds_are_read_in_this_way() -> None:
    """Shared and generic models, aliases, strictness, what is forbidden: all as with decoding."""
    rome = {"M": {"city": {"S": "Rome"}}}
    assert check_same(Twice, {"pk": {"S": "k"}, "home": rome, "work": rome, "rest": {"L": [rome]}})
    assert check_same(Page[Address], {"content": rome})
    assert check_same(Page[int], {"content": {"N": "5"}})
    assert check_same(OwnNew, {"pk": {"S": "k"}})
    born = {"birth": {"S": "2020-01-01T00:00:00Z"}}
    assert check_same(Strict, {"pk": {"S": "k"}, **born, "colour": {"S": "blue"}})
    assert isinstance(read(Strict, {"pk": {"S": "k"}, **born, "more": {"S": "x"}}), Unread)


class Node(PrimaryKeyModel):
    pk: str
    below: "list[Node]" = Field(default_factory=list)


class Open(PrimaryKeyModel):
    model_config = ConfigDict(extra="allow")
    pk: str


class Filled(PrimaryKeyModel):
    pk: str
    tags: set[str]


class Before(PrimaryKeyModel):
    pk: str

    @pydantic.model_validator(mode="before")
    @classmethod
    def look(cls, data: Any) -> Any:
        """Look at what is validated."""
        return data


class Informed(PrimaryKeyModel):
    pk: str
    name: str = ""

    @pydantic.field_validator("name")
    @classmethod
    def look(cls, value: str, info: pydantic.ValidationInfo) -> str:
        """Look at what is validated."""
        return f"{value} {info.mode}"


class Defaults(PrimaryKeyModel):
    pk: str
    tags: list[str] = Field(default=["a"], validate_default=True)


class OwnInit(PrimaryKeyModel):
    pk: str

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)


class OwnValidate(PrimaryKeyModel):
    pk: str

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Any:
        """Do as Pydantic does."""
        return super().model_validate(obj, **options)


class Computing(PrimaryKeyModel):
    model_config = ConfigDict(extra="forbid")
    pk: str

    @computed_field
    def twice(self) -> str:
        """Double a number, and leave all else to the type."""
        return self.pk * 2


class Holder(PrimaryKeyModel):
    pk: str
    filled: list[Filled] = Field(default_factory=list)


class OwnSchema(PrimaryKeyModel):
    pk: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return core_schema.no_info_plain_validator_function(lambda data: handler(source) and data)


class DefaultInside(PrimaryKeyModel):
    pk: str
    count: Annotated[int, GetPydanticSchema(default_of_seven), AfterValidator(abs)] = 0


OTHERS = (
    Node,
    Open,
    Filled,
    Before,
    Informed,
    Defaults,
    OwnInit,
    OwnValidate,
    OwnSchema,
    DefaultInside,
    Computing,
    Holder,
)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.__name__)
def test_models_that_look_further_are_left_to_decoding(model: type[BaseModel]) -> None:
    """A validator that sees the raw item, or knows its mode, must see what it always saw."""
    assert page_reader(model) is None
    assert batch_reader(model, (("pk", "S"),)) is None


def test_what_pydantic_makes_no_validator_of_is_left_to_decoding() -> None:
    """A release may know other schemas than those that are derived."""
    assert None is _body_reader({"Items": core_schema.typed_dict_field({"type": "unheard of"})})


class Excluding(BaseModel):
    """Has a field that is never stored, marked with the name of an attribute."""

    secret: Annotated[str, Attribute("other")] = Field(default="none", exclude=True)


@pytest.mark.parametrize("name", ["secret", "other"])
def test_an_excluded_field_is_read_from_where_validation_looks_for_it(name: str) -> None:
    """It has no attribute: what another program wrote is read by both ways in the same place."""
    item = {name: {"S": "stored"}}
    reader = item_reader(Excluding)
    assert reader is not None
    reply = reader(json.dumps({"Item": item}).encode())
    assert reply is not None
    assert decode_item(Excluding, item) == reply["Model"]


def test_a_model_is_looked_at_once() -> None:
    """Deriving is done once, also where it leads to nothing."""
    assert page_reader(Address) is page_reader(Address)
    assert page_reader(Node) is page_reader(Node)


def test_a_subclass_has_a_reader_of_its_own() -> None:
    """What is kept on a class is not its subclasses'."""

    class Palace(Address):
        rooms: int

    item = {"city": {"S": "Rome"}, "rooms": {"N": "9"}}
    assert page_reader(Address) is not None
    assert Palace(city="Rome", rooms=9) == read(Palace, item)
    assert Address(city="Rome") == read(Address, item)


def test_a_model_that_is_built_anew_is_read_as_it_is_then() -> None:
    """`model_rebuild` makes another validator, which is followed."""

    class Late(BaseModel):
        name: "str"

    assert Late(name="x") == read(Late, {"name": {"S": "x"}})
    Late.model_fields["name"].default = "nobody"
    Late.model_rebuild(force=True)
    assert Late(name="nobody").name == decode_item(Late, {}).name
    assert check_same(Late, {}) is True
