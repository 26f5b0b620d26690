"""Generic models of the strict style: each use of a model with type arguments knows the types of its fields."""

from typing import Generic, TypeVar

from typing_extensions import reveal_type

from pydamodb import AsyncPrimaryKeyModel, Attr, Condition, ExpressionField, Field, PrimaryKeyModel

T = TypeVar("T")
U = TypeVar("U")


class Stored(PrimaryKeyModel[str], Generic[T]):
    id: Attr[str]
    payload: Attr[T]
    history: Attr[list[T]] = Field(default=[])  # X: pyrefly+strict


class StoredNumber(Stored[int]): ...


class AsyncStored(AsyncPrimaryKeyModel[str], Generic[T, U]):
    id: Attr[str]
    payload: Attr[T]
    label: Attr[U | None] = Field(default=None)


class AsyncStoredNumber(AsyncStored[int, str]): ...


class Logged(PrimaryKeyModel[str], Generic[T]):
    id: Attr[str]
    entries: Attr[list[T]] = Field(default_factory=list)


def condition(_: Condition) -> None: ...


# Without type variables, fields are what they always are.
reveal_type(Stored[int].attr.id)  # R: ExpressionField[str]
reveal_type(Stored[int](id="x", payload=3).payload)  # R: int
reveal_type(Stored[int](id="x", payload=3, history=[3]).history)  # R: list[int]
reveal_type(AsyncStored[int, str](id="x", payload=3).label)  # R: str | None
Stored[int](id="x")  # E

# pyright, its fork and zuban report that this access is ambiguous, although they know its type. For pyrefly the type is
# `T`. A subclass without type variables is right in all of them but zuban.
payload: ExpressionField[int] = Stored[int].attr.payload  # X: pyright, basedpyright, pyrefly, zuban
history: ExpressionField[list[int]] = Stored[int].attr.history  # X: pyright, basedpyright, pyrefly, zuban
label: ExpressionField[str | None] = AsyncStored[int, str].attr.label  # X: pyright, basedpyright, pyrefly, zuban
condition(Stored[int].attr.payload == 3)  # X: pyright, basedpyright, pyrefly, zuban
condition(Stored[int].attr.payload == "x")  # E
number: ExpressionField[int] = StoredNumber.attr.payload  # X: zuban
first: ExpressionField[int] = StoredNumber.attr.history[0]  # X: zuban
async_label: ExpressionField[str | None] = AsyncStoredNumber.attr.label  # X: zuban
condition(StoredNumber.attr.payload == 3)  # X: zuban
condition(StoredNumber.attr.payload == "x")  # E
condition(StoredNumber.attr.history.contains("x"))  # E
StoredNumber(id="x", payload="old")  # E: pyright, basedpyright, mypy, mypy+plugin, zuban


def equal(model: type[Stored[T]], value: T) -> Condition:
    return model.attr.payload == value  # X: pyright, basedpyright, pyrefly, zuban


def three(model: type[Stored[int]]) -> Condition:
    return model.attr.payload == 3  # X: pyright, basedpyright, pyrefly, zuban


# pyright thinks that a default made by a function has the type `Attr`.
Logged[int](id="x")  # X: pyright, basedpyright
Logged[int](id="x", entries=[3])
