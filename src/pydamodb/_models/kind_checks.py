"""What a collection may be of: models of one table, or one index of such models; a query needs shared partitions.

All is checked when the collection is made, as far as the types of the models are known then.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any, NoReturn

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.key_templates import KeyFormat, Part
from pydamodb._codec.templated_keys import IndexFormats, TemplatedKeys
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.indexes import GlobalIndex, parts_of
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Kinds
from pydamodb._models.templates import indexes_of, templates_of


def kinds_of(given: Sequence[Any], *, asynchronous: bool) -> Kinds:
    """Return the models of a collection, and their index.

    Raises:
        ConfigurationError: They cannot be read together.
    """
    if not given:
        raise ConfigurationError("a collection has at least one model: collection(Customer, Order)")
    found = [_kind(each) for each in given]
    models, indexes = tuple(model for model, _ in found), [index for _, index in found]
    names = ", ".join(model.__name__ for model in models)
    for model in models:
        if models.count(model) > 1:
            _refuse(names, f"{model.__name__} is in it twice; leave out one of the two")
        if model.__pydamo_is_asynchronous__ != models[0].__pydamo_is_asynchronous__:
            _refuse(names, "some of them are synchronous models, some asynchronous ones; make a collection of each")
    if models[0].__pydamo_is_asynchronous__ != asynchronous:
        remedy = "AsyncCollection" if models[0].__pydamo_is_asynchronous__ else "Collection"
        _refuse(names, f"this class is for models of the other kind; use {remedy}, or collection()")
    if len(set(indexes)) > 1:
        what = ", ".join(model.__name__ if index is None else f"{model.__name__}: {index!r}" for model, index in found)
        _refuse(names, f"give all of them as models, or all by the same index ({what})")
    unreadable = _unreadable(models, indexes[0], names)
    apart = None if unreadable is not None else _apart(models, indexes[0], names)
    return Kinds(models, indexes[0], unreadable, apart)


def _kind(given: Any) -> tuple[type[DynamoModel], str | None]:
    """Return a model, and the name of its index if an index of it was given."""
    if isinstance(given, type):
        if issubclass(given, DynamoModel) and given.model_fields:
            return given, None
        what = f"the class {given.__name__}"
    else:
        source: tuple[type[DynamoModel], str] | None = getattr(given, "__pydamo_source__", None)
        if source is not None:
            return source
        what = f"a value of type {type(given).__name__}"
    raise ConfigurationError(f"a collection takes models, or indexes of models (`Order.by_status`), got {what}")


def _unreadable(models: Sequence[type[DynamoModel]], index: str | None, names: str) -> str | None:
    """Return why neither a query nor a scan can read models together, if batches are all that they are for."""
    without = [model.__name__ for model in models if _templates(model) is None]
    if not without:
        return None
    reason = f"{', '.join(without)} {'have' if len(without) > 1 else 'has'} no pydamo_key"
    if index is not None:
        _refuse(names, f"{reason}, without which nothing says of which model an item is")
    return f"{reason}, so that only batch_get and batch_writer are for all of them; query each model alone"


def _apart(models: Sequence[type[DynamoModel]], index: str | None, names: str) -> str | None:
    """Check that the items of models can be told apart. Return why no query can read them together, if so."""
    _check_configurations(models, names)
    found = [each for each in map(_templates, models) if each is not None]
    apart = None
    for one, other in combinations(found, 2):
        apart = apart or _partitions_apart(one, other, index)
        if not _are_told_apart(one, other):
            first, second = (f"{each.model.__name__} ({_source_of_key(each)})" for each in (one, other))
            remedy = 'give each of the two a constant field, such as kind: Literal["order"] = "order"'
            _refuse(names, f"{first} and {second} can have the same keys: {remedy}")
    return apart


def _templates(model: type[DynamoModel]) -> TemplatedKeys | None:
    return templates_of(model, has_sort_key=model.__pydamo_has_sort_key__)


def _check_configurations(models: Sequence[type[DynamoModel]], names: str) -> None:
    configured = [model for model in models if getattr(model, "pydamo_config", None) is not None]
    for other in configured:
        one = configured[0]
        if other.pydamo_config is not one.pydamo_config and other.pydamo_config != one.pydamo_config:
            _refuse(names, f"{one.__name__} and {other.__name__} have different configurations: give them the same one")


def _partitions_apart(one: TemplatedKeys, other: TemplatedKeys, index: str | None) -> str | None:
    """Return why no query can read the items of two models, None if it can."""
    first, second = _key_of(one, index), _key_of(other, index)
    both = f"{one.model.__name__} and {other.model.__name__}"
    if _forms(first[0]) != _forms(second[0]):
        sources = f"{_sources(first[0])} and {_sources(second[0])}"
        remedy = "their partition keys need the same constant text and the same kinds of parts, in the same order"
        return f"{both} have no partitions in common ({sources}): {remedy}; or query each model alone"
    made = [[isinstance(each, KeyFormat) for each in key[1]] for key in (first, second)]
    if made[0] != made[1]:
        sources = f"{_sources(first[1])} and {_sources(second[1])}"
        return f"the sort keys of {both} are not both made by templates ({sources}): write both as templates"
    return None


def _key_of(keys: TemplatedKeys, index: str | None) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the partition key and the sort key of a table or an index: templates, and names of attributes."""
    own = IndexFormats(keys.partition, keys.sort)
    if index is None:
        return (own.partition,), () if own.sort is None else (own.sort,)
    declared = next(each for each in indexes_of(keys.model).values() if each.name == index)
    formats, parts = keys.indexes.get(index), parts_of(declared)
    fields = record_schema_of(keys.model).fields
    found = [tuple(fields[str(name)].attribute if name in fields else str(name) for name in names) for names in parts]
    partition: tuple[Any, ...] = found[0] if isinstance(declared, GlobalIndex) else (own.partition,)
    sort: tuple[Any, ...] = found[1]
    if formats is not None:
        partition = partition if formats.partition is None else (formats.partition,)
        sort = sort if formats.sort is None else (formats.sort,)
    return partition, sort


def _forms(key: tuple[Any, ...]) -> tuple[Hashable, ...]:
    """Return what two keys have in common that are equal for equal values."""
    return tuple(
        (each.begin, each.data_type, tuple((part.format.pattern, part.after) for part in each.parts))
        if isinstance(each, KeyFormat)
        else each
        for each in key
    )


def _sources(key: tuple[Any, ...]) -> str:
    return ", ".join(repr(each.source if isinstance(each, KeyFormat) else each) for each in key) or "none"


def _source_of_key(keys: TemplatedKeys) -> str:
    return _sources(tuple(each for each in (keys.partition, keys.sort) if each is not None))


def _are_told_apart(one: TemplatedKeys, other: TemplatedKeys) -> bool:
    """Return True if no item can be of both models: by a constant field, or by its key."""
    if any(other.markers.get(name, text) != text for name, text in one.markers.items()):
        return True
    sorts = one.sort is None or other.sort is None or _may_be_equal(one.sort, other.sort)
    return not (sorts and _may_be_equal(one.partition, other.partition))


def _may_be_equal(one: KeyFormat, other: KeyFormat) -> bool:
    """Return False if no text is a key of both templates."""
    if one.is_bare or other.is_bare:
        return True
    return _may_go_on_equally((one.begin, one.parts), (other.begin, other.parts))


def _may_go_on_equally(one: tuple[str, tuple[Part, ...]], other: tuple[str, tuple[Part, ...]]) -> bool:
    """Return False if no text begins with both constants and has the parts behind them."""
    (first, parts), (second, others) = one, other
    if first != second:
        shorter, longer = sorted((one, other), key=lambda each: len(each[0]))
        return longer[0].startswith(shorter[0]) and bool(shorter[1])
    if not (parts and others):
        return not (parts or others)
    part, another = parts[0], others[0]
    # Two parts of one form end at the same place if their width is fixed, or if the same character ends both.
    is_same_form = part.format.pattern == another.format.pattern
    if not (is_same_form and (part.format.delimited or part.after[:1] == another.after[:1])):
        return True
    return _may_go_on_equally((part.after, parts[1:]), (another.after, others[1:]))


def _refuse(names: str, reason: str) -> NoReturn:
    raise ConfigurationError(f"collection of {names}: {reason}", model_name=names)
