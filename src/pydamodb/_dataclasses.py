"""Frozen dataclasses that are finished at first use, as most programs use few of those that an import brings.

To type checkers, to `dataclasses` and to whoever makes an instance they are Python's own. Python compiles six methods
for each class, which would be a third of what it costs to import the package. Python 3.13 compiles the six at once:
once it is the oldest one, `from dataclasses import dataclass` may do.
"""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import FrozenInstanceError, dataclass
from threading import RLock
from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if not TYPE_CHECKING:
    _OPTIONAL = {"init": ("__init__",), "repr": ("__repr__",), "eq": ("__eq__", "__hash__")}
    _ALWAYS = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")
    if sys.version_info >= (3, 13):
        _ALWAYS += ("__replace__",)
    _finishing = RLock()

    def dataclass(*, frozen, **options):
        """Do what Python's does for a frozen class, later."""

        def begin(cls):
            made = [name for option, names in _OPTIONAL.items() if options.get(option, True) for name in names]
            for name in (*made, *_ALWAYS):
                if name not in vars(cls):
                    setattr(cls, name, _Unfinished(cls, name, options))
            return _freeze(cls)

        if not frozen:
            raise TypeError("a class that is not frozen may have Python's decorator")
        return begin

    class _Unfinished:
        """Stands for what a class does not have yet; whoever looks at it makes the class have it."""

        __slots__ = ("cls", "name", "options")

        def __init__(self, cls, name, options):
            self.cls, self.name, self.options = cls, name, options

        def __get__(self, instance, owner):
            with _finishing:
                if vars(self.cls)[self.name] is self:
                    _finish(self.cls, self.options)
            found = vars(self.cls)[self.name]
            return found.__get__(instance, owner) if hasattr(found, "__get__") else found

    def _finish(cls, options):
        """Take over, one by one, what Python makes of a copy: no thread ever finds the class without."""
        left_out = {"__dict__", "__weakref__", "__setattr__", "__delattr__"}
        content = {
            name: each for name, each in vars(cls).items() if name not in left_out and not isinstance(each, _Unfinished)
        }
        copy = type(cls)(cls.__name__, cls.__bases__, content)
        copy.__qualname__ = cls.__qualname__
        dataclasses.dataclass(frozen=True, **options)(copy)
        for name, each in vars(copy).items():
            if name not in left_out and content.get(name) is not each:
                setattr(cls, name, each)
        for name in content.keys() - vars(copy).keys():
            delattr(cls, name)  # `field()` without a default

    def _freeze(cls):
        """Refuse what a frozen dataclass refuses."""

        def check(instance, name, doing):
            if type(instance) is cls or name in cls.__dataclass_fields__:
                raise FrozenInstanceError(f"cannot {doing} field {name!r}")

        def __setattr__(self, name, value):
            check(self, name, "assign to")
            super(cls, self).__setattr__(name, value)

        def __delattr__(self, name):
            check(self, name, "delete")
            super(cls, self).__delattr__(name)

        cls.__setattr__, cls.__delattr__ = __setattr__, __delattr__
        return cls
