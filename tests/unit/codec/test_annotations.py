"""Annotations to shapes: what each type is stored as, and whether it reads back from the stored form alone."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, defaultdict, deque
from collections.abc import Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypeVar
from uuid import UUID

import pydantic.dataclasses
import pytest
from pydantic import (
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    Json,
    NaiveDatetime,
    PlainSerializer,
    PositiveInt,
    RootModel,
    Secret,
    SecretStr,
    SerializeAsAny,
    SkipValidation,
    StrictInt,
    WrapSerializer,
    computed_field,
    conlist,
    field_serializer,
    model_serializer,
)
from typing_extensions import NotRequired, Required, TypeAliasType, TypedDict

from pydamodb._codec.annotations import record_schema_of, storage_type_of
from pydamodb._codec.attribute_values import Unstorable
from pydamodb._codec.hints import with_types
from pydamodb._codec.serializers import ALL_FIELDS, class_serialized_fields
from pydamodb._codec.types import EMPTY_SET, UNKNOWN

T = TypeVar("T")
BoundT = TypeVar("BoundT", bound=int)
UserId = NewType("UserId", UUID)
Tags = TypeAliasType("Tags", list[str])


class Inner(BaseModel):
    city: str


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class Level(IntEnum):
    LOW = 1


class Mixed(Enum):
    TEXT = "a"
    NUMBER = 1


class Paired(Enum):
    PAIR = (1, 2)


class Tree(BaseModel):
    children: list[Tree] = []


class Box(BaseModel, Generic[T]):
    content: T


class Root(RootModel[list[int]]): ...


@dataclasses.dataclass
class Plain:
    x: int
    note: str | None = None


@pydantic.dataclasses.dataclass
class Validated:
    x: int
    tags: set[str] = dataclasses.field(default_factory=set)


class Typed(TypedDict, total=False):
    a: Required[int]
    b: NotRequired[str]


class Point(NamedTuple):
    x: int
    y: int


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


SHAPES: list[tuple[Any, str, set[str]]] = [
    (str, "scalar", {"S"}),
    (int, "scalar", {"N"}),
    (float, "scalar", {"N"}),
    (Decimal, "scalar", {"N"}),
    (bool, "scalar", {"BOOL"}),
    (bytes, "scalar", {"B"}),
    (datetime, "scalar", {"S"}),
    (AwareDatetime, "scalar", {"S"}),
    (NaiveDatetime, "scalar", {"S"}),
    (date, "scalar", {"S"}),
    (time, "scalar", {"S"}),
    (timedelta, "scalar", {"N"}),
    (UUID, "scalar", {"S"}),
    (IPv4Address, "scalar", {"S"}),
    (Path, "scalar", {"S"}),
    (type(None), "scalar", {"NULL"}),
    (Colour, "scalar", {"S"}),
    (Level, "scalar", {"N"}),
    pytest.param(Mixed, "scalar", {"S", "N"}, id="an enum of texts and numbers"),
    (Literal["a", 1], "scalar", set()),
    (SecretStr, "scalar", set()),
    (Optional[int], "scalar", {"N"}),  # noqa: UP045 - one of the spellings
    (int | None, "scalar", {"N"}),
    (UserId, "scalar", {"S"}),
    (PositiveInt, "scalar", {"N"}),
    (StrictInt, "scalar", {"N"}),
    (Annotated[int, Field(gt=0), "a note"], "scalar", {"N"}),
    (Annotated[Annotated[int, "one"], "two"], "scalar", {"N"}),
    (BoundT, "scalar", {"N"}),
    (Tags, "sequence", {"L"}),
    (list[int], "sequence", {"L"}),
    (list, "sequence", {"L"}),
    (conlist(int, min_length=1), "sequence", {"L"}),
    (deque[int], "sequence", {"L"}),
    (tuple[int, ...], "sequence", {"L"}),
    (tuple, "sequence", {"L"}),
    (tuple[int, str], "tuple", {"L"}),
    (set[str], "set", {"SS"}),
    (frozenset[int], "set", {"NS"}),
    (set[bytes], "set", {"BS"}),
    (AbstractSet[Colour], "set", {"SS"}),
    (dict[str, int], "map", {"M"}),
    (dict[int, int], "map", {"M"}),
    (defaultdict[str, int], "map", {"M"}),
    (OrderedDict[str, int], "map", {"M"}),
    (MutableMapping[str, int], "map", {"M"}),
    (Inner, "record", {"M"}),
    (Inner | None, "record", {"M"}),
    (Box[int], "record", {"M"}),
    (Tree, "record", {"M"}),
    (Plain, "record", {"M"}),
    (Validated, "record", {"M"}),
    (Typed, "record", {"M"}),
]


@pytest.mark.parametrize(("annotation", "kind", "tags"), SHAPES, ids=str)
def test_a_known_type_has_its_shape_and_needs_no_reading_back(annotation: Any, kind: str, tags: set[str]) -> None:
    """What is stored under such an annotation can only be read as what it was."""
    shape = storage_type_of(annotation)
    assert (kind, tags, False) == (shape.kind, set(shape.data_types), shape.ambiguous)


DOUBTFUL: list[tuple[Any, str]] = [
    (Any, "any"),
    (object, "any"),
    (T, "any"),
    (complex, "any"),
    (bytearray, "any"),
    (AnyUrl, "any"),
    (Point, "any"),
    (Json, "scalar"),
    (Json[list[int]], "scalar"),
    (Paired, "scalar"),
    (int | str, "any"),
    (datetime | str | None, "any"),
    (Annotated[Cat | Dog, Field(discriminator="kind")], "any"),
    (Sequence[int], "sequence"),
    (Mapping[str, int], "map"),
    (dict, "map"),
    (dict[bytes, int], "map"),
    (dict[Colour, int], "map"),
    (Root, "sequence"),
    (SerializeAsAny[Inner], "any"),
    (SkipValidation[int], "any"),
]


@pytest.mark.parametrize(("annotation", "kind"), DOUBTFUL, ids=str)
def test_what_the_stored_form_does_not_tell_apart_is_doubted(annotation: Any, kind: str) -> None:
    """Such values are read back before they are sent."""
    shape = storage_type_of(annotation)
    assert (kind, True, True) == (shape.kind, shape.ambiguous, shape.ambiguity.needs_round_trip())


@pytest.mark.parametrize(
    ("annotation", "ambiguity"),
    [
        (list[int], False),
        (list[Any], True),
        (dict[str, list[int | str]], True),
        (tuple[int, Any], True),
        (list[Inner], False),
        (Tree, False),
        (Box[Any], True),
        (list[dict[str, Box[int]]], False),
    ],
    ids=str,
)
def test_a_doubt_further_in_counts_for_the_whole(annotation: Any, ambiguity: bool) -> None:
    """A container is read back as soon as something in it must be."""
    assert ambiguity == storage_type_of(annotation).ambiguity.needs_round_trip()


@pytest.mark.parametrize(
    "mark",
    [
        PlainSerializer(str),
        PlainSerializer(str, when_used="unless-none"),
        WrapSerializer(lambda value, handler: handler(value)),
    ],
    ids=["plain", "unless-none", "wrap"],
)
def test_a_serialiser_beside_the_type_decides_over_it(mark: Any) -> None:
    """What a user's own serialiser returns is stored as it is, and not doubted."""
    shape = storage_type_of(Annotated[int, mark])
    assert (True, "any", False) == (shape.custom, shape.kind, shape.ambiguity.needs_round_trip())


@pytest.mark.parametrize("when_used", ["json", "json-unless-none"])
def test_a_serialiser_for_json_alone_changes_nothing(when_used: Any) -> None:
    """Items are not JSON: a serialiser made for JSON is not used for them."""
    shape = storage_type_of(Annotated[int, PlainSerializer(str, when_used=when_used)])
    assert (False, {"N"}) == (shape.custom, set(shape.data_types))


def test_metadata_beside_an_annotation_counts_like_metadata_in_it() -> None:
    """Pydantic takes the outermost Annotated off a field and keeps its metadata apart."""
    assert (
        storage_type_of(Annotated[int, PlainSerializer(str)]).custom
        == storage_type_of(int, [PlainSerializer(str)]).custom
    )


@pytest.mark.parametrize(("annotation", "nullable"), [(int, False), (int | None, True), (int | str | None, False)])
def test_only_one_type_and_none_is_nullable(annotation: Any, nullable: bool) -> None:
    """A union of more is doubted as a whole instead."""
    assert nullable == storage_type_of(annotation).nullable


def test_a_subclass_makes_a_field_of_its_base_doubted() -> None:
    """An instance of the subclass would be stored without what the subclass adds, so it is read back."""

    class Base(BaseModel):
        x: int

    shape = storage_type_of(Base)
    before = shape.ambiguity.needs_round_trip()

    class Derived(Base):
        y: int = 0

    assert (False, True, Base) == (before, shape.ambiguity.needs_round_trip(), Derived.__base__)


class Everything(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    plain: int
    aliased: str = Field(alias="al.ias")
    optional: str | None = None
    nullable: str | None
    other_default: str | None = "x"
    made: str | None = Field(default_factory=lambda: None)
    required_set: set[str]
    default_set: set[str] = set()
    made_set: frozenset[int] = Field(default_factory=frozenset)
    full_set: set[str] = {"a"}
    nullable_set: set[str] | None

    @computed_field(alias="com-puted")
    @property
    def computed(self) -> str:
        """Compute nothing."""
        return ""


@pytest.mark.parametrize(
    ("name", "attribute", "absent", "filled", "computed"),
    [
        ("plain", "plain", UNKNOWN, False, False),
        ("aliased", "al.ias", UNKNOWN, False, False),
        ("optional", "optional", None, False, False),
        ("nullable", "nullable", UNKNOWN, False, False),
        ("other_default", "other_default", UNKNOWN, False, False),
        ("made", "made", UNKNOWN, False, False),
        ("required_set", "required_set", EMPTY_SET, True, False),
        ("default_set", "default_set", EMPTY_SET, False, False),
        ("made_set", "made_set", EMPTY_SET, False, False),
        ("full_set", "full_set", UNKNOWN, False, False),
        ("nullable_set", "nullable_set", UNKNOWN, False, False),
        ("computed", "com-puted", UNKNOWN, False, True),
    ],
)
def test_a_layout_knows_each_field(name: str, attribute: str, absent: Any, filled: bool, computed: bool) -> None:
    """Attribute name, meaning of absence, and whether an empty set is put in when reading."""
    layout = record_schema_of(Everything)
    member = layout.fields[name]
    assert (attribute, absent, filled, computed, member) == (
        member.attribute,
        member.absent,
        member.filled,
        member.computed,
        layout.by_attribute[attribute],
    )


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (Plain, {"x": UNKNOWN, "note": None}),
        (Validated, {"x": UNKNOWN, "tags": EMPTY_SET}),
        (Typed, {"a": UNKNOWN, "b": UNKNOWN}),
        (Box[int], {"content": UNKNOWN}),
    ],
    ids=str,
)
def test_records_of_every_kind_have_a_layout(record: type, fields: dict[str, Any]) -> None:
    """Dataclasses and typed dicts are stored field by field, as models are."""
    assert fields == {name: member.absent for name, member in record_schema_of(record).fields.items()}


def test_computed_fields_are_taken_out_only_where_the_model_minds_them() -> None:
    """A model that ignores extra attributes needs no help."""

    class Base(BaseModel):
        @computed_field
        @property
        def twice(self) -> int:
            return 2

    class Forbids(Base):
        model_config = ConfigDict(extra="forbid")

    class Allows(Base):
        model_config = ConfigDict(extra="allow")

    actual = [(set(layout.strips), layout.open) for layout in map(record_schema_of, (Base, Forbids, Allows))]
    assert [(set(), False), ({"twice"}, False), ({"twice"}, True)] == actual


def test_a_layout_is_made_once_and_again_after_a_rebuild() -> None:
    """`model_rebuild` may change what the fields are."""

    class Rebuilt(BaseModel):
        x: int

    first = record_schema_of(Rebuilt)
    again = record_schema_of(Rebuilt)
    Rebuilt.model_fields["x"].annotation = str
    Rebuilt.model_rebuild(force=True)
    after = record_schema_of(Rebuilt)
    assert (True, {"N"}, {"S"}) == (
        first is again,
        set(first.fields["x"].storage.data_types),
        set(after.fields["x"].storage.data_types),
    )


def test_a_forward_reference_is_resolved_when_it_is_needed() -> None:
    """A model may be declared before the models that it names."""

    class Early(BaseModel):
        late: Late

    class Late(BaseModel):
        x: int

    Early.model_rebuild(_types_namespace={"Late": Late})
    assert Late is record_schema_of(Early).fields["late"].storage.schema().record


class ByHand(BaseModel):
    mine: int
    for_json: int
    untouched: int

    @field_serializer("mine")
    def _mine(self, value: int) -> str:
        return str(value)

    @field_serializer("for_json", when_used="json")
    def _for_json(self, value: int) -> str:
        return str(value)


class AllByHand(BaseModel):
    x: int

    @field_serializer("*")
    def _all(self, value: int) -> str:
        return str(value)


class WholeByHand(BaseModel):
    x: int

    @model_serializer
    def _whole(self) -> dict[str, Any]:
        return {"x": str(self.x)}


class WholeForJson(BaseModel):
    x: int

    @model_serializer(when_used="json")
    def _whole(self) -> dict[str, Any]:
        return {"x": str(self.x)}


class Inherits(ByHand): ...


@pydantic.dataclasses.dataclass
class DataByHand:
    x: int

    @field_serializer("*")
    def _all(self, value: int) -> str:
        return str(value)


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (Inner, frozenset()),
        (ByHand, frozenset({"mine"})),
        (Inherits, frozenset({"mine"})),
        (AllByHand, frozenset({"x"})),
        (DataByHand, frozenset({"x"})),
        (WholeByHand, ALL_FIELDS),
        (WholeForJson, frozenset()),
        (Plain, frozenset()),
        (Validated, frozenset()),
        (Typed, frozenset()),
    ],
)
def test_serialisers_on_the_class_are_found(record: type, named: Any) -> None:
    """What they write is stored as it is; those for JSON alone do not count."""
    assert named == class_serialized_fields(record)


def test_fields_with_a_serialiser_on_the_class_are_custom_and_the_others_are_not() -> None:
    """Nothing is assumed about what a serialiser returns."""
    assert {"mine": True, "for_json": False, "untouched": False} == {
        name: member.storage.custom for name, member in record_schema_of(ByHand).fields.items()
    }


@pytest.mark.parametrize("record", [WholeByHand])
def test_a_nested_record_serialised_by_hand_is_custom(record: type) -> None:
    """A model serialiser decides over the whole of its model."""
    shape = storage_type_of(list[record])  # type: ignore[valid-type]
    assert (True, False) == (shape.elements[0].custom, shape.ambiguity.needs_round_trip())


def test_pydantics_private_register_of_serialisers_has_the_expected_form() -> None:
    """The one private attribute in use: if a release of Pydantic changes it, this says so."""
    decorators = ByHand.__pydantic_decorators__
    assert ({"_mine": (("mine",), "always"), "_for_json": (("for_json",), "json")}, {}) == (
        {name: (each.info.fields, each.info.when_used) for name, each in decorators.field_serializers.items()},
        decorators.model_serializers,
    )


def test_without_pydantics_register_all_fields_count_as_written_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fallback stores what the serialiser returns, whatever it is."""

    class Strange(BaseModel):
        x: int

    monkeypatch.setattr(Strange, "__pydantic_decorators__", object())
    assert ALL_FIELDS is class_serialized_fields(Strange)


def test_an_email_is_text() -> None:
    """A type that Pydantic validates as text is doubted at most, and stored as text."""
    assert {"S": "homer@example.com"} == storage_type_of(EmailStr).encode("homer@example.com")


def test_a_generic_secret_is_refused_too() -> None:
    """`Secret[int]` hides what it holds as much as SecretStr does."""
    with pytest.raises(Unstorable, match="a secret"):
        storage_type_of(Secret[int]).encode(Secret(1))


def test_a_type_that_has_no_hash_is_not_known() -> None:
    """A metaclass may compare types in its own way; what is stored decides then."""

    class ByName(type):
        __hash__ = None  # type: ignore[assignment]

        def __eq__(cls, other: object) -> bool:
            return cls.__name__ == getattr(other, "__name__", None)

    class Odd(metaclass=ByName): ...

    assert "any" == storage_type_of(Odd).kind


class Linked:
    """A class that is named in its own annotations."""


@pytest.mark.parametrize(
    ("annotation", "resolved"),
    [("Linked", Linked), (list["Linked"], list[Linked]), (dict[str, "Linked | None"], dict[str, Linked | None])],
    ids=str,
)
def test_a_name_in_an_annotation_is_replaced_by_its_type(annotation: Any, resolved: Any) -> None:
    """Also inside of containers, which Python leaves as they are."""
    assert resolved == with_types(Linked, annotation)
