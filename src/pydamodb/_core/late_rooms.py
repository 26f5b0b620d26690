"""Modules that are loaded when they are first used: most programs have no batches, searches or streams.

A package shows stand-ins for such modules: `from pydamodb._operations import query` gives the stand-in, and the first
use of `query.query` loads the module. From then on the stand-in is a module like any other, with the same attributes,
so that a call costs no more. It has those of that moment: a variable that changes later is asked for by a function.
`from pydamodb._operations.query import query` loads the module at once, as ever.
Lazy imports (PEP 810, Python 3.15) will replace this.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import Any, cast


class _StandIn(ModuleType):
    def __init__(self, name: str, loaded_first: Iterable[str]) -> None:
        super().__init__(name)
        self._loaded_first = loaded_first

    def __getattr__(self, name: str) -> Any:
        """Load the module. Python calls this for what is not there yet; two threads may do it at the same time."""
        for each in self._loaded_first:
            import_module(each)
        vars(self).update(vars(import_module(self.__name__)))
        cast("Any", self).__class__ = ModuleType
        return getattr(self, name)


def open_late(package: str, *modules: str, shown_by: Iterable[str] = ()) -> None:
    """Load modules of a package at their first use. `shown_by` names public modules, which name the classes."""
    for module in modules:
        setattr(sys.modules[package], module, _StandIn(f"{package}.{module}", shown_by))
