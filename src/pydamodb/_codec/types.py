"""What is known of a stored type: how it is encoded, what lies below it, and what its absence means.

A shape encodes what Pydantic's serialiser hands out for its type and refuses what does not belong there. Shapes are
made by `_compile.py`; nothing here looks at an annotation, an instance of a model, a table or a request.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

import pydantic
from pydantic import ConfigDict, PydanticUserError
from typing_extensions import ParamSpec

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.markers import Mark, Version

T = TypeVar("T")
P = ParamSpec("P")
Kind: TypeAlias = Literal["scalar", "sequence", "tuple", "set", "map", "record", "any"]


class Mismatch(Unstorable):
    """A value of another type than its annotation promises, as an assignment without validation leaves it."""


class Absence(Enum):
    """What the absence of an attribute is read as, where it is not None."""

    UNKNOWN = "nothing that is known"
    EMPTY_SET = "an empty set"


UNKNOWN: Final = Absence.UNKNOWN
EMPTY_SET: Final = Absence.EMPTY_SET


@dataclass(frozen=True, eq=False)
class StorageType:
    """What is known of one type.

    `data_types` are the attribute types that its values are stored as, empty where only the value tells. `elements` are the
    shapes of what a container holds (one for each place of a tuple), `options` those of a union; a record's `schema` is
    asked for when it is needed, as a record may contain itself. `annotation` and `config` are Pydantic's, `base` is the
    type of a scalar without all that is around it.

    A `ambiguous` shape does not tell from the stored form alone what was stored (`Any`, most unions): what is written
    there is read back before it is sent. A `custom` one is whatever a user's serialiser returns: nothing is assumed.
    `encode_operand` is for shapes whose values are compared with more than can be stored: a time to live is whole
    seconds, and compared with any time. `encode_parts` makes the encoder of a container from shapes of its elements.
    """

    annotation: Any
    encode: Encoder
    kind: Kind = "any"
    data_types: frozenset[str] = frozenset()
    elements: tuple[StorageType, ...] = ()
    options: tuple[StorageType, ...] = ()
    schema: Callable[[], RecordSchema] | None = None
    ambiguous: bool = False
    custom: bool = False
    nullable: bool = False
    base: type | None = None
    config: ConfigDict | None = None
    encode_operand: Encoder | None = None
    encode_parts: Callable[[tuple[StorageType, ...]], Encoder] | None = None

    @cached_property
    def adapter(self) -> pydantic.TypeAdapter[Any]:
        """Pydantic's own view of the type."""
        try:
            return pydantic.TypeAdapter(self.annotation, config=self.config)
        except PydanticUserError:  # models, dataclasses and typed dicts bring a configuration of their own
            return pydantic.TypeAdapter(self.annotation)

    @property
    def expires(self) -> bool:
        """Whether the values are stored as times to live."""
        return self.encode_operand is not None

    @property
    def element(self) -> StorageType:
        """The shape of what a list, a set or a map holds; any, where that is not known."""
        return self.elements[0] if self.elements else ANY

    @cached_property
    def ambiguity(self) -> Ambiguity:
        """Why a value may read back as something else."""
        return _ambiguity_of(self)

    def below(self) -> tuple[StorageType, ...]:
        """Return the shapes one step further in."""
        if self.schema is not None:
            return tuple(field.storage for field in self.schema().fields.values())
        return self.elements + self.options


@dataclass(frozen=True, eq=False)
class StoredField:
    """One field of a record: its name in Python, its attribute's name, and what its absence is read as.

    A `filled` member has no default in Python; where its attribute is absent, an empty set is put in when reading. A
    `computed` one is never read. One that is not `stored` is excluded from serialisation. One that `exclude_if` may
    exclude is read as the default `left_out_for`.
    """

    name: str
    attribute: str
    storage: StorageType
    computed: bool = False
    filled: bool = False
    stored: bool = True
    required: bool = False
    left_out_for: object = UNKNOWN
    absent: Absence | None = UNKNOWN
    marks: tuple[Mark, ...] = ()

    def omits(self, value: object) -> bool:
        """Tell whether the value is stored by leaving the attribute out, from where it is read back."""
        if value is None:
            return self.absent is None or self.computed
        if isinstance(value, (set, frozenset)) and not value:
            return self.absent is EMPTY_SET or self.computed
        return False


@dataclass(frozen=True, eq=False)
class RecordSchema:
    """The members of a record type (a model, a dataclass, a typed dict).

    `strips` are the attributes to take out of what is read (computed fields, where the type would not ignore them),
    `fills` those to put in as empty sets where they are absent. `required` are those that must be there to read the
    record. An `open` record takes attributes beyond its members. A `ambiguous` one may make something else of what it
    is given than what was stored.
    """

    record: type
    fields: Mapping[str, StoredField]
    by_attribute: Mapping[str, StoredField]
    strips: frozenset[str] = frozenset()
    fills: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    open: bool = False
    ambiguous: bool = False

    @cached_property
    def unreadable_field(self) -> str | None:
        """The name of a field that a record needs and that is never stored, None if there is none."""
        return next(
            (field.name for field in self.fields.values() if field.required and not field.stored),
            None,
        )

    @cached_property
    def _made(self) -> dict[Callable[..., Any], tuple[object, Any]]:
        return {}

    def cached(self, make: Callable[P, T], of: object, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what another module makes of the layout, made once for as long as it is `of` the same object.

        It goes when the layout goes.
        """
        known = self._made.get(make)
        if known is None or known[0] is not of:
            known = self._made[make] = of, make(*args, **kwargs)
        found: T = known[1]
        return found

    @cached_property
    def version(self) -> StoredField | None:
        """The field that counts the writes of an item, None if there is none."""
        return next((field for field in self.fields.values() if Version() in field.marks), None)

    @cached_property
    def restores(self) -> bool:
        """Whether `restore` has anything to do here or further in."""
        storages = (part for field in self.fields.values() for part in walk(field.storage))
        schemas = [self, *(part.schema() for part in storages if part.schema is not None)]
        return any(schema.strips or schema.fills for schema in schemas)

    def check_readable(self, data: Mapping[str, Any]) -> None:
        """Refuse a record that could never be read again."""
        if self.unreadable_field is not None:
            reason = "it is required and excluded from serialisation, so that it would be missed when reading"
            raise Unstorable(f"{reason}; give it a default", (self.unreadable_field,))
        if missing := self.required - data.keys():
            name = min(missing)
            raise Unstorable("it is required and has no value", (self.by_attribute[name].name,))

    def encode(self, data: Mapping[str, Any]) -> dict[str, AttributeValue]:
        """Encode what the record's serialiser made of it, attribute by attribute."""
        self.check_readable(data)
        encoded: dict[str, AttributeValue] = {}
        for attribute, value in data.items():
            field = self.by_attribute.get(attribute)
            if field is not None and field.omits(value):
                continue
            try:
                encoded[attribute] = (field.storage.encode if field else attribute_values.encode)(value)
            except Unstorable as error:
                raise error.below(field.name if field else attribute) from error.__cause__
        return encoded


ANY: Final = StorageType(Any, attribute_values.encode, ambiguous=True)


class Ambiguity(NamedTuple):
    """Why a stored form may read back as something else, found once per field.

    `subclasses_of` are the classes a field is annotated with: an instance of a subclass would be stored without what
    the subclass adds, so that fields with subclassed classes are read back as well.
    """

    always: bool
    subclasses_of: tuple[type, ...]
    custom: bool = False

    def needs_round_trip(self) -> bool:
        """Tell whether a value must be read back before it is sent; subclasses may come at any time."""
        return self.always or any(record.__subclasses__() for record in self.subclasses_of)


def _ambiguity_of(storage: StorageType) -> Ambiguity:
    """Look through a shape and all that lies below it, but not into what a user's serialiser writes."""
    everything = tuple(walk(storage))
    schemas = [part.schema() for part in everything if part.schema is not None]
    return Ambiguity(
        always=any(part.ambiguous for part in everything) or any(schema.ambiguous for schema in schemas),
        subclasses_of=tuple(schema.record for schema in schemas),
        custom=storage.custom,
    )


def walk(storage: StorageType) -> Iterator[StorageType]:
    """Go through a shape and all below it, each once: a type may contain itself."""
    seen: dict[int, StorageType] = {}
    waiting = [storage]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            yield part
            waiting.extend(part.below())
