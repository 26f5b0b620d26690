"""Public modules: each one shows the content of a private module under its own name."""

from __future__ import annotations

import sys
from importlib import import_module
from types import FunctionType, ModuleType


def publish(public_name: str, private: ModuleType) -> None:
    """Give the classes and functions of a private module the name of a public one, for `repr` and pickles.

    `typing.get_type_hints` looks up the annotations of a class in the module that the class names. The public module
    therefore gets the other names of the private module too.
    """
    namespace = vars(sys.modules[public_name])
    for name, value in vars(import_module(private.__name__)).items():  # `private` may be a stand-in of `late_rooms`
        if isinstance(value, (type, FunctionType)) and value.__module__ == private.__name__:
            value.__module__ = public_name
        namespace.setdefault(name, value)
