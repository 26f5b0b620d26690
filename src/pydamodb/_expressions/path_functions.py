"""Paths as functions, such as `lambda customer: customer.address.city`, read by a model's own fields.

The function gets a walker in the place of a value. All names of a walker are fields, also those that `ExpressionField`
has methods for, as the function is written, and checked by type checkers, in terms of the values themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from pydantic import BaseModel

from pydamodb._expressions.paths import Path, described, field_path, no_field, no_field_at


def follow(model: type[BaseModel], start: Path | None, function: Callable[[Any], Any]) -> Path:
    """Return the path that the function takes from a model, or from a value at `start` inside it.

    Raises:
        AttributeError: The function asks for a field that does not exist, or returns something else than what it found.
    """
    found = function(_Walker(model, start))
    place = described(model, start)
    if type(found) is not _Walker:
        got = type(found).__name__
        raise AttributeError(f"the function must return a field of {place!r}, which it is given; got {got}")
    path = _path_of(found)
    begin = start.steps if start else ()
    if path is None or path.model is not model or path.steps[: len(begin)] != begin:
        raise AttributeError(f"the function must return a field of {place!r}, and that is what it is given")
    return path


class _Walker:
    """A place on the way: the model itself, as long as there is no path."""

    __slots__ = ("_model", "_path")

    def __init__(self, model: type[BaseModel], path: Path | None) -> None:
        self._model = model
        self._path = path

    def __getattr__(self, name: str) -> _Walker:
        if name.startswith("__"):
            self._refuse()  # an AttributeError would be an answer to `isinstance`, which asks for such names
        if self._path is None:
            path = field_path(self._model, name)
            if path is None:
                raise no_field(self._model.__name__, name)
            return _Walker(self._model, path)
        path = self._path.named(name)
        if path is None:
            raise no_field_at(self._path, name)
        return _Walker(self._model, path)

    def __getitem__(self, key: int | str) -> _Walker:
        if self._path is None:
            raise TypeError(f"{self._model.__name__!r} is a model: take its fields by name")
        return _Walker(self._model, self._path.keyed(key))

    def _refuse(self, *_: object) -> NoReturn:
        message = (
            f"the function only says where a value is, and {described(self._model, self._path)} is not there to be "
            f"asked; behind an optional value, take two steps: attr.address(lambda address: address.city)"
        )
        raise TypeError(message)

    # What would look at a value: `or` and `if`, loops and `in`, comparisons, `isinstance` and `match`, text of it.
    __bool__ = __iter__ = __contains__ = __len__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __str__ = __repr__ = __format__ = _refuse
    __hash__ = None  # type: ignore[assignment]
    __class__ = property(_refuse)  # pyright: ignore[reportIncompatibleMethodOverride] - it only refuses


def _path_of(walker: _Walker) -> Path | None:
    return walker._path  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the one reader
