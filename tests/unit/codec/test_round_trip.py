"""What is stored must read back: restoring what was left out, and finding where a value would come back as another."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, defaultdict, deque
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

import pydantic
import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, computed_field, field_validator
from typing_extensions import TypedDict

from pydamodb._codec.annotations import storage_type_of
from pydamodb._codec.attribute_values import Unstorable
from pydamodb._codec.round_trip import _difference, encode_with_round_trip, first_problem, format_path, restore

SOME_UUID = UUID("12345678-1234-5678-1234-567812345678")
VALIDATORS = "let its validators leave a stored value as it is, "
REMEDY = "annotate the field with the one type that it holds, or give it a serializer"
NO_INT = (
    "expected int, got str, which cannot be read back: Input should be a valid integer, unable to parse string as an "
    "integer"
)


class Tagged(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tags: set[str]

    @computed_field
    @property
    def count(self) -> int:
        """Count the tags."""
        return len(self.tags)


class Holder(BaseModel):
    one: Tagged
    many: list[Tagged] = []
    pair: tuple[int, Tagged] | None = None
    named: dict[str, Tagged] = {}


class Inner(BaseModel):
    content: Any = None
    more: list[int] = []
    hidden: int = Field(default=1, exclude=True)


class Hand(BaseModel):
    format_path: Annotated[int, PlainSerializer(lambda value: f"{value}")]


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")


@dataclasses.dataclass
class Plain:
    content: Any


class Typed(TypedDict):
    content: Any


class Listed(list[Any]): ...


class Odd(str):
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        reason = "no comparison"
        raise RuntimeError(reason)


FULL: dict[str, Any] = {"tags": {"a"}}


@pytest.mark.parametrize(
    ("data", "restored"),
    [
        ({"one": {"tags": {"a"}, "count": 1}}, {"one": FULL}),
        ({"one": {"count": 0}}, {"one": {"tags": set()}}),
        ({"one": {}, "many": [{}, {"count": 0}]}, {"one": {"tags": set()}, "many": [{"tags": set()}] * 2}),
        ({"one": FULL, "pair": [1, {}]}, {"one": FULL, "pair": [1, {"tags": set()}]}),
        ({"one": FULL, "pair": None}, {"one": FULL, "pair": None}),
        ({"one": FULL, "named": {"x": {"count": 9}}}, {"one": FULL, "named": {"x": {"tags": set()}}}),
        ({"one": "no map at all"}, {"one": "no map at all"}),
        ({"one": FULL, "stranger": {}}, {"one": FULL, "stranger": {}}),
    ],
    ids=str,
)
def test_reading_undoes_what_storing_did(data: dict[str, Any], restored: dict[str, Any]) -> None:
    """Computed fields go, empty sets come back, at every depth; what does not fit is left for Pydantic to refuse."""
    assert restored == restore(storage_type_of(Holder), data)


DIFFERENT: list[tuple[Any, Any, Any, tuple[str | int, ...], Any]] = [
    (Any, 1, 2, (), (1, 2)),
    (Any, 1, "1", (), (1, "1")),
    (Any, True, 1, (), (True, 1)),
    (Any, 0, False, (), (0, False)),
    (Any, (1, 2), [1, 2], (), ((1, 2), [1, 2])),
    (Any, [1, 2], [1], (), ([1, 2], [1])),
    (Any, {"a": 1}, {"b": 1}, (), ({"a": 1}, {"b": 1})),
    (Any, {1: "x"}, {"1": "x"}, (), ({1: "x"}, {"1": "x"})),
    (Any, [1, SOME_UUID], [1, str(SOME_UUID)], (1,), (SOME_UUID, str(SOME_UUID))),
    (Any, [1, 2, 3], [0, 2, 0], (0,), (1, 0)),
    (list[Any], [[1], [2, 3]], [[1], [2, 4]], (1, 1), (3, 4)),
    (tuple[int, ...], (1, True), (1, 1), (1,), (True, 1)),
    (tuple[int, Any], (1, [2]), (1, [3]), (1, 0), (2, 3)),
    (deque[int], deque([1, 2]), deque([1, 3]), (1,), (2, 3)),
    (dict[str, Any], {"a": {"b": [True]}}, {"a": {"b": [1]}}, ("a", "b", 0), (True, 1)),
    (dict[int, Any], {1: True}, {1: 1}, ("1",), (True, 1)),
    (Inner, Inner(content=(1,)), Inner(content=[1]), ("content",), ((1,), [1])),
    (Any, Inner(content=[0]), Inner(content=[False]), ("content", 0), (0, False)),
    (list[Inner], [Inner(more=[1, 2])], [Inner(more=[1, 3])], (0, "more", 1), (2, 3)),
    (Plain, Plain({"a": 1}), Plain({"a": True}), ("content", "a"), (1, True)),
    (list[Typed], [{"content": (1,)}], [{"content": [1]}], (0, "content"), ((1,), [1])),
    (Open, Open(more=[1, 2]), Open(more=[1, 3]), ("more", 1), (2, 3)),
    (dict[str, Any], OrderedDict(a=True), {"a": 1}, ("a",), (True, 1)),
    (Any, OrderedDict(a=1, b=2), {"a": 1, "b": 2}, (), (OrderedDict(a=1, b=2), {"a": 1, "b": 2})),
    (Any, Listed([0, True]), [0, 1], (1,), (True, 1)),
    (Any, {1, 2}, {1, 3}, (), ({1, 2}, {1, 3})),
    (Any, {1, 2}, {True, 2}, (), ({1, 2}, {True, 2})),
    (Any, {2}, [2], (), ({2}, [2])),
    (Any, frozenset({0}), frozenset({False}), (), (frozenset({0}), frozenset({False}))),
    (Any, [{1}, {True}], [{1}, {1}], (1,), ({True}, {1})),
]


@pytest.mark.parametrize(("annotation", "one", "other", "path", "values"), DIFFERENT, ids=str)
def test_a_difference_is_found_where_it_is(annotation: Any, one: Any, other: Any, path: Any, values: Any) -> None:
    """The first one counts, as far in as the two values are of one kind; for DynamoDB True is not 1."""
    difference = _difference(storage_type_of(annotation), one, other)
    assert difference is not None
    assert (path, values, list(map(type, values))) == (*difference, list(map(type, difference.values)))


@pytest.mark.parametrize(
    ("annotation", "one", "other"),
    [
        (Any, 1, 1.0),
        (Any, [1, {"a": (True, None)}], [1, {"a": (True, None)}]),
        (dict[str, int], {"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Any, {1, 2}, frozenset({2, 1})),
        (Any, {True, 2}, {True, 2}),
        (Inner, Inner(content=[True]), Inner(content=[True])),
        (Inner, Inner(hidden=1), Inner(hidden=2)),
        (Hand, Hand(format_path=1), Hand(format_path=1)),
        (Open, Open(more=1), Open(more=1)),
        (Plain, Plain([1]), Plain([1])),
    ],
    ids=str,
)
def test_equal_values_with_their_booleans_in_one_place_do_not_differ(annotation: Any, one: Any, other: Any) -> None:
    """An equal value of another type is the same; what is never stored does not count."""
    assert None is _difference(storage_type_of(annotation), one, other)


def test_what_cannot_be_compared_differs_where_it_stands() -> None:
    """A user's own `__eq__` may fail; what cannot be compared is not known to have come back."""
    difference = _difference(storage_type_of(Any), ["x", Odd("x")], ["x", "x"])
    assert difference is not None
    assert (1,) == difference.path


@pytest.mark.parametrize(
    ("annotation", "value", "path", "reason"),
    [
        (Any, (1,), (), f"a value of type tuple would be read back as one of type list; {REMEDY}"),
        (Any, [SOME_UUID], (0,), f"a value of type UUID would be read back as one of type str; {REMEDY}"),
        (
            Any,
            {"a": {1: 1}},
            ("a",),
            f"a value of type dict would be read back as another; {VALIDATORS}{REMEDY}",
        ),
        (Any, Odd("x"), (), f"a value of type Odd would be read back as one of type str; {REMEDY}"),
        (
            list[int],
            [1, True],
            (1,),
            f"expected int, got bool; a value of type bool would be read back as one of type int; {REMEDY}",
        ),
        (
            dict[str, int],
            {"a": True},
            ("a",),
            f"expected int, got bool; a value of type bool would be read back as one of type int; {REMEDY}",
        ),
        (
            list[bool],
            [1],
            (0,),
            f"expected bool, got int; a value of type int would be read back as one of type bool; {REMEDY}",
        ),
        (int | None, "x", (), NO_INT),
        (list[int], [1, "x"], (), f"{NO_INT} (at [1])"),
    ],
    ids=str,
)
def test_a_value_that_would_not_come_back_is_refused_at_its_place(
    annotation: Any, value: Any, path: Any, reason: str
) -> None:
    """The refusal knows the way to the first value that differs, and says what it would become."""
    with pytest.raises(Unstorable) as caught:
        encode_with_round_trip(storage_type_of(annotation), value, value)
    assert (reason, path) == (caught.value.reason, caught.value.path)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (dict[str, int], OrderedDict(a=True)),
        (dict[str, int], defaultdict(int, a=True)),
        (dict[str, int], MappingProxyType({"a": True})),
        (list[int], Listed([True])),
        (list[list[int]], [Listed([True])]),
    ],
    ids=str,
)
def test_a_boolean_in_a_container_of_another_class_is_no_number_either(annotation: Any, value: Any) -> None:
    """A container that equals what comes back may hold True where 1 comes back."""
    with pytest.raises(Unstorable):
        encode_with_round_trip(storage_type_of(annotation), value, value)


class Refuses(BaseModel):
    secret: str
    inner: list[dict[str, int]] = []

    @field_validator("secret")
    @classmethod
    def _refuse(cls, _: str) -> str:
        reason = "not this one"
        raise ValueError(reason)


@pytest.mark.parametrize(
    ("annotation", "value", "problem"),
    [
        (int, "hush", "Input should be a valid integer, unable to parse string as an integer"),
        (list[int], [1, "hush"], "Input should be a valid integer, unable to parse string as an integer (at [1])"),
        (
            dict[str, list[int]],
            {"a": [1, 2, "hush"], "b": ["hush"]},
            "Input should be a valid integer, unable to parse string as an integer (at .a[2])",
        ),
        (Refuses, {"secret": "hush"}, "Value error, not this one (at .secret)"),
        (
            list[Refuses],
            [{"inner": [{"a": "hush"}]}],
            "Field required (at [0].secret)",
        ),
    ],
    ids=str,
)
def test_the_first_problem_is_told_with_its_place_and_without_the_value(
    annotation: Any, value: Any, problem: str
) -> None:
    """A value may be a secret."""
    with pytest.raises(pydantic.ValidationError) as caught:
        pydantic.TypeAdapter(annotation).validate_python(value)
    assert (problem, False) == (first_problem(caught.value), "hush" in first_problem(caught.value))


def in_itself() -> list[Any]:
    """Make a list that contains itself."""
    value: list[Any] = []
    value.append(value)
    return value


@dataclasses.dataclass
class Pair:
    """Two texts."""

    one: str
    two: str


class Told(BaseModel):
    """A field of any type, whose validator shows parts of the value."""

    value: Any

    @field_validator("value")
    @classmethod
    def _refuse(cls, value: Any) -> Any:
        part = next(iter(value.values())) if isinstance(value, dict) else value
        part = part.two if isinstance(part, Pair) else part[-1] if isinstance(part, list) else part
        reason = f"not {part} here"
        raise ValueError(reason)


@pytest.mark.parametrize(
    "value",
    [
        "hush",
        "Hush!",
        "a b",
        "5",
        5,
        -5,
        1.25,
        b"hush",
        ["x", "hush"],
        {"a": "hush"},
        {"a": ["hush"]},
        Pair("x", "hush"),
    ],
    ids=str,
)
def test_the_text_of_a_validator_is_left_out_if_it_shows_the_value(value: Any) -> None:
    """Also if it shows a part of the value only."""
    with pytest.raises(pydantic.ValidationError) as caught:
        Told(value=value)
    assert "refused (value_error) (at .value)" == first_problem(caught.value)


@pytest.mark.parametrize("value", ["", "no", [], {"here": {}}, None])
def test_the_text_of_a_validator_is_shown_otherwise(value: Any) -> None:
    """It names the remedy; a short value is only looked for as a whole word."""
    with pytest.raises(pydantic.ValidationError) as caught:
        pydantic.TypeAdapter(Annotated[Any, AfterValidator(_refuse_all)]).validate_python(value)
    assert "Value error, nothing fits" == first_problem(caught.value)


def _refuse_all(_: Any) -> Any:
    reason = "nothing fits"
    raise ValueError(reason)


def test_a_value_that_contains_itself_is_not_searched_for_ever() -> None:
    """Pydantic reports the loop, with the value as its input."""
    with pytest.raises(pydantic.ValidationError) as caught:
        pydantic.TypeAdapter(list[list[Any]] | int).validate_python({"a": in_itself()})
    assert "refused (list_type) (at .list[list[any]])" == first_problem(caught.value)


@pytest.mark.parametrize(
    ("path", "text"), [((), ""), ((0,), "[0]"), (("a",), ".a"), (("a", 1, "b", "0"), ".a[1].b.0")], ids=str
)
def test_a_path_is_spelt_as_python_does(path: Any, text: str) -> None:
    """A name follows a dot, an index stands in brackets."""
    assert text == format_path(path)
