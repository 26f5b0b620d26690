"""The asynchronous models: which of their methods are awaited, their names, and how they do without the extra."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest

import pydamodb
from pydamodb import aio, aio_batch, aio_transactions, models

CLASSES: list[Any] = [
    aio.AsyncPrimaryKeyModel,
    aio.AsyncPrimaryKeyAndSortKeyModel,
    aio_batch.AsyncBatchWriter,
    aio_transactions.AsyncWriteTransaction,
]


@pytest.mark.parametrize("kind", CLASSES)
def test_methods_that_send_are_awaited(kind: Any) -> None:
    """A batch writer, changes, a record of a stream, an item, an iterator and a key are there without a request."""
    ours = [vars(each) for each in kind.__mro__ if each.__module__.startswith("pydamodb.")]
    methods = {name: getattr(each[name], "__func__", each[name]) for each in reversed(ours) for name in [*each]}
    public = {name for name, each in methods.items() if not name.startswith("_") and inspect.isfunction(each)}
    at_once = {"batch_writer", "changes", "from_item", "from_stream_record", "key", "query_iter", "scan_iter"}
    at_once = {*at_once, "to_item"} & public
    assert (True, public - at_once) == (
        len(public) >= 3,
        {name for name in public if inspect.iscoroutinefunction(methods[name])},
    )


def test_aliases_name_the_same_classes() -> None:
    """As those of the synchronous models."""
    assert (aio.AsyncPrimaryKeyModel, aio.AsyncPrimaryKeyAndSortKeyModel) == (aio.AsyncPKModel, aio.AsyncPKSKModel)


def test_all_twins_are_public() -> None:
    """Each public model class has a twin of the same name with Async before it."""
    expected = {f"Async{name}" for name in (*models.__all__, "BatchWriter", "WriteTransaction")}
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
    pydamo_config = pydamodb.PydamoConfig(table="characters", transport="boto3")
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
        "Character is an asynchronous model, but its table is given by the name 'characters': give it the name "
        'without transport="boto3", a DirectTable, an AsyncTable with a client of aiobotocore '
        "(`pip install aiobotocore`), or a function that returns one of the last two, or make "
        "PrimaryKeyModel or PrimaryKeyAndSortKeyModel its base\n"
        "AsyncTable(client, name) takes an open client of aiobotocore (`pip install aiobotocore`), "
        "got object"
    ) == done.stdout.strip()
