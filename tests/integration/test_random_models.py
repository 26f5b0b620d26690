"""Random models on the engine: what was saved is read back equal by every operation, or was refused before sending.

tests/support/random_models.py says how many there are, and how to repeat a failure. `.ci/run` tries great numbers on
DynamoDB Local.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from pydantic import BaseModel
from random_conditions import model_with_conditions
from random_items import edited
from random_models import plain, random_models, seeds
from random_types import Kind

from pydamodb import (
    Attribute,
    ConditionCheckFailedError,
    ConfigurationError,
    ItemEncodingError,
    OperationError,
    PydamoConfig,
    PydamoError,
    transact_get,
    transact_write,
)
from pydamodb._codec.items import decode_item, encode_item

pytestmark = pytest.mark.synchronous  # asynchronous models have the same codec and the same operations


@pytest.fixture
def base(PrimaryKeyAndSortKeyModel, make_table) -> Any:
    """Return the base class of all models of a test: they share a table."""

    class Stored(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "sk", types={"pk": "N", "sk": "N"}))

        pk: int = 0
        sk: int = 0

    return Stored


class Stored:
    """The items of one model on the engine."""

    def __init__(self, client: Any, table: str, seed: int) -> None:
        """Begin without items. Their partition key is the seed."""
        self.client, self.table, self.seed = client, table, seed

    def items(self) -> dict[int, Any]:
        """Return the items by their sort keys."""
        reply = self.client.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"N": str(self.seed)}},
            ConsistentRead=True,
        )
        return {int(item["sk"]["N"]): item for item in reply["Items"]}

    def write(self, requests: list[dict[str, Any]]) -> None:
        """Write or delete items."""
        for start in range(0, len(requests), 25):
            reply = self.client.batch_write_item(RequestItems={self.table: requests[start : start + 25]})
            assert {} == reply["UnprocessedItems"]

    def delete(self, numbers: Iterable[int] | None = None) -> None:
        """Delete some items, or all of them."""
        keys = [{"pk": {"N": str(self.seed)}, "sk": {"N": str(each)}} for each in numbers or self.items()]
        self.write([{"DeleteRequest": {"Key": key}} for key in keys])


@pytest.fixture
def stored_by(client, base) -> Any:
    """Return what looks after the items of a seed."""
    return lambda seed: Stored(client, base.pydamo_config.table.name, seed)


def must_be_refusal(error: PydamoError) -> None:
    """Raise an error again unless it says that nothing was sent."""
    if isinstance(error, OperationError):
        raise error


def save(random: Any, instances: list[Any]) -> dict[int, Any]:
    """Save instances in one of three ways; return those that were not refused, in their plain form."""
    saved: dict[int, Any] = {}

    def put(write: Any, number: int, instance: Any) -> None:
        before = plain(instance)
        try:
            write(instance)
        except PydamoError as error:
            must_be_refusal(error)
        else:
            saved[number] = before

    way = random.randrange(3)
    if way == 0:
        for number, instance in enumerate(instances):
            put(lambda instance: instance.save(), number, instance)
    elif way == 1:
        with type(instances[0]).batch_writer() as batch:
            for number, instance in enumerate(instances):
                put(batch.put, number, instance)
    else:
        with transact_write() as transaction:
            for number, instance in enumerate(instances):
                put(transaction.put, number, instance)
    for number, before in saved.items():
        assert before == plain(instances[number])
    return saved


def image(item: dict[str, Any]) -> dict[str, Any]:
    """Return the record of a stream that says that an item was put."""
    keys = {name: item[name] for name in ("pk", "sk")}
    return {"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": item}}


def check_reading(model: Any, saved: dict[int, Any], seed: int, items: dict[int, Any]) -> None:
    """Read what was saved by each operation."""
    keys = [(seed, number) for number in saved]
    assert saved.keys() == items.keys()
    assert [*saved.values()] == [plain(each) for each in model.query_all(seed)]
    assert [*saved.values()] == sorted((plain(each) for each in model.scan_all()), key=lambda p: p[1][1]["sk"][1])
    assert [*saved.values()] == [plain(each) for each in model.batch_get(keys)]
    assert [*saved.values()] == [plain(each) for each in transact_get(*[model.key(*key) for key in keys])]
    assert saved[keys[0][1]] == plain(model.get_item(*keys[0]))
    assert [*saved.values()] == [plain(model.from_stream_record(image(item)).new_image) for item in items.values()]


def check_names(instance: BaseModel, item: dict[str, Any]) -> None:
    """Attributes are named as `model_dump` names them, or by a mark."""
    if type(instance).__pydantic_decorators__.model_serializers:
        return  # it may write any names
    marks = [mark for info in type(instance).model_fields.values() for mark in info.metadata]
    marked = {mark.name for mark in marks if isinstance(mark, Attribute)}
    dumped = BaseModel.model_dump(instance, warnings=False)
    assert item.keys() <= dumped.keys() | marked
    if not marked:
        absent = [dumped[name] for name in dumped.keys() - item.keys()]
        assert all(value is None or value in (set(), frozenset()) for value in absent)


def is_proven(model: Any) -> bool:
    """Return False for models whose new values updates cannot prove, as they know the field only."""
    found = model.__pydantic_decorators__
    is_frozen = model.model_config.get("frozen")  # what Python would assign is not known
    return not (found.model_serializers or found.model_validators or is_frozen)


def check_update(model: Any, kind: Kind, random: Any, instance: Any, now: Any) -> None:
    """Give one field a new value: refused, or equal to the same assignment in Python."""
    name = random.choice([*kind.fields])
    value = kind.fields[name].value(random)
    if not is_proven(model):
        return
    expected = [plain(assigned(instance, name, value)), plain(validated(instance, name, value))]
    by_instance = random.random() < 0.5
    updates = [getattr(model.attr, name).set(value)]
    try:
        if by_instance:
            instance.update(updates=updates)
        else:
            model.update_item(instance.pk, instance.sk, updates=updates)
    except PydamoError as error:
        must_be_refusal(error)
        expected = [now]
    read = plain(model.get_item(instance.pk, instance.sk))
    assert read in expected, (name, value)
    if by_instance:
        assert read == plain(instance)


def assigned(instance: Any, name: str, value: Any) -> Any:
    """Assign without validation."""
    other = instance.model_copy()
    vars(other)[name] = value
    return other


def validated(instance: Any, name: str, value: Any) -> Any:
    """Assign with validation."""
    other = instance.model_copy()
    try:
        type(other).__pydantic_validator__.validate_assignment(other, name, value)
    except Exception:  # noqa: BLE001 - validators raise anything
        return None
    return other


@contextmanager
def named(seed: int) -> Iterator[None]:
    """Let a failure name the seed of its model."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"repeat it with --hypothesis-seed={seed}") from error


def numbered(instances: list[Any], seed: int) -> list[Any]:
    """Give instances their keys, without validation."""
    for number, instance in enumerate(instances):
        vars(instance).update(pk=seed, sk=number)
    return instances


def test_a_random_model_is_read_as_it_was_saved_or_refused(base, stored_by, pytestconfig) -> None:
    """Every operation reads an equal model; an update sets what an assignment would, or is refused."""
    for seed, random, kind in random_models(seeds(pytestconfig), base):
        model: Any = kind.annotation
        instances = numbered([kind.value(random) for _ in range(4)], seed)
        with named(seed):
            try:
                saved = save(random, instances)
            except ConfigurationError:
                continue  # a model that is refused at its first use
            if saved:
                items = stored_by(seed).items()
                check_reading(model, saved, seed, items)
                for number, item in items.items():
                    check_names(instances[number], item)
                number = random.choice([*saved])
                check_update(model, kind, random, instances[number], saved[number])
                stored_by(seed).delete()


# --- items of other programs ---


def for_boto3(value: Any) -> Any:
    """Return attribute values with bytes in the place of their text in JSON."""
    if isinstance(value, list):
        return [for_boto3(part) for part in value]
    if not isinstance(value, dict):
        return value
    ((kind, content), *others) = value.items() or [("", None)]
    if not others and kind == "B" and isinstance(content, str):
        return {"B": b64decode(content)}
    if not others and kind == "BS" and isinstance(content, list):
        return {"BS": [b64decode(part) for part in content]}
    return {name: for_boto3(part) for name, part in value.items()}


def edited_items(kind: Kind, random: Random, seed: int) -> list[dict[str, Any]]:
    """Return items of a model as another program may have written them."""
    items: list[dict[str, Any]] = []
    for instance in numbered([kind.value(random) for _ in range(3)], seed):
        try:
            item = encode_item(instance)
        except (ItemEncodingError, ConfigurationError):
            continue
        items += [edited(random, item, ("pk", "sk")) for _ in range(3)]
    return [for_boto3({**item, "sk": {"N": str(number)}}) for number, item in enumerate(items)]


def read(reader: Any, *arguments: Any) -> Any:
    """Return the plain form of a model, None if the item is not one."""
    try:
        return plain(reader(*arguments))
    except Exception:  # noqa: BLE001 - validators raise anything
        return None


def is_refused(model: Any) -> bool:
    """Return whether a model is refused at its first use."""
    try:
        model.get_item(-1, -1)
    except ConfigurationError:
        return True
    return False


def test_an_edited_item_is_read_in_the_same_way_by_each_operation(base, stored_by, pytestconfig) -> None:
    """What is read from the bytes of a reply is what the decoded item is validated as, or both are errors."""
    for seed, random, kind in random_models(seeds(pytestconfig), base):
        model, stored = kind.annotation, stored_by(seed)
        if not (items := edited_items(kind, random, seed)):
            continue
        if is_refused(model):
            continue
        with named(seed):
            stored.write([{"PutRequest": {"Item": item}} for item in items])
            expected = {number: read(decode_item, model, item) for number, item in stored.items().items()}
            for number, model_read in expected.items():
                if model_read is None or random.random() < 0.2:
                    assert model_read == read(model.get_item, seed, number)
            assert (None in expected.values()) == (read(model.query_all, seed) is None)
            readable = {number: each for number, each in expected.items() if each is not None}
            if unreadable := expected.keys() - readable.keys():
                stored.delete(unreadable)
            if readable:
                check_reading(model, readable, seed, stored.items())
                stored.delete()


# --- conditions ---


def saves(instance: Any, condition: Any) -> bool:
    """Save an instance over its item under a condition."""
    try:
        instance.save(condition=condition)
    except ConditionCheckFailedError:
        return False
    return True


@pytest.mark.wrong_on_ministack("compares paths that do not exist")
def test_a_condition_holds_where_python_says_so(base, stored_by, pytestconfig, on_moto) -> None:
    """A filter returns the items for which Python finds the condition to hold, and a write is made only for these."""
    if on_moto:
        pytest.skip("moto fails on paths that do not exist, on bytes, and on sets in lists of values")
    for seed in seeds(pytestconfig):
        random = Random(seed)  # noqa: S311 - no secret
        tested = model_with_conditions(random, base)
        instances = numbered([tested.value(random) for _ in range(6)], seed)
        with named(seed):
            with tested.model.batch_writer() as batch:
                for instance in instances:
                    batch.put(instance)
            for _ in range(2):
                condition, holds = tested.condition(random, instances)
                found = tested.model.query_all(seed, filter_condition=condition)
                assert [each.sk for each in instances if holds(each)] == [each.sk for each in found], condition
                instance = random.choice(instances)
                assert holds(instance) == saves(instance, condition), condition
            stored_by(seed).delete()
