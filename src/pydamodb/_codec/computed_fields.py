"""Computed fields: which fields they read, and their values if only some fields are known.

`reads_of` looks at the code of the property, and of the properties and methods of the model that it uses. It assumes
that the property reads everything if `self` is used for more than its attributes. `compute` calls the property with an
object that has the known values only.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from inspect import getattr_static
from types import CodeType, FunctionType
from typing import Any, cast

from pydantic import BaseModel


class NotKnown(Exception):  # noqa: N818 - becomes an InvalidUpdateError
    """A computed field reads a value that is not known."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Unclear(Exception):  # noqa: N818 - never leaves this module
    """`self` is used for more than its attributes."""


def reads_of(model: type[BaseModel], name: str) -> set[str] | None:
    """Return the names of attributes that a computed field may read, None if this is not clear."""
    names: set[str] = set()
    waiting = {name}
    while waiting:
        each = waiting.pop()
        names.add(each)
        try:
            waiting |= set(_attributes_read(model, each)) - names
        except _Unclear:
            return None
    return names


def _attributes_read(model: type[BaseModel], name: str) -> Iterator[str]:
    if name in model.model_fields or name == "__class__":
        return
    if hasattr(BaseModel, name):
        raise _Unclear  # `model_dump`, `__dict__`, and others that read all fields
    member: Any = getattr_static(model, name, None)
    function = _function_of(member)
    if function is not None:
        if not function.__code__.co_varnames:
            raise _Unclear
        yield from _loaded(function.__code__, function.__code__.co_varnames[0])
    elif hasattr(member, "__get__") and not isinstance(member, (staticmethod, classmethod)):
        raise _Unclear


def _function_of(member: Any) -> FunctionType | None:
    """Return the function of a property or of a method."""
    member = getattr(member, "wrapped", member) if type(member).__name__ == "PydanticDescriptorProxy" else member
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, cached_property):
        member = member.func
    return member if isinstance(member, FunctionType) else None


def _loaded(code: CodeType, this: str) -> Iterator[str]:
    """Yield the attributes that code loads from the variable `this`."""
    instructions = [*dis.get_instructions(code)]
    for position, each in enumerate(instructions):
        argument: Any = each.argval
        variables: list[Any] = [*argument] if type(argument) is tuple else [argument]
        if this not in variables or not any(kind in each.opname for kind in ("FAST", "DEREF", "CLOSURE")):
            continue
        is_captured = "CLOSURE" in each.opname or (this in code.co_cellvars and "FAST" in each.opname)
        following, previous = instructions[position + 1], instructions[max(position - 1, 0)]
        if following.opname in {"LOAD_ATTR", "LOAD_METHOD"} and variables[-1] == this and variables.count(this) == 1:
            yield str(following.argval)
        elif not is_captured and not (previous.opname == "LOAD_GLOBAL" and previous.argval == "type"):
            raise _Unclear
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and this in inner.co_freevars:
            yield from _loaded(inner, this)


def compute(
    model: type[BaseModel], name: str, known: Mapping[str, Any], unknown: set[str], instance: BaseModel | None = None
) -> tuple[Any, set[str]]:
    """Return the value of a computed field, and the fields that it has read (all if nothing is unknown).

    An instance has the attributes that are no fields. Without an instance they are not known.

    Raises:
        NotKnown: It needs a value that is not known.
        Exception: Whatever the property raises.
    """
    read = {*model.model_fields} if instance is not None and not unknown else _reading(model, name, known, instance)
    if both := read & unknown:
        raise NotKnown(min(both))
    made: Any = model.__new__(model)
    slots = {
        "__dict__": {**known},
        "__pydantic_fields_set__": {*known},
        "__pydantic_extra__": None if instance is None else instance.model_extra,
        "__pydantic_private__": None if instance is None else instance.__pydantic_private__,
    }
    for slot, content in slots.items():
        object.__setattr__(made, slot, content)
    return getattr(made, name), read


def may_read(model: type[BaseModel], name: str, known: Mapping[str, Any], changed: set[str]) -> bool:
    """Return False if a computed field surely reads none of these fields, whatever the unknown values are."""
    try:
        return not changed.isdisjoint(_reading(model, name, known, None, changed))
    except Exception:  # noqa: BLE001 - what it reads depends on the unknown values, or the property raises something
        return True


class _StandIn:
    """A value that is not known. It can be printed and called, but nothing can depend on what it is."""

    def __getattr__(self, _: str) -> _StandIn:
        return self

    def _same(self, *_: Any, **__: Any) -> _StandIn:
        return self

    def _unclear(self, *_: Any) -> Any:
        raise _Unclear

    def __format__(self, _: str) -> str:
        return ""

    def __str__(self) -> str:
        return ""

    __call__ = __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __floordiv__ = __mod__ = _same
    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __iter__ = _unclear
    __len__ = __contains__ = __index__ = __int__ = __float__ = _unclear
    __class__ = property(_unclear)  # pyright: ignore[reportIncompatibleMethodOverride]


def _reading(
    model: type[BaseModel],
    name: str,
    known: Mapping[str, Any],
    instance: BaseModel | None,
    changed: set[str] | None = None,
) -> set[str]:
    """Run a property on an object that has the known values only, and return what it reads.

    If the `changed` fields are given, a stand-in has the place of other values that are not known.
    """
    read: set[str] = set()
    missing: list[str] = []

    def refuse(attribute: str) -> Any:
        if changed is not None and attribute in model.model_fields and attribute not in changed:
            return _StandIn()
        missing.append(attribute)
        raise NotKnown(attribute)

    def get(this: Any, attribute: str) -> Any:
        if attribute == "__class__":
            return model
        read.add(attribute)
        if attribute in known:
            return known[attribute]
        member: Any = getattr_static(model, attribute, None)
        if attribute in model.model_fields or hasattr(BaseModel, attribute):
            return refuse(attribute)
        if member is None:
            return refuse(attribute) if instance is None else getattr(instance, attribute)
        function = _function_of(member)
        if function is not None and not isinstance(member, FunctionType):
            return function(this)
        bind: Any = getattr(cast("Any", member), "__get__", None)
        return member if bind is None else bind(this, model)

    made: Any = type(model.__name__, (), {**_special_methods(model, refuse), "__getattribute__": get})
    get(object.__new__(made), name)
    if missing:  # the property has caught the exception
        raise NotKnown(missing[0])
    return read


_OF_CLASSES = {"__init__", "__new__", "__getattr__", "__setattr__", "__delattr__", "__init_subclass__", "__hash__"}


def _special_methods(model: type[BaseModel], refuse: Callable[[str], Any]) -> dict[str, Any]:
    """Return the special methods of a model: Python looks for them on the class. Those of BaseModel read all fields."""

    def whole(*_: Any) -> Any:
        return refuse("the whole model")

    methods: dict[str, Any] = dict.fromkeys(("__str__", "__repr__", "__iter__", "__eq__"), whole)
    for kind in reversed(model.__mro__):
        if kind not in BaseModel.__mro__:
            methods |= {name: each for name, each in vars(kind).items() if isinstance(each, FunctionType)}
    return {name: each for name, each in methods.items() if name.startswith("__") and name not in _OF_CLASSES}
