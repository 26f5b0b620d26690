"""Values of keys that know the form in which they are stored, if their model would write another form.

DynamoDB compares keys by their bytes. `2024-01-01T00:00:00+0000`, as another program wrote it, is read as a datetime
whose own form is another key: with a plain datetime, `get_item("a", event.at)` would look for an item that does not
exist. So the value itself knows the key under which it was stored, wherever it is passed. It is an instance of a
subclass that only this module makes. It is equal to the plain value, prints like it, and whatever is computed from it
is plain. Copies and pickles keep the key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from pydamodb._codec.attribute_values import AttributeValue


class KeyForms(NamedTuple):
    """The key of an item as its model writes it, and as it is stored. A `computed` key is stored in an old form."""

    written: Mapping[str, AttributeValue]
    stored: dict[str, AttributeValue]
    computed: bool = False

    def mean(self, attributes: Mapping[str, AttributeValue]) -> bool:
        """Return True if these attributes, as the model writes them, have this key. It was not changed."""
        return all(attributes.get(name) == value for name, value in self.written.items())


class _Remembering:
    __pydamo_key__: KeyForms

    def __reduce_ex__(self, _: Any) -> tuple[Callable[[Any, KeyForms], Any], tuple[Any, KeyForms]]:
        return remembering, (plain(self), self.__pydamo_key__)

    def __repr__(self) -> str:
        return repr(plain(self))

    def replace(self, *args: Any, **kwargs: Any) -> Any:
        return plain(self).replace(*args, **kwargs)


# Arithmetic calls the class of its operand: the class makes plain values, and only `remembering` makes its instances.
class _Datetime(_Remembering, datetime):
    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return datetime(*args, **kwargs)  # noqa: DTZ001 - the caller's own arguments


class _Date(_Remembering, date):
    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return date(*args, **kwargs)


class _Time(_Remembering, time):
    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return time(*args, **kwargs)


class _UUID(_Remembering, UUID):
    pass


class _Text(_Remembering, str):
    __slots__ = ("__pydamo_key__",)


def _day_of(value: Any) -> Any:
    return value.year, value.month, value.day


def _time_of(value: Any) -> Any:
    return value.hour, value.minute, value.second, value.microsecond, value.tzinfo


_SUPPORTED = frozenset[type]({datetime, date, time, UUID, str})
_MADE_PLAIN: dict[type, Callable[[Any], Any]] = {
    _Datetime: lambda value: datetime(*_day_of(value), *_time_of(value), fold=value.fold),  # noqa: DTZ001
    _Date: lambda value: date(*_day_of(value)),
    _Time: lambda value: time(*_time_of(value), fold=value.fold),
    _UUID: lambda value: UUID(int=value.int, is_safe=value.is_safe),
    _Text: str.__str__,
}
# To look for a type in here is all that a plain value costs.
REMEMBERING = frozenset(_MADE_PLAIN)


def remembering(value: object, key: KeyForms) -> Any:
    """Return an equal value that knows its stored key; None if values of its type cannot."""
    if type(value) not in _SUPPORTED:
        return None
    made: Any
    if isinstance(value, datetime):
        made = datetime.__new__(_Datetime, *_day_of(value), *_time_of(value), fold=value.fold)
    elif isinstance(value, date):
        made = date.__new__(_Date, *_day_of(value))
    elif isinstance(value, time):
        made = time.__new__(_Time, *_time_of(value), fold=value.fold)
    elif isinstance(value, UUID):
        made = object.__new__(_UUID)
        object.__setattr__(made, "int", value.int)
        object.__setattr__(made, "is_safe", value.is_safe)
    else:
        made = str.__new__(_Text, value)
    object.__setattr__(made, "__pydamo_key__", key)
    return made


def plain(value: object) -> Any:
    """Return a value without its stored key; any other value unchanged."""
    made_plain = _MADE_PLAIN.get(type(value))
    return value if made_plain is None else made_plain(value)


def remembered(value: Any) -> KeyForms | None:
    """Return the stored key that a value knows, None for other values."""
    return value.__pydamo_key__ if type(value) in REMEMBERING else None


def as_stored(value: Any, steps: tuple[str | int, ...], written: AttributeValue) -> AttributeValue:
    """Return the stored form of a value of a key attribute if it knows one, else the form that its model writes."""
    forms = remembered(value)
    is_of_key = forms is not None and any((name,) == steps and form == written for name, form in forms.written.items())
    return forms.stored[str(steps[0])] if forms is not None and is_of_key else written
