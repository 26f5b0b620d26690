"""The asynchronous models are the twins of the synchronous ones: the same methods, parameters and words."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from types import FunctionType
from typing import Any

import pytest

import pydamodb
from pydamodb import (
    _aio_index_query_methods,
    _aio_query_methods,
    _aio_scan_methods,
    _aio_update_methods,
    _index_query_methods,
    _query_methods,
    _scan_methods,
    _update_methods,
    aio,
    aio_batch,
    aio_transactions,
    batch,
    models,
    transactions,
)

TWINS: dict[Any, Any] = {
    models.PrimaryKeyModel: aio.AsyncPrimaryKeyModel,
    models.PrimaryKeyAndSortKeyModel: aio.AsyncPrimaryKeyAndSortKeyModel,
    batch.BatchWriter: aio_batch.AsyncBatchWriter,
    transactions.WriteTransaction: aio_transactions.AsyncWriteTransaction,
}
METHODS = (FunctionType, classmethod)
ENTERED = {"__enter__": "__aenter__", "__exit__": "__aexit__"}


def methods_of(model: Any) -> dict[str, Any]:
    """Return the public methods that the library's own classes define, as functions, and those of a block."""
    ours = [each for each in model.__mro__ if each.__module__.startswith("pydamodb.")]
    return {
        name: getattr(member, "__func__", member)
        for each in reversed(ours)
        for name, member in vars(each).items()
        if (not name.startswith("_") or name in {*ENTERED, *ENTERED.values()}) and isinstance(member, METHODS)
    }


PAIRS = [
    pytest.param(function, methods_of(twin).get(ENTERED.get(name, name)), id=f"{model.__name__}.{name}")
    for model, twin in TWINS.items()
    for name, function in methods_of(model).items()
]
PAIRS += [
    pytest.param(getattr(transactions, name), getattr(aio_transactions, f"{name}_async"), id=name)
    for name in ("transact_write", "transact_get")
]


def as_synchronous(text: str) -> str:
    """Say the same of the synchronous twin."""
    for ours, theirs in (("Async", ""), ("_async", ""), ("an `async with`", "a `with`"), ("`async with`", "`with`")):
        text = text.replace(ours, theirs)
    return text


def words(text: str | None) -> list[str]:
    """Return the words of a docstring, wherever its lines are broken."""
    return as_synchronous(inspect.cleandoc(text or "")).split()


def signature(function: Any) -> str:
    """Return parameters, their types and defaults, and what is returned in the end, all as it is written."""
    return as_synchronous(str(inspect.signature(function)))


@pytest.mark.parametrize(("model", "twin"), TWINS.items())
def test_twins_have_the_same_methods(model: Any, twin: Any) -> None:
    """Neither has one more."""
    expected = {ENTERED.get(name, name) for name in methods_of(model)}
    assert (True, expected) == (len(expected) >= 5, set(methods_of(twin)))


@pytest.mark.parametrize(("function", "twin"), PAIRS)
def test_twins_take_the_same_parameters_and_return_the_same(function: Any, twin: Any) -> None:
    """With the same types and defaults."""
    assert signature(function) == signature(twin)


def written(module: Any) -> list[str]:
    """Return the head of each method of a module's classes as it is written, overloads too."""
    return [
        as_synchronous(
            "\n".join(
                [
                    of.name,
                    ENTERED.get(node.name, node.name),
                    *map(ast.unparse, [*node.decorator_list, node.args, node.returns]),
                ]
            )
        )
        for of in ast.parse(inspect.getsource(module)).body
        if isinstance(of, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        for node in (of.body if isinstance(of, ast.ClassDef) else [of])
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns
    ]


ROOMS = [
    (models, aio),
    (_index_query_methods, _aio_index_query_methods),
    (_query_methods, _aio_query_methods),
    (_scan_methods, _aio_scan_methods),
    (_update_methods, _aio_update_methods),
]


@pytest.mark.parametrize(("module", "twin"), ROOMS)
def test_twins_are_written_alike(module: Any, twin: Any) -> None:
    """With the same overloads, in the same order."""
    assert (True, written(module)) == (len(written(module)) > 5, written(twin))


def test_transactions_are_written_alike() -> None:
    """But for what both need, which stands in the synchronous room."""
    twin = written(aio_transactions)
    names = {head.partition("\n")[0] for head in twin}
    assert (True, twin) == (
        len(twin) > 15,
        [head for head in written(transactions) if head.partition("\n")[0] in names],
    )


@pytest.mark.parametrize(("function", "twin"), PAIRS)
def test_twins_are_documented_in_the_same_words(function: Any, twin: Any) -> None:
    """But for their names, and the kind of block."""
    assert (True, words(function.__doc__)) == (bool(function.__doc__), words(twin.__doc__))


@pytest.mark.parametrize(("model", "twin"), list(TWINS.items())[:2])
def test_twin_classes_are_documented_in_the_same_words(model: Any, twin: Any) -> None:
    """A batch writer alone says more: how tasks share it, and what becomes of it when it is cancelled."""
    assert words(model.__doc__) == words(twin.__doc__)


@pytest.mark.parametrize(("function", "twin"), PAIRS)
def test_twins_are_awaited_where_they_send(function: Any, twin: Any) -> None:
    """A batch writer, a record of a stream and an iterator, a transaction and a key are there without a request."""
    at_once = {"batch_writer", "from_stream_record", "key", "query_iter", "scan_iter", "transact_write"}
    assert (function.__name__ not in at_once, False) == (
        inspect.iscoroutinefunction(twin),
        inspect.iscoroutinefunction(function),
    )


def test_aliases_name_the_same_classes() -> None:
    """As those of the synchronous models."""
    assert (aio.AsyncPrimaryKeyModel, aio.AsyncPrimaryKeyAndSortKeyModel) == (aio.AsyncPKModel, aio.AsyncPKSKModel)


def test_all_twins_are_public() -> None:
    """Each public model class has a twin of the same name with Async before it."""
    expected = {f"Async{name}" for name in (*models.__all__, "BatchWriter")}
    assert set() == expected - set(pydamodb.__all__)


def test_the_package_works_without_the_extra() -> None:
    """Nothing of it is imported; an asynchronous model that is used says which extra to install."""
    program = """
import asyncio, sys
from types import SimpleNamespace
for name in ("aiobotocore", "aiohttp", "aioboto3"):
    sys.modules[name] = None
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "aiobotocore" else find_spec(name, *rest)
import boto3
import pydamodb

class Character(pydamodb.AsyncPrimaryKeyModel):
    pydamo_config = pydamodb.PydamoConfig(table="characters")
    name: str

try:
    asyncio.run(Character(name="Homer").save())
except pydamodb.ConfigurationError as error:
    print(error)
try:
    pydamodb.AsyncTable(object(), "characters")
except pydamodb.ConfigurationError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    assert (
        "Character is an asynchronous model and its table is given by the name 'characters': give it an AsyncTable "
        "with a client of aiobotocore (`pip install 'pydamodb[async]'` installs it), or a function that returns one, "
        "or make PrimaryKeyModel or PrimaryKeyAndSortKeyModel its base\n"
        "AsyncTable(client, name) takes an open client of aiobotocore (`pip install 'pydamodb[async]'` installs it), "
        "got object"
    ) == done.stdout.strip()
