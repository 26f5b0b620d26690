"""From annotations to shapes, and from records to layouts: what Python's and Pydantic's types mean for storage.

A type that is not known here is not an error: it is encoded by its values, and what is written is read back first.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import collections
import dataclasses
import sys
import types
import typing
from collections import abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from operator import getitem
from typing import Annotated, Any, Final, ForwardRef, Literal, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

import pydantic
import typing_extensions
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Json,
    NaiveDatetime,
    SecretBytes,
    SecretStr,
)
from pydantic.fields import FieldInfo

from pydamodb import _encoders, _wire
from pydamodb._names import attribute_names, field_attributes, reading_names
from pydamodb._shapes import ANY, EMPTY_SET, UNKNOWN, Absence, Kind, Layout, Member, Shape
from pydamodb._wire import Encoder
from pydamodb.markers import Mark, TimeToLive, marks_among

__all__ = ["ALL_FIELDS", "hand_serialised", "is_marked", "layout_of", "reading_layout_of", "shape_of"]

RecordT = TypeVar("RecordT")

_SEQUENCES: dict[Any, tuple[type, ...]] = {
    list: (list,),
    collections.deque: (collections.deque,),
    abc.Sequence: (list, tuple),
    abc.MutableSequence: (list,),
}
_SETS: set[Any] = {set, frozenset, abc.Set, abc.MutableSet}
_MAPS: set[Any] = {
    dict,
    abc.Mapping,
    abc.MutableMapping,
    collections.OrderedDict,
    collections.defaultdict,
}
# Keys of these types read back from their texts; any other key is read back before it is sent.
_KEYS: set[Any] = {str, int, float, Decimal, UUID, date, datetime}
_ALIASES: tuple[Any, ...] = (
    typing_extensions.TypeAliasType,
    getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType),
)
# As values, so that they can be given arguments that are only known at run time.
_ANNOTATED: Any = Annotated
_UNION: Any = Union
_NOT_REQUIRED: set[Any] = {typing_extensions.NotRequired}
_APPLIED = {"always", "unless-none"}
_CUSTOM = Shape(Any, _wire.encode, custom=True)


def shape_of(annotation: Any, metadata: Iterable[Any] = (), config: ConfigDict | None = None) -> Shape:
    """Compile the shape of a type, with the metadata that Pydantic keeps beside it."""
    outside = tuple(metadata)
    inner, marks = _unwrap(annotation, outside)
    shape = _by_metadata(inner, marks) or _by_type(inner, config) or ANY
    whole: Any = getitem(_ANNOTATED, (annotation, *outside)) if outside else annotation
    return dataclasses.replace(shape, annotation=whole, config=config)


def _unwrap(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Take off what does not change the stored form: Annotated, type aliases, NewType, Required and their like."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *inner = get_args(annotation)
            metadata = (*inner, *metadata)
        elif origin in {typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.ReadOnly}:
            (annotation,) = get_args(annotation)
        elif isinstance(annotation, _ALIASES):
            annotation = annotation.__value__
        elif supertype := getattr(annotation, "__supertype__", None):
            annotation = supertype
        elif isinstance(annotation, TypeVar):
            annotation = annotation.__bound__ or Any
        else:
            return annotation, metadata


def _by_metadata(inner: Any, marks: tuple[Any, ...]) -> Shape | None:
    """Return the shape of a type whose metadata decides over its stored form."""
    for mark in marks:
        if isinstance(mark, (pydantic.PlainSerializer, pydantic.WrapSerializer)) and mark.when_used in _APPLIED:
            return _CUSTOM
    if any(isinstance(mark, TimeToLive) for mark in marks_among(marks)):
        return _time_to_live(inner)
    for mark in marks:
        if mark is Json or isinstance(mark, _JSON_MARK):
            return _JSON
        pydantics = type(mark).__module__.startswith(("pydantic.", "annotated_types"))
        if isinstance(mark, _open_marks()) or (not pydantics and hasattr(mark, "__get_pydantic_core_schema__")):
            return ANY
    return None


def _open_marks() -> Any:
    # Named through `pydantic`, here and elsewhere, is what models need not have: Pydantic loads it when asked for it.
    return (pydantic.SerializeAsAny, pydantic.InstanceOf, pydantic.SkipValidation)


def _time_to_live(inner: Any) -> Shape | None:
    """Return the shape of a time to live, None for a type that cannot be one."""
    if inner in _TIMES:
        return _TIME_TO_LIVE
    options = [option for option in _options(inner) if option is not type(None)]
    return _or_none(_TIME_TO_LIVE) if len(options) == 1 and _unwrap(options[0], ())[0] in _TIMES else None


# For type checkers these are types, at run time they are classes whose instances stand in metadata.
_JSON_MARK: Any = Json
_ZONED: tuple[Any, ...] = (AwareDatetime, NaiveDatetime)
_TIMES: tuple[Any, ...] = (datetime, AwareDatetime)
_TIME_TO_LIVE = Shape(
    datetime,
    _encoders.whole_seconds,
    kind="scalar",
    tags=frozenset("N"),
    base=datetime,
    encode_operand=_encoders.exact_seconds,
)
_JSON = Shape(Any, _encoders.json_text, kind="scalar", tags=frozenset("S"), doubtful=True)


def _by_type(inner: Any, config: ConfigDict | None) -> Shape | None:
    """Return the shape of a type by itself; None for one that is not known."""
    origin, arguments = get_origin(inner), get_args(inner)
    if options := _options(inner):
        return _union(options, config)
    if origin is Literal:
        encode, doubtful = _encoders.one_of(arguments, "its Literal")
        # Pydantic takes the member of an Enum for a Literal, and not its value, unless they are equal.
        doubtful |= any(isinstance(each, Enum) and each != each.value for each in arguments)
        return Shape(inner, encode, kind="scalar", doubtful=doubtful)
    if not isinstance(inner, abc.Hashable):
        return None
    if scalar := _encoders.SCALARS.get(inner):
        tag, encode = scalar
        base: Any = datetime if inner in _ZONED else inner
        return Shape(inner, encode, kind="scalar", tags=frozenset({tag}), base=base)
    if inner is Json:
        return _JSON
    return _container(origin or inner, arguments, config) or _by_class(inner)


def _options(inner: Any) -> tuple[Any, ...]:
    """Return the options of a union, none of any other type."""
    return get_args(inner) if get_origin(inner) in {Union, types.UnionType} else ()


def _union(arguments: tuple[Any, ...], config: ConfigDict | None) -> Shape:
    options = tuple(shape_of(argument, config=config) for argument in arguments if argument is not type(None))
    if len(options) == 1:
        return _or_none(options[0])
    return Shape(Union, _encoders.union(options), options=options, doubtful=True)


def _or_none(shape: Shape) -> Shape:
    return dataclasses.replace(shape, encode=_encoders.optional(shape.encode), nullable=True)


def _container(origin: Any, arguments: tuple[Any, ...], config: ConfigDict | None) -> Shape | None:
    parts = tuple(shape_of(argument, config=config) for argument in arguments if argument is not Ellipsis) or (ANY,)
    kind: Kind
    encode_parts: Callable[[tuple[Shape, ...]], Encoder]
    doubtful, tags = False, frozenset("L")
    if kinds := _SEQUENCES.get(origin):
        kind, encode_parts = "sequence", partial(_encoders.sequence_of, kinds=kinds)
        doubtful = origin is abc.Sequence
    elif origin is tuple and (not arguments or Ellipsis in arguments):
        kind, encode_parts = "sequence", partial(_encoders.sequence_of, kinds=(tuple,))
    elif origin is tuple:
        kind, encode_parts = "tuple", _encoders.tuple_of
    elif origin in _SETS:
        kind, encode_parts = "set", _encoders.set_of
        tags = frozenset(f"{tag}S" for tag in parts[0].tags)
    elif origin in _MAPS:
        key = arguments[0] if arguments and arguments[0] in _KEYS else None
        kind, encode_parts = "map", partial(_encoders.map_of, key=key, ordered=origin is collections.OrderedDict)
        tags, parts, doubtful = frozenset("M"), parts[-1:], key is None or origin is abc.Mapping
    else:
        return None
    encode = encode_parts(parts)
    return Shape(origin, encode, kind, tags, elements=parts, doubtful=doubtful, encode_parts=encode_parts)


def _by_class(inner: Any) -> Shape | None:
    if not isinstance(inner, type):
        return None
    if issubclass(inner, (SecretStr, SecretBytes)):
        return Shape(inner, _encoders.refuse_secret, kind="scalar")
    if issubclass(inner, Enum):
        if hasattr(inner, "__get_pydantic_core_schema__"):
            return ANY
        encode, doubtful = _encoders.one_of(inner, inner.__name__)
        values: list[Any] = [] if doubtful else [member.value for member in inner]
        tags = frozenset(tag for value in values for tag in _wire.encode(value))
        return Shape(inner, encode, kind="scalar", tags=tags, doubtful=doubtful, base=inner)
    if issubclass(inner, cast("type[BaseModel]", pydantic.RootModel)):
        root = inner.model_fields["root"]
        return dataclasses.replace(shape_of(root.annotation, root.metadata, inner.model_config), doubtful=True)
    if issubclass(inner, BaseModel) or dataclasses.is_dataclass(inner) or typing_extensions.is_typeddict(inner):
        if hand_serialised(inner) is ALL_FIELDS:
            return _CUSTOM
        layout = partial(layout_of, inner)
        return Shape(inner, _encoders.record(layout), kind="record", tags=frozenset("M"), layout=layout)
    return None


def _dataclass_fields(record: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(record) if dataclasses.is_dataclass(record) else ()


class _AllFields(Enum):
    ALL_FIELDS = "all fields"


ALL_FIELDS: Final = _AllFields.ALL_FIELDS


def decorators_of(record: type) -> Any:
    """Return what Pydantic keeps of the decorators in a class; None if the class is none of Pydantic's.

    Pydantic documents `__pydantic_decorators__` as an attribute of its classes, but not what is in it, and has no other
    way to ask for serialisers. Should it go, an empty object stands for it, and whoever looks into it falls back.
    """
    if not hasattr(record, "__pydantic_validator__"):
        return None
    return getattr(record, "__pydantic_decorators__", object())


def hand_serialised(record: type) -> frozenset[str] | Literal[_AllFields.ALL_FIELDS]:
    """Name the fields that a serialiser on the class itself writes.

    Where Pydantic does not tell, all fields count: they are encoded by their values, and never doubted.
    """
    decorators = decorators_of(record)
    if decorators is None:
        return frozenset()
    try:
        if any(each.info.when_used in _APPLIED for each in decorators.model_serializers.values()):
            return ALL_FIELDS
        serialisers = [each.info for each in decorators.field_serializers.values()]
        named = {name for info in serialisers if info.when_used in _APPLIED for name in info.fields}
    except AttributeError:
        return ALL_FIELDS
    return _all_names(record) if "*" in named else frozenset(named)


def _all_names(record: type) -> frozenset[str]:
    if issubclass(record, BaseModel):
        return frozenset((*record.model_fields, *record.model_computed_fields))
    return frozenset(each.name for each in _dataclass_fields(record))


_KEPT = "__pydamodb_layout__"
_KEPT_FOR_READING = "__pydamodb_reading_layout__"


def layout_of(record: type) -> Layout:
    """Return the layout of a record type, made once for each form of its fields (`model_rebuild` gives a new one).

    It is kept on the class itself, and goes with it.
    """
    kept: tuple[object, Layout] | None = vars(record).get(_KEPT)  # as `_kept` does: it is asked for all the time
    if kept is not None and kept[0] is getattr(record, "__pydantic_validator__", None):
        return kept[1]
    return _kept(record, _KEPT, _members)


def reading_layout_of(model: type[BaseModel]) -> Layout:
    """Return the layout of a model that is read and never stored: its fields, by the names that they are read from.

    Raises:
        ConfigurationError: A field would take another one's value.
    """
    return _kept(model, _KEPT_FOR_READING, _readings)


def _kept(record: type[RecordT], place: str, members: Callable[[type[RecordT]], Iterable[Member]]) -> Layout:
    kept: tuple[object, Layout] | None = vars(record).get(place)
    if kept is not None and kept[0] is getattr(record, "__pydantic_validator__", None):
        return kept[1]
    if issubclass(record, BaseModel):
        record.model_rebuild()
    layout = _make_layout(record, {member.name: member for member in members(record)})
    type.__setattr__(record, place, (getattr(record, "__pydantic_validator__", None), layout))
    return layout


def _make_layout(record: type, members: Mapping[str, Member]) -> Layout:
    extra = _config(record).get("extra", "ignore")
    computed = frozenset(member.attribute for member in members.values() if member.computed)
    needed = frozenset(member.attribute for member in members.values() if member.required and not member.filled)
    return Layout(
        record,
        members,
        {member.attribute: member for member in members.values()},
        strips=frozenset() if extra == "ignore" else computed,
        fills=frozenset(member.attribute for member in members.values() if member.filled),
        required=frozenset() if hand_serialised(record) is ALL_FIELDS else needed,
        open=extra == "allow",
        doubtful=extra == "allow" or _makes_its_own(record),
    )


def _makes_its_own(record: type) -> bool:
    """Tell whether a dataclass may change what it is given (on construction), or writes more than its fields."""
    if not dataclasses.is_dataclass(record):
        return False
    hooks = hasattr(record, "__post_init__") or any(not each.init for each in dataclasses.fields(record))
    return hooks or bool(getattr(decorators_of(record), "computed_fields", None))


def _config(record: type) -> ConfigDict:
    """Return the configuration of a record: models and Pydantic's dataclasses have it, the others none."""
    return getattr(record, "model_config", None) or getattr(record, "__pydantic_config__", None) or ConfigDict()


def _members(record: type) -> Iterator[Member]:
    if issubclass(record, BaseModel):
        names = attribute_names(record)
        yield from _fields(record, record.model_fields, names)
        yield from _computed(record, names)
    elif infos := getattr(record, "__pydantic_fields__", None):
        yield from _fields(record, infos, field_attributes(record, infos, _config(record)))
    else:
        yield from _plain_members(record)


def _readings(model: type[BaseModel]) -> Iterator[Member]:
    names = reading_names(model)
    yield from _fields(model, {name: info for name, info in model.model_fields.items() if name in names}, names)


def _plain_members(record: type) -> Iterator[Member]:
    """Read a standard dataclass or a typed dict; an alias may stand in its annotations."""
    defaults = {each.name: each.default for each in _dataclass_fields(record)}
    listed: frozenset[str] = getattr(record, "__required_keys__", frozenset())
    for name, hint in typing_extensions.get_type_hints(record, include_extras=True).items():
        if defaults and name not in defaults:
            continue  # an InitVar or a ClassVar
        _, marks = _unwrap(hint, ())
        info = FieldInfo.from_annotation(hint) if any(isinstance(mark, FieldInfo) for mark in marks) else FieldInfo()
        attribute = field_attributes(record, {name: info}, _config(record))[name]
        # Where annotations are text, the list of required keys of a typed dict has too many.
        required = name in listed and get_origin(hint) not in _NOT_REQUIRED
        absent = None if defaults.get(name, ...) is None else UNKNOWN
        yield Member(name, attribute, shape_of(*_without_field_infos(hint)), required=required, absent=absent)


def _without_field_infos(hint: Any) -> tuple[Any, list[Any]]:
    """Part a type from its metadata, with what a `Field()` says of the value itself: an alias has no place there."""
    if get_origin(hint) is not Annotated:
        return hint, []
    base, *marks = get_args(hint)
    return base, [part for mark in marks for part in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]


def _fields(record: type, infos: Mapping[str, FieldInfo], names: Mapping[str, str]) -> Iterator[Member]:
    for name, info in infos.items():
        shape = _field_shape(record, name, info.annotation, info.metadata)
        filled = info.is_required() and shape.kind == "set" and not shape.nullable
        absent = EMPTY_SET if filled else _absence(info)
        conditional = getattr(info, "exclude_if", None) is not None
        yield Member(
            name,
            names[name],
            shape,
            filled=filled,
            stored=not info.exclude,
            required=info.is_required(),
            left_out_for=info.default if conditional else UNKNOWN,
            absent=absent,
            marks=marks_of(info.annotation, info.metadata),
        )


def _computed(record: type[BaseModel], names: Mapping[str, str]) -> Iterator[Member]:
    for name, info in record.model_computed_fields.items():
        shape = _field_shape(record, name, info.return_type, ())
        yield Member(name, names[name], shape, computed=True, marks=marks_of(info.return_type))


def is_marked(model: type[BaseModel]) -> bool:
    """Tell whether a mark stands on any field, without a look at what the fields are."""
    fields = ((info.annotation, info.metadata) for info in model.model_fields.values())
    computed = ((info.return_type, ()) for info in model.model_computed_fields.values())
    return any(marks_of(annotation, metadata) for annotation, metadata in (*fields, *computed))


def marks_of(annotation: Any, metadata: Iterable[Any] = ()) -> tuple[Mark, ...]:
    """Return the marks of a field, also those on the options of a union: `Annotated[str, SortKey(...)] | None`."""
    inner, beside = _unwrap(annotation, tuple(metadata))
    return (*marks_among(beside), *(mark for option in _options(inner) for mark in marks_of(option)))


def _field_shape(record: type, name: str, annotation: Any, metadata: Iterable[Any]) -> Shape:
    if _has_names(annotation):
        annotation = _with_types(record, annotation)
    shape = shape_of(annotation, metadata, _config(record))
    by_hand = hand_serialised(record)
    if by_hand is ALL_FIELDS or name in by_hand:
        return dataclasses.replace(_CUSTOM, annotation=shape.annotation, config=shape.config)
    return shape


def _has_names(annotation: Any) -> bool:
    """Tell whether a type still stands as text in an annotation, as Pydantic leaves `list["Tree"]` on Python 3.10."""
    if get_origin(annotation) is Literal:
        return False
    return isinstance(annotation, (str, ForwardRef)) or any(map(_has_names, get_args(annotation)))


def _with_types(record: type, annotation: Any) -> Any:
    """Put types in place of their names; one that only Pydantic could see, in a function, stays as it is."""
    if isinstance(annotation, (str, ForwardRef)):
        holder = type("holder", (), {"__annotations__": {"it": annotation}})
        names = {**vars(sys.modules[record.__module__]), record.__name__: record}
        try:
            return typing_extensions.get_type_hints(holder, names, names)["it"]
        except NameError:
            return annotation
    arguments = tuple(_with_types(record, argument) for argument in get_args(annotation))
    if isinstance(annotation, types.GenericAlias):
        return types.GenericAlias(get_origin(annotation), arguments)
    return getitem(_UNION, arguments) if get_origin(annotation) in {Union, types.UnionType} else annotation


def _absence(info: FieldInfo) -> Absence | None:
    """Tell what a field that is not there is read as; a factory is never called to find out."""
    if info.is_required():
        return UNKNOWN
    if info.default_factory in {set, frozenset} or info.default in (set(), frozenset()):
        return EMPTY_SET
    return None if info.default is None and info.default_factory is None else UNKNOWN
