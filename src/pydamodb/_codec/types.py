"""Storage types and record schemas: how values of a type are encoded, what they contain, and what their absence means.

A storage type encodes what Pydantic's serializer returns for its type, and refuses other values. `annotations.py` makes
storage types. Nothing here uses an annotation, a table or a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar, cast

import pydantic
from pydantic import ConfigDict, PydanticUserError
from typing_extensions import ParamSpec, TypeAliasType

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable
from pydamodb._codec.field_names import FieldNames, Place
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.markers import CreatedAt, Mark, UpdatedAt, Version

T = TypeVar("T")
P = ParamSpec("P")
Kind: TypeAlias = Literal["scalar", "sequence", "tuple", "set", "map", "record", "any"]


class Mismatch(Unstorable):
    """A value whose type is not the annotated one. An assignment without validation can leave such a value."""


class Absence(Enum):
    """What an absent attribute is read as, if not as None."""

    UNKNOWN = "nothing that is known"
    EMPTY_SET = "an empty set"


UNKNOWN: Final = Absence.UNKNOWN
EMPTY_SET: Final = Absence.EMPTY_SET


@dataclass(frozen=True, eq=False)
class StorageType:
    """How values of one type are stored.

    `data_types` are the DynamoDB data types of the stored values, empty if they depend on the value. `elements` are the
    storage types of a container's elements, one for each place of a tuple. `keys` is that of a map's keys. `options`
    are those of a union. `schema` returns the record schema of a record: it is a function because a record may contain
    itself. `annotation` and `config` are Pydantic's. `base` is the type of a scalar without its metadata.

    The stored form of an `ambiguous` type does not determine the value (`Any`, most unions). Such values need a round
    trip. A `custom` type has a serializer of the user, and nothing is known about its result. `encode_operand` encodes
    operands of a type that is compared with more values than it stores (a time to live). `encode_parts` makes the
    encoder of a container from the storage types of its elements. `dimensions` are those of a vector.
    """

    annotation: Any
    encode: Encoder
    kind: Kind = "any"
    data_types: frozenset[str] = frozenset()
    elements: tuple[StorageType, ...] = ()
    keys: StorageType | None = None
    options: tuple[StorageType, ...] = ()
    schema: Callable[[], RecordSchema] | None = None
    ambiguous: bool = False
    custom: bool = False
    nullable: bool = False
    base: type | None = None
    config: ConfigDict | None = None
    encode_operand: Encoder | None = None
    encode_parts: Callable[[tuple[StorageType, ...]], Encoder] | None = None
    dimensions: int | None = None

    @cached_property
    def adapter(self) -> pydantic.TypeAdapter[Any]:
        """Pydantic's adapter of the type."""
        try:
            return pydantic.TypeAdapter(self.annotation, config=self.config)
        except PydanticUserError:
            # Models have a configuration of their own. A dataclass or a typed dict may inherit it from what is around
            # it, such as an alias.
            if self.schema is None or issubclass(self.schema().record, pydantic.BaseModel):
                return pydantic.TypeAdapter(self.annotation)
            alias: Any = TypeAliasType
            return pydantic.TypeAdapter(alias("Inner", self.annotation), config=self.config)

    @cached_property
    def possible_types(self) -> frozenset[str]:
        """The data types that values may be stored as, none if they are not all known."""
        if not self.options:
            return self.data_types
        known = [option.possible_types for option in self.options]
        return frozenset[str]().union(*known) if all(known) else frozenset()

    @property
    def may_have_parts(self) -> bool:
        """Whether a value may be stored as a map or a list."""
        return not self.possible_types or not self.possible_types.isdisjoint({"M", "L"})

    @property
    def expires(self) -> bool:
        """Whether the values are stored as times to live."""
        return self.encode_operand is not None

    @property
    def element(self) -> StorageType:
        """The storage type of the elements of a list, a set or a map; `ANY` if it is not known."""
        return self.elements[0] if self.elements else ANY

    def element_at(self, index: int) -> StorageType:
        """Return the storage type at a place of a list or a tuple. The last one is that of all further elements."""
        return self.elements[min(index, len(self.elements) - 1)] if self.elements else ANY

    @cached_property
    def ambiguity(self) -> Ambiguity:
        """Why a value may read back as another value, with all that the type contains."""
        everything = tuple(walk(self))
        schemas = [part.schema() for part in everything if part.schema is not None]
        return Ambiguity(
            always=any(part.ambiguous for part in everything)
            or any(each.ambiguous or each.checked for each in schemas),
            subclasses_of=tuple(schema.record for schema in schemas),
            custom=self.custom,
        )

    def children(self) -> tuple[StorageType, ...]:
        """Return the storage types that this one contains directly."""
        if self.schema is not None:
            return tuple(field.storage for field in self.schema().fields.values())
        return self.elements + self.options


@dataclass(frozen=True, eq=False)
class StoredField:
    """One field of a record: its name in Python, its other names, and what its absence is read as.

    A `filled` field has no default in Python, and its absent attribute is read as an empty set. A `computed` field is
    never read. A field that is not `stored` is excluded from serialization. `left_out` is the default of a field whose
    `exclude_if` excludes it: it is stored as an absent attribute.
    """

    name: str
    names: FieldNames
    storage: StorageType
    computed: bool = False
    filled: bool = False
    stored: bool = True
    required: bool = False
    absent: Absence | None = UNKNOWN
    left_out: object = UNKNOWN
    marks: tuple[Mark, ...] = ()

    @cached_property
    def attribute(self) -> str:
        """The name of the attribute in the item."""
        return self.names.attribute

    def omits(self, value: object) -> bool:
        """Return True if the value is stored as an absent attribute."""
        if value is None:
            return self.absent is None or self.computed
        if isinstance(value, (set, frozenset)) and not value:
            return self.absent is EMPTY_SET or self.computed
        return False


@dataclass(frozen=True, eq=False)
class RecordSchema:
    """The fields of a record type (a model, a dataclass, a typed dict).

    Reading removes the attributes `strips`: computed fields that the type would not ignore. It adds an empty set for
    each absent attribute of `fills`. A record cannot be read without the `required` attributes. An `open` record
    accepts attributes without a field, a `closed` one refuses them. An `ambiguous` record may change its values on
    construction. If it is `unsure`, its core schema may do so on reading. `accepts` checks the fields that have
    constraints, if there are any.
    """

    record: type
    fields: Mapping[str, StoredField]
    by_attribute: Mapping[str, StoredField]
    strips: frozenset[str] = frozenset()
    fills: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    open: bool = False
    closed: bool = False
    ambiguous: bool = False
    unsure: bool = False
    accepts: Callable[[dict[str, Any]], bool] | None = None

    @cached_property
    def unreadable_field(self) -> str | None:
        """The name of a field that is required and never stored, None if there is none."""
        return next((field.name for field in self.fields.values() if field.required and not field.stored), None)

    @cached_property
    def _results(self) -> dict[Callable[..., Any], tuple[object, Any]]:
        return {}

    def cached(self, make: Callable[P, T], of: object, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `make` returns. It is called again only if `of` is another object than before."""
        known = self._results.get(make)
        if known is None or known[0] is not of:
            known = self._results[make] = of, make(*args, **kwargs)
        return cast("T", known[1])

    @cached_property
    def version(self) -> StoredField | None:
        """The field that counts the writes of an item, None if there is none."""
        return next((field for field in self.fields.values() if Version() in field.marks), None)

    @cached_property
    def created(self) -> StoredField | None:
        """The field with the time of creation, None if there is none."""
        return next((field for field in self.fields.values() if CreatedAt() in field.marks), None)

    @cached_property
    def updated(self) -> StoredField | None:
        """The field with the time of the last write, None if there is none."""
        return next((field for field in self.fields.values() if UpdatedAt() in field.marks), None)

    @cached_property
    def by_dumped(self) -> Mapping[str, StoredField]:
        """The fields by their names in what Pydantic dumps: by alias only inside of the model that has this setting."""
        return {**self.fields, **{field.names.dumped: field for field in self.fields.values()}}

    @cached_property
    def renamed(self) -> Mapping[str, FieldNames]:
        """The attributes that validation looks for under another name."""
        return {field.attribute: field.names for field in self.fields.values() if not field.names.are_read_as_stored}

    @cached_property
    def other_places(self) -> Mapping[str, tuple[Place, ...]]:
        """Where else validation looks for fields, by their attributes: older releases may have stored them there."""
        found = {
            field.attribute: tuple(place for place in field.names.places if place[0] not in self.by_attribute)
            for field in self.fields.values()
        }
        return {attribute: places for attribute, places in found.items() if places}

    @cached_property
    def completes(self) -> bool:
        """Whether reading removes or adds attributes, in this record or in a record inside of it."""
        return any(schema.strips or schema.fills for schema in self._with_records_inside())

    @cached_property
    def computes(self) -> bool:
        """Whether the record has computed fields."""
        return any(field.computed for field in self.fields.values())

    @cached_property
    def restores(self) -> bool:
        """Whether reading removes, adds or renames attributes, in this record or in a record inside of it."""
        return self.completes or any(schema.renamed for schema in self._with_records_inside())

    @cached_property
    def needs_round_trip(self) -> bool:
        """Whether reading may refuse or change values, in this record or in a record inside of it."""
        return any(schema.checked for schema in self._with_records_inside())

    @property
    def checked(self) -> bool:
        """Whether reading may refuse or change values of the record's own fields."""
        return self.unsure or self.accepts is not None

    def _with_records_inside(self) -> list[RecordSchema]:
        storages = walk(StorageType(self.record, attribute_values.encode, "record", schema=lambda: self))
        return [part.schema() for part in storages if part.schema is not None]

    def check_readable(self, data: Mapping[str, Any]) -> None:
        """Refuse a record that could never be read again."""
        if self.unreadable_field is not None:
            reason = "it is required and excluded from serialization, so that it would be missing when the item is read"
            raise Unstorable(f"{reason}; give it a default", (self.unreadable_field,))
        found = {field.attribute for key in data if (field := self.by_dumped.get(key) or self.by_attribute.get(key))}
        if missing := self.required - found:
            raise Unstorable("it is required and has no value", (self.by_attribute[min(missing)].name,))

    def check_extras(self, extras: Iterable[str], item: Mapping[str, AttributeValue]) -> None:
        """Refuse extra values of an item that have the name of a field, or would be read as one, or not at all."""
        for name in extras:
            if (field := self._by_any_name.get(name)) is not None:
                names = field.names
                is_read = name in {names.attribute, names.dumped, *names.fed[:1], *names.hidden}
                if is_read or names.attribute not in item:
                    raise Unstorable(_misread(name, field), (name,))

    @cached_property
    def _by_any_name(self) -> Mapping[str, StoredField]:
        """The fields by their attributes, by their names in what Pydantic dumps, and by where validation looks."""
        found = {str(place[0]): field for field in self.fields.values() for place in field.names.places}
        return {**found, **self.by_attribute, **{field.names.dumped: field for field in self.fields.values()}}

    def encode(self, data: Mapping[str, Any]) -> dict[str, AttributeValue]:
        """Encode the result of the record's serializer."""
        self.check_readable(data)
        encoded: dict[str, AttributeValue] = {}
        for key, value in data.items():
            field = self.field_dumped_as(key)
            if field is not None and field.omits(value):
                continue
            try:
                encode = field.storage.encode if field else attribute_values.encode
                encoded[field.attribute if field else key] = encode(value)
            except Unstorable as error:
                raise error.with_prefix(field.name if field else key) from None
        if self.open:
            self.check_extras((key for key in data if key not in self.by_dumped), encoded)
        return encoded

    def is_dumped_as(self, data: Mapping[Any, Any]) -> bool:
        """Return True if data has the names of all fields and no others."""
        return {self.by_dumped.get(key) for key in data} == {*self.fields.values()}

    def field_dumped_as(self, key: str) -> StoredField | None:
        """Return the field of a key in what Pydantic dumps, None for an extra value."""
        field = self.by_dumped.get(key) or self.by_attribute.get(key)
        if field is not None and key != field.names.dumped and self.open:
            raise Unstorable(_misread(key, field))
        return field


def _misread(extra: str, field: StoredField) -> str:
    return f"the extra value {extra!r} has a name from which {field.name} is read; rename it"


ANY: Final = StorageType(Any, attribute_values.encode, ambiguous=True)


class Ambiguity(NamedTuple):
    """Why a stored form may read back as another value.

    `subclasses_of` are the classes in the annotation of a field. A class with subclasses needs a round trip too: the
    fields of a subclass would not be stored.
    """

    always: bool
    subclasses_of: tuple[type, ...]
    custom: bool = False

    def needs_round_trip(self) -> bool:
        """Return True if a value must be read back before it is sent. A program may define subclasses at any time."""
        return self.always or any(record.__subclasses__() for record in self.subclasses_of)


def walk(storage: StorageType) -> Iterator[StorageType]:
    """Yield a storage type and all that it contains, each once: a type may contain itself."""
    seen: dict[int, StorageType] = {}
    waiting = [storage]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            yield part
            waiting.extend(part.children())
