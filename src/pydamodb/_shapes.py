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

from pydamodb import _wire
from pydamodb._dataclasses import dataclass
from pydamodb._wire import AttributeValue, Encoder, Unstorable
from pydamodb.markers import Mark, Version

__all__ = [
    "ANY",
    "EMPTY_SET",
    "UNKNOWN",
    "Absence",
    "Doubts",
    "Kind",
    "Layout",
    "Member",
    "Mismatch",
    "Shape",
]

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
class Shape:
    """What is known of one type.

    `tags` are the attribute types that its values are stored as, empty where only the value tells. `elements` are the
    shapes of what a container holds (one for each place of a tuple), `options` those of a union; a record's `layout` is
    asked for when it is needed, as a record may contain itself. `annotation` and `config` are Pydantic's, `base` is the
    type of a scalar without all that is around it.

    A `doubtful` shape does not tell from the stored form alone what was stored (`Any`, most unions): what is written
    there is read back before it is sent. A `custom` one is whatever a user's serialiser returns: nothing is assumed.
    `encode_operand` is for shapes whose values are compared with more than can be stored: a time to live is whole
    seconds, and compared with any time. `encode_parts` makes the encoder of a container from shapes of its elements.
    """

    annotation: Any
    encode: Encoder
    kind: Kind = "any"
    tags: frozenset[str] = frozenset()
    elements: tuple[Shape, ...] = ()
    options: tuple[Shape, ...] = ()
    layout: Callable[[], Layout] | None = None
    doubtful: bool = False
    custom: bool = False
    nullable: bool = False
    base: type | None = None
    config: ConfigDict | None = None
    encode_operand: Encoder | None = None
    encode_parts: Callable[[tuple[Shape, ...]], Encoder] | None = None

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
    def element(self) -> Shape:
        """The shape of what a list, a set or a map holds; any, where that is not known."""
        return self.elements[0] if self.elements else ANY

    @cached_property
    def doubts(self) -> Doubts:
        """Why a value may read back as something else."""
        return _doubts_about(self)

    def below(self) -> tuple[Shape, ...]:
        """Return the shapes one step further in."""
        if self.layout is not None:
            return tuple(member.shape for member in self.layout().members.values())
        return self.elements + self.options


@dataclass(frozen=True, eq=False)
class Member:
    """One field of a record: its name in Python, its attribute's name, and what its absence is read as.

    A `filled` member has no default in Python; where its attribute is absent, an empty set is put in when reading. A
    `computed` one is never read. One that is not `stored` is excluded from serialisation. One that `exclude_if` may
    exclude is read as the default `left_out_for`.
    """

    name: str
    attribute: str
    shape: Shape
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
class Layout:
    """The members of a record type (a model, a dataclass, a typed dict).

    `strips` are the attributes to take out of what is read (computed fields, where the type would not ignore them),
    `fills` those to put in as empty sets where they are absent. `required` are those that must be there to read the
    record. An `open` record takes attributes beyond its members. A `doubtful` one may make something else of what it
    is given than what was stored.
    """

    record: type
    members: Mapping[str, Member]
    by_attribute: Mapping[str, Member]
    strips: frozenset[str] = frozenset()
    fills: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    open: bool = False
    doubtful: bool = False

    @cached_property
    def lost(self) -> str | None:
        """The name of a field that a record needs and that is never stored, None if there is none."""
        return next((member.name for member in self.members.values() if member.required and not member.stored), None)

    @cached_property
    def _made(self) -> dict[Callable[..., Any], tuple[object, Any]]:
        return {}

    def kept(self, make: Callable[P, T], of: object, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what another module makes of the layout, made once for as long as it is `of` the same object.

        It goes when the layout goes.
        """
        known = self._made.get(make)
        if known is None or known[0] is not of:
            known = self._made[make] = of, make(*args, **kwargs)
        found: T = known[1]
        return found

    @cached_property
    def version(self) -> Member | None:
        """The field that counts the writes of an item, None if there is none."""
        return next((member for member in self.members.values() if Version() in member.marks), None)

    @cached_property
    def restores(self) -> bool:
        """Whether `restore` has anything to do here or further in."""
        shapes = (part for member in self.members.values() for part in walk(member.shape))
        layouts = [self, *(part.layout() for part in shapes if part.layout is not None)]
        return any(layout.strips or layout.fills for layout in layouts)

    def check_readable(self, data: Mapping[str, Any]) -> None:
        """Refuse a record that could never be read again."""
        if self.lost is not None:
            reason = "it is required and excluded from serialisation, so that it would be missed when reading"
            raise Unstorable(f"{reason}; give it a default", (self.lost,))
        if missing := self.required - data.keys():
            name = min(missing)
            raise Unstorable("it is required and has no value", (self.by_attribute[name].name,))

    def encode(self, data: Mapping[str, Any]) -> dict[str, AttributeValue]:
        """Encode what the record's serialiser made of it, attribute by attribute."""
        self.check_readable(data)
        encoded: dict[str, AttributeValue] = {}
        for attribute, value in data.items():
            member = self.by_attribute.get(attribute)
            if member is not None and member.omits(value):
                continue
            try:
                encoded[attribute] = (member.shape.encode if member else _wire.encode)(value)
            except Unstorable as error:
                raise error.below(member.name if member else attribute) from error.__cause__
        return encoded


ANY: Final = Shape(Any, _wire.encode, doubtful=True)


class Doubts(NamedTuple):
    """Why a stored form may read back as something else, found once per field.

    `subclasses_of` are the classes a field is annotated with: an instance of a subclass would be stored without what
    the subclass adds, so that fields with subclassed classes are read back as well.
    """

    always: bool
    subclasses_of: tuple[type, ...]
    custom: bool = False

    def must_read_back(self) -> bool:
        """Tell whether a value must be read back before it is sent; subclasses may come at any time."""
        return self.always or any(record.__subclasses__() for record in self.subclasses_of)


def _doubts_about(shape: Shape) -> Doubts:
    """Look through a shape and all that lies below it, but not into what a user's serialiser writes."""
    everything = tuple(walk(shape))
    layouts = [part.layout() for part in everything if part.layout is not None]
    return Doubts(
        always=any(part.doubtful for part in everything) or any(layout.doubtful for layout in layouts),
        subclasses_of=tuple(layout.record for layout in layouts),
        custom=shape.custom,
    )


def walk(shape: Shape) -> Iterator[Shape]:
    """Go through a shape and all below it, each once: a type may contain itself."""
    seen: dict[int, Shape] = {}
    waiting = [shape]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            yield part
            waiting.extend(part.below())
