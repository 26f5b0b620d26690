"""`Model.changes(age=40)`: the fields of a model as keyword arguments, made into update actions. No requests.

Type checkers synthesize `__replace__` for models, with one parameter for each field, all optional. `Changes` takes over
these parameters. They do so from Python 3.13 on; for older Pythons they accept any keyword argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn, Protocol, TypeVar, overload

from typing_extensions import ParamSpec

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.field_names import model_names
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._expressions.operands import new_value
from pydamodb._expressions.paths import HasPath, Path, field_path
from pydamodb._expressions.updates import Set, UpdateAction, assignment, is_computed
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Connection, cached_connection
from pydamodb._models.declared_keys import declared_schema
from pydamodb._models.templates import templates_of

P = ParamSpec("P")
ModelT = TypeVar("ModelT", bound=DynamoModel)


class HasReplace(Protocol[P]):
    """A class with the method that type checkers synthesize for models."""

    def __replace__(self, /, *args: P.args, **kwargs: P.kwargs) -> Any: ...


class Changes:
    """The type of `Model.changes`, for type checkers only."""

    @overload
    def __get__(self, instance: object, owner: type[HasReplace[P]]) -> Callable[P, list[UpdateAction]]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Callable[..., list[UpdateAction]]: ...
    def __get__(self, instance: object, owner: type[Any]) -> Any: ...


def changes_of(model: type[ModelT], values: Mapping[str, Any]) -> list[UpdateAction]:
    """Return one action for each field that is given; raise InvalidUpdateError for a name or a value that cannot be."""
    names = record_schema_of(model).cached(_field_names, None, model)
    keys = _key_attributes(model)
    actions: dict[str, UpdateAction] = {}
    for given, value in values.items():
        name = names.get(given)
        if name is None or (path := field_path(model, name)) is None:
            _refuse_name(model, given, names)
        if name in actions:
            _refuse(model, f"{path.described} is given twice, once as {given!r}: leave one of the two out")
        _check_field(model, path, keys)
        actions[name] = action = assignment(model, HasPath(path), value)
        if isinstance(action, Set) and not is_computed(action.value):
            new_value(
                path, action.value, lambda: {names[each]: other for each, other in values.items() if each in names}
            )
    return list(actions.values())


def _field_names(model: type[DynamoModel]) -> dict[str, str]:
    """Map keyword arguments to fields: first those of the constructor, then the names that `model_dump()` gives."""
    fields, known = model.model_fields, model_names(model)
    places = ((place, name) for name in fields for place in known[name].places)
    return {**{name: name for name in fields}, **{str(place[0]): name for place, name in places if not place[1:]}}


def _key_attributes(model: type[DynamoModel]) -> tuple[str, ...]:
    """Return the keys of the table, as far as they are declared or known; an update refuses all of them."""
    connection: Connection[Any] | None = None
    with suppress(RuntimeError):  # outside of an event loop, an asynchronous model has no current connection
        connection = cached_connection(model)
    if connection is not None:
        schema = connection.table.known_schema
    elif (templates := templates_of(model, has_sort_key=model.__pydamo_has_sort_key__)) is not None:
        return (*templates.parts,)
    else:
        schema = declared_schema(model, has_sort_key=model.__pydamo_has_sort_key__)
    templates = None if connection is None else connection.table.templates
    return (*(templates.parts if templates else ()), *(schema.keys.attributes if schema is not None else ()))


def _check_field(model: type[DynamoModel], path: Path, keys: tuple[str, ...]) -> None:
    if path.steps[0] in keys:
        reason = "is a key of the table: the key of an item never changes. Save a new item and delete the old one"
        _refuse(model, f"{path.described} {reason}")
    if path.field is not None and not path.field.stored:
        _refuse(model, f"{path.described} is excluded from serialization, so it is never stored: leave it out")


def _refuse_name(model: type[DynamoModel], given: str, names: Mapping[str, str]) -> NoReturn:
    computed = {info.alias or name: name for name, info in model.model_computed_fields.items()}
    name = given if given in model.model_computed_fields else computed.get(given)
    if name is not None:
        remedy = f"leave it out, or set the stored value with {model.__name__}.attr.{name}.set(...)"
        _refuse(model, f"{model.__name__}.{name} is a computed field: {remedy}")
    _refuse(model, f"{model.__name__} has no field {given!r}; its fields are {', '.join(names)}")


def _refuse(model: type[DynamoModel], reason: str) -> NoReturn:
    raise InvalidUpdateError(f"{model.__name__}.changes(): {reason}", model_name=model.__name__)
