"""The names of a field: its attribute in the item, its key in what Pydantic dumps, and where validation looks for it.

An attribute is named as `model_dump()` names it: by the field, or by its alias if the model serializes by alias. A mark
gives it another name. Validation may look for other names. Stored data is renamed for it, or the model is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, NamedTuple, NoReturn, TypeAlias

from pydantic import AliasChoices, BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from pydamodb._codec.hints import marks_of
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.markers import Attribute, Mark

# Where validation looks for a value: a name, and the steps from there into the value (of an `AliasPath`).
Place: TypeAlias = "tuple[str | int, ...]"
_ByRoot: TypeAlias = "dict[str | int, list[tuple[str, Place]]]"
# Older versions of Pydantic do not know these settings: they dump by names, and validate by aliases.
_HAS_SETTINGS = {"serialize_by_alias", "validate_by_alias"} <= ConfigDict.__annotations__.keys()


class FieldNames(NamedTuple):
    """The names of one field.

    `attribute` names it in the item, and `dumped` in what Pydantic dumps. Validation gets the value at `fed`. It would
    look for the names `hidden` first, and must not find them. `places` are all places where it looks.
    """

    attribute: str
    dumped: str
    fed: Place = ()
    hidden: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()

    @property
    def are_read_as_stored(self) -> bool:
        """Whether validation finds the value under the name of the attribute."""
        return not self.fed or (self.fed == (self.attribute,) and not self.hidden)

    @property
    def inner_place(self) -> Place | None:
        """A place inside of the value where validation looks before it takes the value, if there is one."""
        before = self.places[: self.places.index(self.fed)] if self.fed else ()
        return next((place for place in before if place[: len(self.fed)] == self.fed), None)


def model_names(model: type[BaseModel]) -> dict[str, FieldNames]:
    """Return the names of a model's fields and computed fields, or raise ConfigurationError."""
    computed = {
        name: _of_computed(name, info.alias, marks_of(info.return_type), model.model_config)
        for name, info in model.model_computed_fields.items()
    }
    marks = {name: marks_of(info.annotation, info.metadata) for name, info in model.model_fields.items()}
    return field_names(model, model.model_fields, marks, model.model_config, computed)


def field_names(
    record: type,
    infos: Mapping[str, FieldInfo],
    marks: Mapping[str, tuple[Mark, ...]],
    config: ConfigDict,
    computed: Mapping[str, FieldNames] | None = None,
) -> dict[str, FieldNames]:
    """Return the names of a record's fields, and of those that are computed, or raise ConfigurationError."""
    infos = {name: _with_generated_alias(name, info, config) for name, info in infos.items()}
    places = {name: _places(name, info, config) for name, info in infos.items()}
    by_root = _by_root(places)
    names: dict[str, FieldNames] = {}
    for name, info in infos.items():
        alias = info.serialization_alias or info.alias or name
        attribute, dumped = _outward_names(name, alias, marks[name], config)
        fed, hidden = () if info.exclude else _fed(record, name, attribute, places[name], by_root), frozenset[str]()
        if fed:
            before = places[name][: places[name].index(fed)]
            hidden = frozenset(str(place[0]) for place in before if place[0] != fed[0])
        names[name] = FieldNames(attribute, dumped, fed, hidden, places[name])
    names |= computed or {}
    attributes = {name: each.attribute for name, each in names.items()}
    _refuse_shared(record, attributes, "stored", "Name one of them otherwise, with the mark Attribute(...)")
    outward = {name: each.dumped for name, each in names.items() if name not in infos or not infos[name].exclude}
    _refuse_shared(record, outward, "serialized", "Give one of them another serialization alias")
    return names


def reading_names(model: type[BaseModel]) -> dict[str, FieldNames]:
    """Return the names of a model that is only read: each field is read from the first name that validation looks for.

    A field that is only read from the inside of another value (an `AliasPath`) is left out.
    """
    places = {name: _places(name, info, model.model_config) for name, info in model.model_fields.items()}
    by_root = _by_root(places)
    names: dict[str, FieldNames] = {}
    for name, own in places.items():
        whole = [place for place in own if not place[1:]]
        if whole:
            if other := _other_at(name, whole[0], by_root):
                _refuse_shared_place(model, name, whole[0], other)
            names[name] = FieldNames(str(whole[0][0]), name, whole[0], places=own)
    return names


def _of_computed(name: str, alias: str | None, marks: tuple[Mark, ...], config: ConfigDict) -> FieldNames:
    return FieldNames(*_outward_names(name, alias or name, marks, config))


def _outward_names(name: str, alias: str, marks: Iterable[Mark], config: ConfigDict) -> tuple[str, str]:
    """Return the name of the attribute, and the name that Pydantic dumps."""
    by_alias = bool(config.get("serialize_by_alias"))
    dumped = alias if by_alias else name
    attribute = next((mark.name for mark in marks if isinstance(mark, Attribute)), dumped)
    return attribute, dumped if _HAS_SETTINGS else name


def _with_generated_alias(name: str, info: FieldInfo, config: ConfigDict) -> FieldInfo:
    """Give a field the alias that Pydantic generates for it: a typed dict has the generator of the model around it."""
    generator: Any = config.get("alias_generator")
    if generator is None or info.alias or info.validation_alias or info.serialization_alias:
        return info
    info = copy(info)
    generate = getattr(generator, "generate_aliases", None)
    info.alias, info.validation_alias, info.serialization_alias = generate(name) if generate else (generator(name),) * 3
    return info


def _places(name: str, info: FieldInfo, config: ConfigDict) -> tuple[Place, ...]:
    """Return where Pydantic looks for the field in a mapping, in its order."""
    alias, places = info.validation_alias or info.alias, list[Place]()
    if alias is not None and (config.get("validate_by_alias", True) or not _HAS_SETTINGS):
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        places = [(choice,) if isinstance(choice, str) else tuple(choice.path) for choice in choices]
    if alias is None or config.get("populate_by_name") or (config.get("validate_by_name") and _HAS_SETTINGS):
        places.append((name,))
    return tuple(places)


def _by_root(places: Mapping[str, tuple[Place, ...]]) -> _ByRoot:
    """Return the fields that are looked for below each name, and where."""
    found: _ByRoot = {}
    for name, own in places.items():
        for place in own:
            found.setdefault(place[0], []).append((name, place))
    return found


def _fed(record: type, name: str, attribute: str, places: tuple[Place, ...], by_root: _ByRoot) -> Place:
    """Return a place where only this field is looked for: the one of its attribute, else the first.

    A place inside of one before it would never be looked at.
    """
    alone = [place for place in places if _other_at(name, place, by_root) is None and not _is_hidden(place, places)]
    if not alone:
        shared = ((place, _other_at(name, place, by_root)) for place in places)
        _refuse_shared_place(record, name, *next((place, other) for place, other in shared if other))
    return (attribute,) if (attribute,) in alone else alone[0]


def _is_hidden(place: Place, places: tuple[Place, ...]) -> bool:
    return any(place[: len(before)] == before for before in places[: places.index(place)])


def _other_at(name: str, place: Place, by_root: _ByRoot) -> str | None:
    """Return another field that is looked for at the place, inside of it or around it."""
    others = ((other, at) for other, at in by_root[place[0]] if other != name)
    return next((other for other, at in others if all(a == b for a, b in zip(at, place))), None)  # noqa: B905


def refuse_inner_place(record: type, name: str, fed: Place, inner: Place) -> NoReturn:
    """Refuse a field whose values may be mappings or lists with a value at the inner place."""
    message = (
        f"{record.__name__}.{name} is looked for inside of its own value (at {_path(inner)}) before the value itself "
        f"(at {_path(fed)}), so that a part could be read in place of the whole. Put the whole first in AliasChoices."
    )
    raise ConfigurationError(message, model_name=record.__name__)


def _path(place: Place) -> str:
    return repr(place[0]) if not place[1:] else f"AliasPath({', '.join(map(repr, place))})"


def _refuse_shared_place(record: type, name: str, place: Place, other: str | None) -> NoReturn:
    message = (
        f"{record.__name__}.{name} and {record.__name__}.{other} are both read from {place[0]!r}, so that one would "
        f"take the other's value when an item is read. Give one of them another validation alias (for example "
        f"AliasChoices({name!r}, ...)), or let both be read by their names (populate_by_name=True)."
    )
    raise ConfigurationError(message, model_name=record.__name__)


def _refuse_shared(record: type, names: Mapping[str, str], how: str, remedy: str) -> None:
    owners: dict[str, str] = {}
    for name, outward in names.items():
        if (other := owners.setdefault(outward, name)) != name:
            message = (
                f"{record.__name__}.{other} and {record.__name__}.{name} are both {how} as {outward!r}, so that one "
                f"would overwrite the other. {remedy}."
            )
            raise ConfigurationError(message, model_name=record.__name__)
