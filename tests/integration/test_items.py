"""Items in and out: what an engine has goes through files and instances, and comes back as it was."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from pydamodb import (
    ConfigurationError,
    ForeignItemError,
    GlobalIndex,
    InvalidItemError,
    InvalidKeyValueError,
    InvalidRequestError,
    KeyTemplate,
    PartitionKey,
    PydamoConfig,
    SortKey,
    Version,
    dump_items,
    load_items,
)

UNKNOWN: dict[str, Any] = {
    "digits": {"N": "12345678901234567890123456789012345678"},
    "bytes": {"B": b"\x00\xff"},
    "many": {"BS": [b"a", b"b"]},
    "map": {"M": {"deep": {"L": [{"B": b""}, {"NULL": True}, {"S": "\u2028"}]}}},
}


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table with an index."""
    return make_table("pk", "sk", global_indexes={"gsi1": ("gsi1pk", "gsi1sk")})


@pytest.fixture(params=["named", "described"])
def shop(request, table) -> PydamoConfig:
    """Return a configuration that names the keys of the table, or one that lets them be read from the table."""
    if request.param == "described":
        return PydamoConfig(table=table)
    index = GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk")
    return PydamoConfig(table=table, partition_key="pk", sort_key="sk", indexes=[index])


@pytest.fixture
def models(PrimaryKeyModel, PrimaryKeyAndSortKeyModel, shop) -> Any:
    """Define two kinds of items of a table."""

    class Customer(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("CUSTOMER#{id}", "PROFILE")

        kind: Literal["customer"] = "customer"
        id: str
        photo: bytes = b""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("CUSTOMER#{id}", "ORDER#{number:08}")
        by_status = GlobalIndex[str]("gsi1", partition_key="STATUS#{status}", sort_key="{number:08}")

        kind: Literal["order"] = "order"
        id: str
        number: int
        status: str | None = "open"
        total: Decimal = Decimal(0)
        tags: set[str] = Field(default_factory=set)

    return Customer, Order


@pytest.fixture
def stored(client, table) -> Any:
    """Return what reads the items of the table, in order; and begin with none."""

    def read() -> list[dict[str, Any]]:
        items = client.scan(TableName=table.name, ConsistentRead=True)["Items"]
        return sorted(map(in_order, items), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    for item in read():
        client.delete_item(TableName=table.name, Key={name: item[name] for name in ("pk", "sk")})
    return read


def in_order(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item whose sets of texts are in order: an engine has its own."""
    return {name: {"SS": sorted(value["SS"])} if "SS" in value else value for name, value in item.items()}


def instances(models: Any) -> list[Any]:
    """Make some items."""
    customer, order = models
    return [
        customer(id="ann", photo=bytes(range(256))),
        customer(id="bob"),
        *[order(id="ann", number=number, total=Decimal(number) / 7, tags={"a", str(number)}) for number in range(30)],
        order(id="bob", number=1, status=None),
    ]


def in_json(item: dict[str, Any]) -> dict[str, Any]:
    """Return what a client returns with base64 text in the place of bytes."""
    return json.loads(json.dumps(item, default=lambda data: b64encode(data).decode()))


def of_model(made: Any) -> Any:
    """Return the collection that waits are made for, which the functions take."""
    return getattr(made, "_collection", made)


def test_a_table_goes_through_a_file_and_back(models, collection, stored, tmp_path) -> None:
    """Scan, dump, delete, load, batch write: the table has the same items, with what no model knows."""
    customer, order = models
    account = collection(customer, order)
    with account.batch_writer() as writer:
        for item in instances(models):
            writer.put(item)
    before, path = stored(), tmp_path / "items.jsonl.gz"
    count = dump_items(account.scan_all(), path)
    with account.batch_writer() as writer:
        for item in account.scan_all():
            writer.delete(item)
    emptied = stored()
    with account.batch_writer() as writer:
        for item in load_items(of_model(account), path):
            writer.put(item)
    assert (33, [], before) == (count, emptied, stored())


def test_what_no_model_knows_goes_through_a_file(models, stored, client, table, tmp_path) -> None:
    """Unknown attributes are as they were, also the bytes among them."""
    _, order = models
    order(id="ann", number=7).save()
    client.put_item(TableName=table.name, Item={**stored()[0], **UNKNOWN})
    before, path = stored(), tmp_path / "items.jsonl"
    dump_items(order.scan_all(), path)
    order.delete_item("ann", 7)
    for item in load_items(order, path):
        item.save()
    assert (True, before) == (UNKNOWN.items() <= before[0].items(), stored())


def test_the_items_of_a_client_go_through_a_file(models, stored, client, table, tmp_path) -> None:
    """What boto3 reads needs no model, and what a model makes needs no boto3."""
    _, order = models
    order(id="ann", number=7, total=Decimal("1.10")).save()
    client.put_item(TableName=table.name, Item={**stored()[0], **UNKNOWN})
    before = stored()
    dump_items(client.scan(TableName=table.name)["Items"], tmp_path / "a")
    dump_items(load_items(order, tmp_path / "a"), tmp_path / "b")
    lines = [json.loads((tmp_path / name).read_bytes()) for name in "ab"]
    assert ({"Item": in_json(before[0])}, lines[0]) == tuple(lines)


def test_an_item_is_what_a_save_writes(models, stored, client, table) -> None:
    """With keys and index keys; `as_bytes` for a client, which writes the same item."""
    for item in instances(models)[:4] + instances(models)[-1:]:
        item.save()
        (found,) = stored()
        made = in_order(item.to_item())
        client.put_item(TableName=table.name, Item=item.to_item(as_bytes=True))
        assert (in_json(found), [found], item) == (made, stored(), type(item).from_item(found))
        item.delete()


def test_an_item_that_was_read_without_a_request_can_be_saved(models, stored, client, table) -> None:
    """As one that `get_item` has read: unknown attributes stay, and a changed part of the key is refused."""
    _, order = models
    order(id="ann", number=7).save()
    client.put_item(TableName=table.name, Item={**stored()[0], **UNKNOWN})
    item = order.from_item(stored()[0])
    item.status = "paid"
    item.save()
    (found,) = stored()
    assert (True, {"S": "STATUS#paid"}) == (UNKNOWN.items() <= found.items(), found["gsi1pk"])
    item.number = 8
    with pytest.raises(InvalidKeyValueError, match="the key of an item never changes"):
        item.save()


@pytest.mark.parametrize("shop", ["described"], indirect=True)
def test_the_names_of_keys_are_known_after_a_request(models) -> None:
    """None is sent to find them out."""
    _, order = models
    item = order(id="ann", number=7)
    with pytest.raises(ConfigurationError, match="the names of the keys that pydamo_key makes are not known"):
        item.to_item()
    order.get_item("ann", 7)
    with pytest.raises(ForeignItemError):
        order.from_item({**item.to_item(), "sk": {"S": "PROFILE"}})
    assert item == order.from_item(item.to_item())


@pytest.mark.parametrize("shop", ["described"], indirect=True)
def test_a_block_with_another_table_has_its_own_keys(models, make_table, shop) -> None:
    """What a request in the block has read counts in the block."""
    _, order = models
    item = order(id="ann", number=7)
    order.get_item("ann", 7)
    with shop.using(make_table("a", "b", global_indexes={"gsi1": ("c", "d")})):
        with pytest.raises(ConfigurationError, match="the names of the keys that pydamo_key makes are not known"):
            item.to_item()
        order.get_item("ann", 7)
        inside = item.to_item()
    assert ({"a", "b", "c", "d"}, {"pk", "sk", "gsi1pk", "gsi1sk"}) == (
        {*inside} - {*item.model_dump()},
        {*item.to_item()} - {*item.model_dump()},
    )


def test_a_partiql_answer_is_read(models, stored, client, table) -> None:
    """`execute_statement` of a client returns items in DynamoDB's JSON."""
    _, order = models
    item = order(id="ann", number=7, tags={"x"})
    item.save()
    reply = client.execute_statement(
        Statement=f'SELECT * FROM "{table.name}" WHERE pk = ? AND sk = ?',  # noqa: S608 - the name is ours
        Parameters=[{"S": "CUSTOMER#ann"}, {"S": "ORDER#00000007"}],
    )
    assert ([item], 1) == ([order.from_item(each) for each in reply["Items"]], len(stored()))


def test_a_version_is_as_it_is_in_the_table(PrimaryKeyAndSortKeyModel, table, stored, client) -> None:
    """`to_item` increments nothing, so that an item is restored under its version."""

    class Counted(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)
        pk: Annotated[str, PartitionKey]
        sk: Annotated[str, SortKey]
        version: Annotated[int, Version] = 0

    item = Counted(pk="a", sk="b")
    item.save()
    item.save()
    (before,) = stored()
    made = item.to_item(as_bytes=True)
    item.delete()
    client.put_item(TableName=table.name, Item=made)
    Counted.get_item("a", "b").save()
    assert (before, {**before, "version": {"N": "3"}}) == (made, *stored())


def test_an_item_of_bytes_as_keys_is_read(PrimaryKeyModel, make_table, client) -> None:
    """The bytes that a client returns are the key of the instance."""
    table = make_table("pk", types={"pk": "B"})

    class Blob(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)
        pk: Annotated[bytes, PartitionKey]
        text: str = ""

    Blob(pk=b"\x00\xff").save()
    (found,) = client.scan(TableName=table.name)["Items"]
    read = Blob.from_item(found)
    read.text = "x"
    read.save()
    assert b64decode(read.to_item()["pk"]["B"]) == b"\x00\xff" == Blob.get_item(b"\x00\xff").pk


def test_a_described_key_in_another_form_is_refused_after_a_request(PrimaryKeyModel, make_table, client) -> None:
    """The keys of the table are known then, as for a read."""
    table = make_table("pk")

    class Timed(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)
        pk: Any
        at: str = ""

    assert Timed(pk="a") == Timed.from_item({"pk": {"S": "a"}})
    with pytest.raises(InvalidItemError):
        Timed.from_item({"at": {"S": "a"}})
    assert Timed.get_item("b") is None
    with pytest.raises(InvalidItemError, match="it has no 'pk', which is a key of the table"):
        Timed.from_item({"at": {"S": "a"}})


def test_an_instance_of_an_index_is_no_whole_item(PrimaryKeyAndSortKeyModel, make_table) -> None:
    """What it lacks would be lost in the file."""
    table = make_table("pk", "sk", global_indexes={"few": ("sk", "pk")}, includes={"few": []})

    class Note(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)
        pk: str
        sk: str
        text: str = ""

    Note(pk="a", sk="b", text="x").save()
    (part,) = Note.query_all("b", index_name="few")
    with pytest.raises(InvalidRequestError, match="has only a part of its item"):
        part.to_item()
