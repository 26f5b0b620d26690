"""What a core schema says about reading: which models are read back before they are sent, and what is refused."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic
import pytest
from pydantic import (
    AfterValidator,
    AwareDatetime,
    Base64Bytes,
    Base64Str,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    JsonValue,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import SchemaError, core_schema
from typing_extensions import TypedDict

from pydamodb import ItemEncodingError, TimeToLive
from pydamodb._codec import core_checks
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.core_checks import CHANGES, CHANGES_TEXT, NOTHING, REFUSES, risk_of
from pydamodb._codec.items import decode_item, encode_item, exact_encoder

IS_NEW = tuple(map(int, pydantic.VERSION.split(".")[:2])) >= (2, 12)  # exclude_if, val_temporal_unit
UTC = timezone.utc


def as_text(value: Any) -> str:
    """Serialize as text. Pydantic 2.7 wants a signature, which `str` has not."""
    return str(value)


def as_bytes(value: str) -> bytes:
    """Serialize as bytes."""
    return value.encode()


def holder(annotation: Any, config: ConfigDict | None = None, **options: Any) -> Any:
    """Make a model of one field."""
    return pydantic.create_model("Holder", __config__=config, x=(annotation, Field(**options)))


class Colour(Enum):
    RED = "red"


class Rights(Flag):
    READ = 1
    WRITE = 2


class Private(BaseModel):
    x: int
    _seen: int = 0


@dataclasses.dataclass
class Point:
    x: int = 0


@dataclasses.dataclass
class Checked:
    x: Annotated[int, Field(ge=0)] = 0


class Movie(TypedDict):
    title: Annotated[str, AfterValidator(lambda title: f"{title}!")]


class Plain(TypedDict, total=False):
    year: int


RISKS: list[tuple[Any, int]] = [
    *(
        (kind, NOTHING)
        for kind in (int, str, float, Decimal, bool, bytes, date, datetime, timedelta, UUID, AwareDatetime)
    ),
    *((kind, NOTHING) for kind in (PurePosixPath, IPv4Address, Colour, Literal["a"], int | None, list[int], Point)),
    *((kind, NOTHING) for kind in (dict[str, list[int]], tuple[int, ...], set[str], Private, list[Private])),
    (Annotated[datetime | None, TimeToLive], NOTHING),
    (Annotated[int, Field(strict=True)], NOTHING),
    (Annotated[int, PlainSerializer(as_text, when_used="json")], NOTHING),
    (Annotated[int, Field(ge=0)], REFUSES),
    (Annotated[int | None, Field(lt=0)], REFUSES),
    (list[Annotated[str, Field(pattern="a")]], REFUSES),
    (dict[Annotated[str, Field(min_length=1)], int], REFUSES),
    (Annotated[list[int], Field(max_length=1)], REFUSES),
    (Annotated[IPv4Address, Field(ge=IPv4Address(1))], REFUSES),
    (Annotated[str, StringConstraints(to_lower=True)], CHANGES_TEXT),
    (Checked, CHANGES),
    (Movie, CHANGES),
    (Plain, CHANGES),
    (Annotated[int, AfterValidator(abs)], CHANGES),
    (Annotated[str, AfterValidator(str.lower)], CHANGES),
    (list[Annotated[int, WrapValidator(lambda value, handler: handler(value))]], CHANGES),
    (Annotated[int, PlainSerializer(as_text)], CHANGES),
    (Base64Bytes, CHANGES),
    (Annotated[str, GetPydanticSchema(lambda _, handler: handler(int))], NOTHING),
    (
        Annotated[int, GetPydanticSchema(lambda _, __: core_schema.generator_schema())],
        CHANGES,
    ),
]


@pytest.mark.parametrize(("annotation", "risk"), RISKS)
def test_only_schemas_that_are_known_are_harmless(annotation: Any, risk: int) -> None:
    """A constraint refuses values; whatever is not known may change them."""
    schema: Any = TypeAdapter(annotation).core_schema
    assert risk == risk_of(schema, {}, {})


def encrypted(function: Any) -> Any:
    """Make a schema that stores a text backwards."""
    backwards = core_schema.plain_serializer_function_ser_schema(lambda text: text[::-1])
    return GetPydanticSchema(
        lambda _, __: core_schema.no_info_after_validator_function(
            function, core_schema.str_schema(), serialization=backwards
        )
    )


READ_BACK: list[tuple[Any, Any, Any]] = [
    (Base64Bytes, b"aGVsbG8=", {"B": "YUdWc2JHOD0=" if IS_NEW else "YUdWc2JHOD0K"}),
    (Base64Str, "aGVsbG8=", {"S": "aGVsbG8=" if IS_NEW else "aGVsbG8=\n"}),
    (list[Base64Str], ["aGVsbG8="], {"L": [{"S": "aGVsbG8=" if IS_NEW else "aGVsbG8=\n"}]}),
    (Annotated[str, encrypted(lambda text: text[::-1])], "abc", {"S": "abc"}),
    (Annotated[str, AfterValidator(str.lower)], "ABC", {"S": "abc"}),
    (Annotated[int, PlainSerializer(as_text)], 1, {"S": "1"}),
    (
        Annotated[str, BeforeValidator(lambda v: v.decode() if isinstance(v, bytes) else v), PlainSerializer(as_bytes)],
        "a",
        {"B": "YQ=="},
    ),
]


@pytest.mark.parametrize(("annotation", "value", "stored"), READ_BACK)
def test_a_value_that_is_read_back_as_it_is_can_be_stored(annotation: Any, value: Any, stored: Any) -> None:
    """A serializer and a validator may be inverse, and a validator may leave its own results as they are."""
    instance = holder(annotation)(x=value)
    item = encode_item(instance)
    assert ({"x": stored}, instance) == (item, decode_item(type(instance), item))


class Level(Enum):
    UNSET = None
    LOW = "low"


def excluding() -> Any:
    """Make a model whose field is left out if it is 0."""
    make: Any = Field
    return pydantic.create_model("Excluding", quantity=(int, make(default=1, exclude_if=lambda value: value == 0)))


LOST: list[tuple[Any, Any]] = [
    (Annotated[str, encrypted(lambda text: text)], "abc"),
    (Annotated[str, AfterValidator(lambda text: f"USER#{text}")], "USER#a"),
    (dict[str, Annotated[int, AfterValidator(lambda number: number + 1)]], {"a": 1}),
    (Annotated[str, AfterValidator(lambda text: text.split("-"))], ["a", "b"]),
    (Annotated[int, PlainSerializer(lambda number: number + 1)], 1),
    (Annotated[int, Field(ge=0)], -1),
    (list[Annotated[int, Field(ge=0)]], [1, -1]),
    (Annotated[list[int], Field(max_length=1)], [1, 2]),
    (dict[Annotated[str, Field(min_length=2)], int], {"a": 1}),
    (Annotated[Decimal, Field(max_digits=2)], Decimal("1.23")),
    (Annotated[PurePosixPath, Field(pattern="a")], PurePosixPath("b")),
    (Checked, Checked(-1)),
    (list[Checked], [Checked(-1)]),
    (Movie, {"title": "a"}),
    (Level | None, Level.UNSET),
    (list[Level | None], [Level.UNSET]),
]


@pytest.mark.parametrize(("annotation", "value"), LOST)
def test_a_value_that_would_be_read_as_another_is_refused_by_name(annotation: Any, value: Any) -> None:
    """This holds for values that were assigned without validation, too."""
    with pytest.raises(ItemEncodingError, match=r"Holder\.x.* cannot be stored: "):
        encode_item(holder(annotation).model_construct(x=value))


@pytest.mark.parametrize(
    ("config", "annotation", "value"),
    [
        (ConfigDict(str_to_upper=True), str, "a"),
        (ConfigDict(str_to_lower=True), list[str], ["A"]),
        (ConfigDict(str_strip_whitespace=True), dict[str, str], {"a": " a"}),
        (ConfigDict(str_max_length=2), str, "abc"),
        (ConfigDict(str_to_upper=True), PurePosixPath, PurePosixPath("a")),
        (ConfigDict(use_enum_values=True), Colour, Colour.RED),
    ],
    ids=str,
)
def test_a_setting_of_the_model_changes_what_is_read(config: ConfigDict, annotation: Any, value: Any) -> None:
    """A value that was assigned without validation is refused where the setting would change it."""
    with pytest.raises(ItemEncodingError, match=r"Holder\.x"):
        encode_item(holder(annotation, config).model_construct(x=value))


@pytest.mark.skipif(not IS_NEW, reason="this Pydantic has no val_temporal_unit")
def test_a_time_to_live_is_never_read_in_another_unit() -> None:
    """Seconds that are read as milliseconds would be a time in 1970, and DynamoDB would delete the item."""
    config: Any = {"val_temporal_unit": "milliseconds"}
    model = holder(Annotated[datetime, TimeToLive], config)
    with pytest.raises(ItemEncodingError, match=r"Holder\.x"):
        encode_item(model(x=datetime(2030, 1, 1, tzinfo=UTC)))


@pytest.mark.skipif(not IS_NEW, reason="this Pydantic has no exclude_if")
@pytest.mark.parametrize("wrap", [lambda inner: inner, lambda inner: [inner], lambda inner: {"a": inner}])
def test_a_nested_value_that_is_left_out_is_refused(wrap: Any) -> None:
    """It would be read as its default."""
    inner = excluding()
    annotation: Any = {list: list[inner], dict: dict[str, inner]}.get(type(wrap(0)), inner)
    model = holder(annotation)
    assert model(x=wrap(inner(quantity=2))) == decode_item(model, encode_item(model(x=wrap(inner(quantity=2)))))
    with pytest.raises(ItemEncodingError, match=r"Holder\.x.*quantity"):
        encode_item(model(x=wrap(inner(quantity=0))))


class Constrained(BaseModel):
    balance: int = Field(default=0, ge=0)


def test_a_constraint_holds_when_a_value_is_changed_in_place() -> None:
    """The error names the field and the constraint, in models inside of models too."""
    account = Constrained(balance=1)
    account.balance -= 11
    with pytest.raises(ItemEncodingError) as caught:
        encode_item(account)
    reason = "the model does not read it back: Input should be greater than or equal to 0 (at .balance)"
    assert f"Constrained.balance cannot be stored: {reason}." == str(caught.value)
    nested = holder(dict[str, list[Constrained]])(x={"a": [Constrained()]})
    nested.x["a"][0].balance = -1
    with pytest.raises(ItemEncodingError) as caught:
        encode_item(nested)
    assert str(caught.value).endswith("greater than or equal to 0 (at .x.a[0].balance).")


def test_a_default_that_its_own_field_refuses_is_refused() -> None:
    """Pydantic does not validate defaults."""
    with pytest.raises(ItemEncodingError, match=r"Holder\.x cannot be stored"):
        encode_item(holder(int, default=-1, ge=0)())


@pytest.mark.parametrize("config", [ConfigDict(), ConfigDict(validate_default=True)], ids=["field", "config"])
@pytest.mark.parametrize("options", [{"default": -1}, {"default_factory": lambda: -1}], ids=["default", "factory"])
def test_a_default_that_every_reading_would_refuse_is_refused(config: ConfigDict, options: dict[str, Any]) -> None:
    """An excluded field is never stored, so that each reading validates its default."""
    options = {**options, "ge": 0, "exclude": True, "validate_default": None if config else True}
    with pytest.raises(ItemEncodingError, match=r"Holder\.x cannot be stored.*greater than or equal to 0"):
        encode_item(holder(int, config, **options)(x=1))
    assert {} == encode_item(holder(int, config, **{**options, "ge": -1})(x=1))


@pytest.mark.parametrize("surplus", [1, None, {"a": 1}])
@pytest.mark.parametrize(
    ("annotation", "value", "inner"),
    [
        (Plain, {}, lambda value: value),
        (list[Plain], [{}], lambda value: value[0]),
        (dict[str, Plain], {"a": {}}, lambda value: value["a"]),
    ],
    ids=["bare", "list", "dict"],
)
def test_a_typed_dict_with_a_key_that_it_does_not_declare_is_refused(
    annotation: Any, value: Any, inner: Any, surplus: Any
) -> None:
    """Pydantic drops such a key when it serializes, and would lose what was put into the dict."""
    instance = holder(annotation)(x=value)
    assert instance == decode_item(type(instance), encode_item(instance))
    inner(instance.x)["more"] = surplus
    with pytest.raises(ItemEncodingError, match=r"Holder\.x.*\.more cannot be stored"):
        encode_item(instance)


def test_a_rule_across_fields_is_checked() -> None:
    """A model validator that refuses the stored values makes the item unreadable."""

    class Span(BaseModel):
        start: int
        end: int

        @model_validator(mode="after")
        def _ordered(self) -> Any:
            if self.start > self.end:
                reason = "the start is after the end"
                raise ValueError(reason)
            return self

    span = Span(start=1, end=2)
    assert span == decode_item(Span, encode_item(span))
    span.start = 3
    with pytest.raises(ItemEncodingError, match=r"Span cannot be stored: .*the start is after the end"):
        encode_item(span)


def test_an_error_of_a_validator_is_an_error_of_ours() -> None:
    """A validator may raise anything."""

    class Fails(BaseModel):
        x: int

        @field_validator("x")
        @classmethod
        def _fail(cls, value: int) -> int:
            return value + {}[value]

    with pytest.raises(
        ItemEncodingError, match="Fails cannot be stored: the model does not read it back: a validator raises KeyError"
    ):
        encode_item(Fails.model_construct(x=1))


def test_models_without_such_nodes_keep_their_plan() -> None:
    """Neither a cheap check nor a round trip is made for them; a model with constraints has a cheap check."""
    schemas = [record_schema_of(model) for model in (Private, holder(list[Private]), Constrained)]
    assert [False, False, True] == [each.needs_round_trip for each in schemas]
    assert [None, None] == [each.accepts for each in schemas[:2]]
    assert all(exact_encoder(each) for each in schemas)


@pytest.mark.parametrize("value", [Rights(0), Rights.READ, Rights.READ | Rights.WRITE])
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: [value]])
def test_flags_combine(value: Rights, wrap: Any) -> None:
    """A combination is no member of its class."""
    model = holder(list[Rights] if isinstance(wrap(value), list) else Rights)
    instance = model(x=wrap(value))
    assert instance == decode_item(model, encode_item(instance))


def test_a_check_that_cannot_be_built_is_a_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version of Pydantic may have constraints that only work where they were declared."""

    def refuse(*_: Any) -> Any:
        raise SchemaError("no")

    class Late(BaseModel):
        count: int = Field(ge=0)

    monkeypatch.setattr(core_checks, "SchemaValidator", refuse)
    assert (True, None) == core_checks.checks_of(Late)


def test_definitions_inside_of_a_schema_are_followed() -> None:
    """Pydantic's own JSON type refers to itself."""
    adapter: TypeAdapter[Any] = TypeAdapter(JsonValue)
    schema: Any = {"type": "list", "items_schema": adapter.core_schema}
    assert NOTHING == risk_of(schema, {}, {})
