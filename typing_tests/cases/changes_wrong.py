"""`Model.changes(...)`: what is wrong, for Python 3.13 and newer, where type checkers know `__replace__`."""

from decimal import Decimal
from typing import Any

from pydamodb import AsyncPrimaryKeyAndSortKeyModel, AsyncPrimaryKeyModel, Attr, Field, PrimaryKeyModel, transact_write
from pydamodb.updates import UpdateAction


class Plain(PrimaryKeyModel):
    id: str
    age: int
    nick: str | None = None
    salary: Decimal = Decimal(0)
    tags: list[str] = []


class Child(Plain):
    extra: list[str] = []


class Strict(PrimaryKeyModel[str]):
    id: Attr[str]
    age: Attr[int] = Field(default=0)
    nick: Attr[str | None] = Field(default=None)
    tags: Attr[list[str]] = Field(default_factory=list)


class AsyncPlain(AsyncPrimaryKeyAndSortKeyModel):
    family: str
    number: int
    age: int = 0


class AsyncStrict(AsyncPrimaryKeyModel[str]):
    id: Attr[str]
    age: Attr[int] = Field(default=0)


# topic: a field that the model does not have in `Model.changes(...)`, for Python 3.13 or newer
Plain.changes(nothing=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Plain.update_item("x", updates=Plain.changes(age=3, nothing=3))  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Child.changes(nothing=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict.changes(nothing=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict(id="x").changes(nothing=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
AsyncPlain.changes(nothing=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
AsyncStrict.changes(age=3, nothing=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Plain.changes(3)  # E

# topic: a wrong value in `Model.changes(...)`, for Python 3.13 or newer
Plain.changes(age="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Plain.changes(age="x", id="y")  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Plain.changes(age=None)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Plain.changes(nick=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Plain.changes(tags=[3])  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Plain.update_item("x", updates=Plain.changes(age="x", nick=None))  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Child.changes(extra=3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Child.changes(extra=[], age="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict.changes(age="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict.changes(age="x", nick=None)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict.changes(tags=[3])  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict.changes(age=None)  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict.update_item("x", updates=[*Strict.changes(nick=3), Strict.attr.age.add(1)])  # E: pyright, basedpyright, mypy, mypy+plugin, ty
Strict(id="x").update(updates=Strict.changes(age="x"))  # E: pyright, basedpyright, mypy, mypy+plugin, ty
AsyncPlain.changes(age="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty
AsyncStrict.changes(age="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty
with transact_write() as tx:
    tx.update(Plain.key("x"), updates=Plain.changes(age="x"))  # E: pyright, basedpyright, mypy, mypy+plugin, ty


# A base class has no fields, so that pyright knows no names; the type arguments that are left out are Any for mypy.
def of_any(model: type[PrimaryKeyModel], values: dict[str, Any]) -> list[UpdateAction]:
    model.changes(age=3)  # X: pyright, basedpyright
    return model.changes(**values)  # X: mypy+strict, mypy+plugin+strict
