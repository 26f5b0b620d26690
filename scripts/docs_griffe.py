"""An extension of griffe: the reference shows signatures as a reader needs them.

- An overload that exists to report a mistake (`@deprecated`) is left out.
- A private alias is shown by its meaning, and the default of a parameter that was not given is hidden.
- Overloads that are the same then are shown once.
- A dataclass of our own decorator has the constructor that Python's would give it.
- A class that only the library calls shows no constructor.
- A class that takes the docstring of its base (`__doc__ = Base.__doc__`) has that docstring.
"""

import griffe

MEANINGS = {
    "Updates": "Updates",
    "AnyUpdates": "Updates",
    "TextUpdates": "Updates",
    "RightUpdates": "Updates",
    "Mapping[ExpressionField[Any], Any]": "Updates",
    "Mapping[Any, Any] | Iterable[UpdateAction]": "Updates",
}
NOT_GIVEN = {"MISSING"}
ONLY_THE_LIBRARY_CALLS = {"WriteTransaction", "AsyncWriteTransaction", "BatchWriter", "AsyncBatchWriter"}
ONLY_THE_LIBRARY_CALLS |= {"ExpressionField", "FieldOf", "Collected", "Pydamo", "Requests", "Faults"}
OUR_DATACLASS = "pydamodb._core.lazy_dataclass.dataclass"


class ReadableOverloads(griffe.Extension):
    """Goes through a package once it is loaded."""

    def on_package(self, *, pkg: griffe.Module, **_: object) -> None:
        """Change all functions of a package."""
        walk(pkg)


def walk(thing: griffe.Module | griffe.Class) -> None:
    """Change the functions of a module or a class, and those of what it contains."""
    for member in list(thing.members.values()):
        if isinstance(member, griffe.Function):
            tidy(member)
        elif isinstance(member, griffe.Module | griffe.Class):
            if isinstance(member, griffe.Class):
                name_dataclass(member)
                take_docstring(member)
                if member.name in ONLY_THE_LIBRARY_CALLS:
                    hide_constructor(member)
            walk(member)


def name_dataclass(thing: griffe.Class) -> None:
    """Let griffe, which knows Python's decorator, see it in the place of ours."""
    for decorator in thing.decorators:
        call = decorator.value
        if isinstance(call, griffe.ExprCall) and call.canonical_path == OUR_DATACLASS:
            call.function = griffe.ExprName("dataclasses.dataclass")


def hide_constructor(thing: griffe.Class) -> None:
    """Leave out the constructor of a class, and that of its private bases."""
    for each in (thing, *(base for base in thing.resolved_bases if isinstance(base, griffe.Class))):
        if "pydamodb" in each.path:
            each.members.pop("__init__", None)


def take_docstring(thing: griffe.Class) -> None:
    """Give a class the docstring that it takes from a base."""
    if thing.docstring is None and "__doc__" in thing.members:
        thing.docstring = next((base.docstring for base in thing.resolved_bases if base.docstring), None)


def tidy(function: griffe.Function) -> None:
    """Show each overload once, and in plain words."""
    shown: dict[tuple[object, ...], griffe.Function] = {}
    for overload in function.overloads or ():
        if not is_deprecated(overload):
            simplify(overload)
            shapes = ((each.name, str(each.annotation), str(each.default)) for each in overload.parameters)
            shown.setdefault((*shapes, str(overload.returns)), overload)
    if shown:
        function.overloads = list(shown.values())
    simplify(function)


def is_deprecated(function: griffe.Function) -> bool:
    """Return True for an overload that only says that the call is wrong."""
    return any("deprecated" in str(each.value) for each in function.decorators)


def simplify(function: griffe.Function) -> None:
    """Show private aliases by their meanings, and no default that only says that nothing was given."""
    for parameter in function.parameters:
        words = str(parameter.annotation)
        for name, meaning in MEANINGS.items():
            if words == name or words.startswith(f"{name}["):
                parameter.annotation = griffe.ExprName(meaning, parent=function.parent)
        if str(parameter.default) in NOT_GIVEN:
            parameter.default = None
