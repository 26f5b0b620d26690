"""Frozen dataclasses that get their methods at first use: a program uses few of the classes that an import brings.

Type checkers, the functions of `dataclasses` and users of the classes see Python's own dataclasses. From Python 3.10 to
3.13, compiling the methods takes 0.4 ms for each class. For 45 classes that was half the time of importing the package.
If Python becomes ten times faster at it, `from dataclasses import dataclass` is enough.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import FrozenInstanceError
from dataclasses import dataclass as dataclass  # noqa: PLC0414 - what type checkers see
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

if not TYPE_CHECKING:
    _ALWAYS = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")
    _ALWAYS += ("__replace__",) if sys.version_info >= (3, 13) else ()
    _UNLESS_DECLINED = {"init": ("__init__",), "repr": ("__repr__",), "eq": ("__eq__", "__hash__")}
    _OF_THE_CLASS_ITSELF = {"__dict__", "__weakref__", "__setattr__", "__delattr__"}

    def dataclass(*, frozen: Literal[True], **options: bool) -> Callable[[type], type]:
        """Decorate a class as Python's `dataclass` does."""

        def decorate(cls: type) -> type:
            body = {name: each for name, each in vars(cls).items() if name not in _OF_THE_CLASS_ITSELF}
            wanted = (names for option, names in _UNLESS_DECLINED.items() if options.get(option, True))
            missing = [name for name in chain(_ALWAYS, *wanted) if name not in body]
            finish = partial(_finish, cls, body, missing, {"frozen": frozen, **options})
            for name in missing:
                setattr(cls, name, _Unfinished(cls, name, finish))
            _freeze(cls)
            return cls

        return decorate

    class _Unfinished:
        """A placeholder for an attribute that the class gets later. Reading one of them finishes the class."""

        def __init__(self, cls: type, name: str, finish: Callable[[], None]) -> None:
            self._cls, self._name, self._finish = cls, name, finish

        def __get__(self, instance: object, owner: type) -> Any:
            self._finish()
            found = vars(self._cls)[self._name]
            return found.__get__(instance, owner) if hasattr(found, "__get__") else found

    def _finish(cls: type, body: Mapping[str, Any], missing: Iterable[str], options: Mapping[str, bool]) -> None:
        """Let Python finish a copy of the class, and give the class what the copy got.

        Each assignment replaces one placeholder, so that a thread finds either the placeholder or the finished
        attribute. Two threads that finish the class at the same time do the same work.
        """
        copy = type(cls)(cls.__name__, cls.__bases__, dict(body))
        copy.__qualname__ = cls.__qualname__
        dataclasses.dataclass(**options)(copy)
        made = vars(copy)
        for name in (*missing, *(field.name for field in dataclasses.fields(copy))):
            if name in made:
                setattr(cls, name, made[name])
            elif name in body:  # a `field()` without a default
                with suppress(AttributeError):
                    delattr(cls, name)

    def _freeze(cls: type) -> None:
        """Refuse assignment and deletion from the start: a class may have a constructor of its own."""

        def check(instance: object, name: str, doing: str) -> None:
            if type(instance) is cls or name in cls.__dataclass_fields__:
                raise FrozenInstanceError(f"cannot {doing} field {name!r}")

        def refuse_to_assign(self: object, name: str, value: object) -> None:
            check(self, name, "assign to")
            super(cls, self).__setattr__(name, value)

        def refuse_to_delete(self: object, name: str) -> None:
            check(self, name, "delete")
            super(cls, self).__delattr__(name)

        cls.__setattr__, cls.__delattr__ = refuse_to_assign, refuse_to_delete
