"""Attributes that the model does not know survive: an item is read, changed and saved, and they are what they were."""

from __future__ import annotations

import copy
import pickle
from base64 import b64encode
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    computed_field,
    create_model,
    model_validator,
)

from pydamodb import (
    Attribute,
    ConditionCheckFailedError,
    ConfigurationError,
    GlobalIndex,
    InvalidItemError,
    InvalidRequestError,
    KeyTemplate,
    PydamoConfig,
    UnprocessedItemsError,
    Version,
    raw_attribute,
)

UNKNOWN = {
    "text": {"S": "x"},
    "empty": {"S": ""},
    "digits": {"N": "12345678901234567890123456789012345678"},
    "small": {"N": "0.000000000000000000000000000000000000000000001"},
    "bytes": {"B": b"\x00\xff"},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "many": {"BS": [b"a", b"b"]},
    "null": {"NULL": True},
    "flag": {"BOOL": False},
    "list": {"L": [{"S": ""}, {"L": []}, {"M": {}}]},
    "map": {"M": {"S": {"S": "x"}, "deep": {"M": {"B": {"B": b""}}}}},
    "a.b c-#": {"S": "odd name"},
}


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table of two keys and three indexes: with all attributes, with some, and with the keys."""
    return make_table(
        "pk",
        "sk",
        types={"sk": "N"},
        global_indexes={"all": ("kind",), "some": ("kind",), "keys": ("kind",)},
        local_indexes={"local": "kind"},
        includes={"some": ["total"], "keys": [], "local": []},
    )


@pytest.fixture
def stored(client, table) -> Any:
    """Return what writes an item under the key (a, 1), and what reads it: in DynamoDB's form, and in an order."""

    class Stored:
        def __init__(self) -> None:
            self.key = {"pk": {"S": "a"}, "sk": {"N": "1"}}

        def write(self, **attributes: Any) -> None:
            client.put_item(TableName=table.name, Item={**self.key, **attributes})

        def read(self) -> dict[str, Any]:
            return ordered(client.get_item(TableName=table.name, Key=self.key, ConsistentRead=True)["Item"])

    one = Stored()
    one.write(kind={"S": "k"}, total={"N": "1"}, **UNKNOWN)
    return one


def ordered(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item with its sets in an order."""
    return {
        name: {data_type: sorted(content) if data_type in {"SS", "NS", "BS"} else content}
        for name, value in item.items()
        for data_type, content in value.items()
    }


@pytest.fixture
def Order(PrimaryKeyAndSortKeyModel, table) -> Any:
    """Make a model with some of the attributes."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        pk: str
        sk: int
        kind: str | None = None
        total: int = 0

    return Order


def by_items(Order: Any) -> Any:
    """Make a model that cannot be read by the bytes of a reply."""

    class Slow(Order):
        @model_validator(mode="before")
        @classmethod
        def see(cls, data: Any) -> Any:
            return data

    return Slow


def failed_condition(Order: Any) -> Any:
    """Return the item that a failed condition shows."""
    with pytest.raises(ConditionCheckFailedError) as caught:
        Order(pk="a", sk=1).save(condition=Order.attr.total == 5, return_item_on_failure=True)
    return caught.value.item


def updated(Order: Any) -> Any:
    """Return an instance that was read and updated."""
    order = Order.get_item("a", 1)
    order.update(updates={Order.attr.total: 1})
    return order


READS = {
    "get_item": lambda Order: Order.get_item("a", 1),
    "query": lambda Order: Order.query("a").items[0],
    "query_all": lambda Order: Order.query_all("a")[0],
    "query_iter": lambda Order: next(iter(Order.query_iter("a"))),
    "scan": lambda Order: Order.scan().items[0],
    "scan_all": lambda Order: Order.scan_all()[0],
    "batch_get": lambda Order: Order.batch_get([("a", 1)])[0],
    "index": lambda Order: Order.query_all("k", index_name="all")[0],
    "ALL_NEW": lambda Order: Order.update_item("a", 1, updates={Order.attr.total: 1}, return_values="ALL_NEW"),
    "ALL_OLD": lambda Order: Order.update_item("a", 1, updates={Order.attr.total: 1}, return_values="ALL_OLD"),
    "failed condition": failed_condition,
    "update": updated,
}
COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "model_copy": lambda order: order.model_copy(update={"kind": "k"}),
    "deep model_copy": lambda order: order.model_copy(deep=True),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("is_fast", [True, False], ids=["by bytes", "by items"])
def test_every_read_keeps_unknown_attributes(stored, Order, read, is_fast):
    """After each kind of read, by the bytes of the reply and by its items, a save writes all attributes again."""
    order = read(Order if is_fast else by_items(Order))

    order.total += 1
    order.save()

    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "2"}} == stored.read()


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_copies_keep_unknown_attributes(stored, Order, copied):
    """Whoever copies an instance and saves the copy loses nothing."""
    order = copied(Order.get_item("a", 1))

    order.total = 5
    order.save()

    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "5"}} == stored.read()


def test_transactions_and_batches_keep_unknown_attributes(stored, Order, transact_get, transact_write):
    """A put of a transaction, and one of a batch, write all attributes again."""
    (order,) = transact_get(Order.key("a", 1))
    order.total = 2
    with transact_write() as transaction:
        transaction.put(order)
    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "2"}} == stored.read()

    (order,) = Order.batch_get([("a", 1)])
    order.total = 3
    with Order.batch_writer() as batch:
        batch.put(order)
    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "3"}} == stored.read()


def test_they_are_in_nothing_that_pydantic_shows(stored, Order):
    """An instance with unknown attributes is equal to one without, and prints, dumps and iterates in the same way."""
    read, made = Order.get_item("a", 1), Order(pk="a", sk=1, kind="k", total=1)

    assert made == read
    assert repr(made) == repr(read)
    assert made.model_dump() == read.model_dump()
    assert made.model_dump_json(round_trip=True) == read.model_dump_json(round_trip=True)
    assert made.model_fields_set == read.model_fields_set
    assert vars(made) == vars(read)
    assert read.model_extra is None
    assert dict(made) == dict(read)


def test_unions_and_further_validation_do_not_see_them(stored, Order):
    """Serializing a union, and validating an instance again, treats an instance that was read like any other."""
    special = create_model("Special", __base__=Order, more=(str, "m"))
    shown = create_model("Shown", order=(Order | special, ...))
    strict = create_model("Strict", order=(Order, ...), __config__=ConfigDict(revalidate_instances="always"))

    assert "m" == shown(order=special.get_item("a", 1)).model_dump()["order"]["more"]
    assert 1 == strict(order=Order.get_item("a", 1)).order.total


def test_models_with_other_configurations_keep_them(stored, Order):
    """Frozen models, those that validate assignments, and those with private attributes keep unknown attributes."""

    class Private(Order):
        model_config = ConfigDict(validate_assignment=True)
        _cache: dict[str, int] = PrivateAttr(default_factory=dict)

    class Frozen(Order):
        model_config = ConfigDict(frozen=True)

    private = Private.get_item("a", 1)
    private.total = 2
    private.save()
    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "2"}} == stored.read()

    Frozen.get_item("a", 1).model_copy(update={"total": 3}).save()
    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "3"}} == stored.read()


def test_an_instance_that_was_not_read_replaces_the_item(stored, Order):
    """What a program makes itself has no unknown attributes: its item is what it says."""
    Order(pk="a", sk=1).save()

    assert {**stored.key, "total": {"N": "0"}} == stored.read()


def test_update_refreshes_them(stored, Order):
    """After `update`, an instance has the unknown attributes that the item has now."""
    order = Order.get_item("a", 1)
    removed = [raw_attribute(name).remove() for name in UNKNOWN if name != "text"]
    Order.update_item("a", 1, updates=[raw_attribute("text").set("new"), *removed])

    order.update(updates={Order.attr.total: 7})
    order.save()
    assert {**stored.key, "kind": {"S": "k"}, "text": {"S": "new"}, "total": {"N": "7"}} == stored.read()

    Order.update_item("a", 1, updates=[raw_attribute("text").remove()])
    order.update(updates={Order.attr.total: 8})
    order.save()
    assert {**stored.key, "kind": {"S": "k"}, "total": {"N": "8"}} == stored.read()


def test_an_update_without_anything_unknown_changes_nothing(stored, Order):
    """An instance that had no unknown attributes has none after an update."""
    order = Order(pk="a", sk=2)
    order.save()

    order.update(updates={Order.attr.total: 7})
    order.save()

    assert 7 == Order.get_item("a", 2).total


def test_drop_leaves_them_out(stored, Order, table):
    """`PydamoConfig(unknown="drop")` writes what the model knows, and removes the rest."""
    Order.pydamo_config = PydamoConfig(table=table, unknown="drop")

    Order.get_item("a", 1).save()

    assert {**stored.key, "kind": {"S": "k"}, "total": {"N": "1"}} == stored.read()


def test_drop_may_save_what_an_index_has(stored, Order, table):
    """With "drop", an index that has all attributes of the model has the whole item; one that lacks some has not."""
    Order.pydamo_config = PydamoConfig(table=table, unknown="drop")

    Order.query_all("k", index_name="some")[0].save()
    assert {**stored.key, "kind": {"S": "k"}, "total": {"N": "1"}} == stored.read()

    with pytest.raises(InvalidRequestError, match="only a part of its item"):
        Order.query_all("k", index_name="keys")[0].save()


def test_extra_forbid_refuses_and_extra_allow_has_them(stored, Order):
    """A model that forbids extra values cannot read the item; one that allows them has them as values."""

    class Closed(Order):
        model_config = ConfigDict(extra="forbid")

    class Open(Order):
        model_config = ConfigDict(extra="allow")

    with pytest.raises(InvalidItemError):
        Closed.get_item("a", 1)
    order = Open.get_item("a", 1)
    assert {*UNKNOWN} == {*order.model_extra}
    del order.model_extra["text"]
    order.save()
    assert {*stored.key, *UNKNOWN, "kind", "total"} - {"text"} == {*stored.read()}


PARTS = {
    "index with some attributes": lambda Order: Order.query_all("k", index_name="some")[0],
    "index with keys": lambda Order: Order.query_all("k", index_name="keys")[0],
    "scan of an index": lambda Order: Order.scan_all(index_name="keys")[0],
    "local index": lambda Order: Order.query_all("a", index_name="local")[0],
    "projection": lambda Order: Order.get_item("a", 1, projection=Order),
    "copy": lambda Order: Order.query_all("k", index_name="some")[0].model_copy(deep=True),
}


@pytest.mark.parametrize("read", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("is_fast", [True, False], ids=["by bytes", "by items"])
def test_a_part_of_an_item_is_not_saved(stored, Order, transact_write, read, is_fast):
    """An instance that was read in part is refused before anything is sent, by each kind of put."""
    order = read(Order if is_fast else by_items(Order))
    before = stored.read()

    with pytest.raises(InvalidRequestError, match=r"only a part of its item.*get_item\(\.\.\.\) before, or .*update"):
        order.save()
    with pytest.raises(InvalidRequestError, match="only a part of its item"), transact_write() as transaction:
        transaction.put(order)
    with pytest.raises(InvalidRequestError, match="only a part of its item"), type(order).batch_writer() as batch:
        batch.put(order)

    assert before == stored.read()


def test_a_part_of_an_item_can_be_updated_and_is_whole_then(stored, Order):
    """`update` changes an item that was read in part, and makes the instance whole, so that it can be saved."""
    (order,) = Order.query_all("k", index_name="keys")

    order.update(updates={Order.attr.total: 4})
    order.save()

    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "4"}} == stored.read()


def test_a_part_of_an_item_can_be_deleted(stored, Order):
    """`delete` needs the key only."""
    (order,) = Order.query_all("k", index_name="keys")

    order.delete()

    assert Order.get_item("a", 1) is None


def test_names_that_the_model_reads_are_not_kept(stored, Order):
    """An old name of a field, and the attribute of a computed field, do not live on beside the new one."""

    class Renamed(Order):
        amount: int = Field(default=0, validation_alias=AliasChoices("amount", "total_old"))
        code: Annotated[str, Attribute("the code")] = ""

        @computed_field
        @property
        def double(self) -> int:
            return self.total * 2

    stored.write(total={"N": "1"}, total_old={"N": "5"}, code={"S": "c"}, double={"N": "9"}, other={"S": "x"})
    order = Renamed.get_item("a", 1)
    order.save()

    assert (5, "c") == (order.amount, order.code)
    known = {"amount": {"N": "5"}, "the code": {"S": "c"}, "total": {"N": "1"}, "double": {"N": "2"}}
    assert {**stored.key, **known, "other": {"S": "x"}} == stored.read()


def test_what_a_field_is_read_from_is_taken_out_of_another_attribute(stored, Order):
    """A field that is read from the inside of an attribute is not left there; what is beside it is kept."""

    class Moved(Order):
        name: str | None = Field(default=None, validation_alias=AliasChoices("name", AliasPath("more", "name")))
        first: str | None = Field(default=None, validation_alias=AliasChoices("first", AliasPath("names", 0)))

    more = {"M": {"name": {"S": "Ann"}, "age": {"N": "7"}}}
    stored.write(more=more, names={"L": [{"S": "A"}, {"S": "B"}]}, other={"S": "x"})
    order = Moved.get_item("a", 1)
    assert ("Ann", "A") == (order.name, order.first)
    order.name = order.first = None
    order.save()

    assert {**stored.key, "more": {"M": {"age": {"N": "7"}}}, "other": {"S": "x"}, "total": {"N": "0"}} == stored.read()
    assert (None, None) == (Moved.get_item("a", 1).name, Moved.get_item("a", 1).first)


def test_the_attribute_of_an_excluded_field_is_kept(stored, Order):
    """A field that is never stored does not remove the attribute of its name, which another program has written."""

    class Excluding(Order):
        token: str = Field(default="", exclude=True)

    stored.write(total={"N": "1"}, token={"S": "t"})
    order = Excluding.get_item("a", 1)
    order.token = "mine"
    order.save()

    assert {**stored.key, "total": {"N": "1"}, "token": {"S": "t"}} == stored.read()


def test_a_name_that_a_validator_moves_is_not_kept(stored, Order):
    """An old name that a validator of the model reads would be read again after a change: it is left out then."""

    class Moved(Order):
        @model_validator(mode="before")
        @classmethod
        def move(cls, data: Any) -> Any:
            data = dict(data)
            if "amount" in data:
                data["total"] = data.pop("amount")
            return data

    stored.write(amount={"N": "7"}, other={"S": "x"})
    order = Moved.get_item("a", 1)
    order.total += 1
    order.save()

    assert {**stored.key, "total": {"N": "8"}, "other": {"S": "x"}} == stored.read()
    assert 8 == Moved.get_item("a", 1).total


def test_versions_are_counted_beside_them(stored, Order):
    """Optimistic locking works as ever."""
    versioned = create_model("Versioned", __base__=Order, version=(Annotated[int, Version], 0))
    order = versioned.get_item("a", 1)

    order.save()
    order.save()

    assert {"N": "2"} == stored.read()["version"]
    assert ordered(UNKNOWN).items() <= stored.read().items()


def test_templated_models_keep_them_but_not_their_own_keys(stored, PrimaryKeyAndSortKeyModel, make_table, client):
    """The keys of a templated model are made anew, also for a copy; what other programs have added stays."""
    shop = make_table("pk", "sk")

    class Line(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=shop)
        pydamo_key = KeyTemplate("CUSTOMER#{customer}", "LINE#{number:04}")

        customer: str
        number: int
        total: int = 0

    Line(customer="ann", number=1).save()
    Line.update_item("ann", 1, updates=[raw_attribute("color").set("red")])
    for line in (Line.get_item("ann", 1), Line.query_all("ann")[0], Line.batch_get([("ann", 1)])[0]):
        line.total += 1
        line.save()
        line.model_copy(update={"number": 2}).save()

        for number in (1, 2):
            key = {"pk": {"S": "CUSTOMER#ann"}, "sk": {"S": f"LINE#000{number}"}}
            known = {"customer": {"S": "ann"}, "number": {"N": str(number)}, "total": {"N": str(line.total)}}
            found = client.get_item(TableName=shop.name, Key=key, ConsistentRead=True)["Item"]
            assert {**key, **known, "color": {"S": "red"}} == found


def test_a_key_of_an_index_that_is_gone_does_not_come_back(PrimaryKeyAndSortKeyModel, make_table, client):
    """An item leaves an index whose key a template makes as soon as a part of it is None, by each kind of put."""
    shop = make_table("pk", "sk", global_indexes={"gsi": ("gsipk", "gsisk")})

    class Parcel(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=shop)
        pydamo_key = KeyTemplate("CUSTOMER#{customer}", "PARCEL#{number:04}")
        by_courier = GlobalIndex("gsi", partition_key="COURIER#{courier}", sort_key="PARCEL#{number:04}")

        customer: str
        number: int
        courier: str | None = None

    for read in (lambda: Parcel.get_item("ann", 1), lambda: Parcel.by_courier.query_all("bob")[0]):
        Parcel(customer="ann", number=1, courier="bob").save()
        Parcel.update_item("ann", 1, updates=[raw_attribute("color").set("red")])
        parcel = read()
        parcel.courier = None
        parcel.save()

        (item,) = client.scan(TableName=shop.name, ConsistentRead=True)["Items"]
        assert {"pk", "sk", "customer", "number", "gsisk", "color"} == item.keys()
        assert [] == Parcel.query_all("bob", index_name="gsi")


def test_pages_of_many_items_keep_each_its_own(Order, client, make_table):
    """On a page that is read in pieces, some of them the slow way, each item keeps its own attributes."""
    table = make_table("pk", "sk", types={"sk": "N"})

    class Big(Order):
        pydamo_config = PydamoConfig(table=table)

        extra: int | str = 0

    numbers = range(120)
    with table.batch_writer() as batch:
        for number in numbers:
            extra = {"extra": f"{number}"} if number % 7 == 0 else {}
            batch.put_item(Item={"pk": "a", "sk": number, "note": f"{number}" * 700, **extra})
    for order in Big.query_all("a"):
        order.total = order.sk
        order.save()

    pages = client.get_paginator("scan").paginate(TableName=table.name)
    found = {int(item["sk"]["N"]): item for page in pages for item in page["Items"]}
    assert {number: f"{number}" * 700 for number in numbers} == {n: item["note"]["S"] for n, item in found.items()}
    assert {number: str(number) for number in numbers} == {n: item["total"]["N"] for n, item in found.items()}


def test_an_image_of_a_stream_keeps_them(stored, Order):
    """Images of a record have whole items, from boto3 with bytes and from Lambda with base64 text."""
    for of_bytes in (lambda value: value, lambda value: b64encode(value).decode()):
        image = {**stored.key, "total": {"N": "3"}, "bytes": {"B": of_bytes(b"\x00")}, "many": {"BS": [of_bytes(b"1")]}}
        change = {"Keys": stored.key, "NewImage": image, "SequenceNumber": "1"}
        record = Order.from_stream_record({"eventName": "INSERT", "dynamodb": change})

        record.new_image.save()

        assert {**image, "bytes": {"B": b"\x00"}, "many": {"BS": [b"1"]}} == stored.read()


def test_unconfirmed_puts_still_have_them(stored, Order, table, failing):
    """A put that a batch hands back keeps its unknown attributes."""
    order = Order.get_item("a", 1)
    with (
        failing(table, "BatchWriteItem", "ValidationException"),
        pytest.raises(UnprocessedItemsError) as caught,
        Order.batch_writer() as batch,
    ):
        batch.put(order)

    Order.delete_item("a", 1)
    caught.value.puts[0].save()

    assert ordered(UNKNOWN).items() <= stored.read().items()


def test_a_smaller_model_is_no_whole_item(stored, Order):
    """A plain model of Pydantic as projection is what it always was."""
    smaller = create_model("Smaller", __base__=BaseModel, total=(int, ...))

    assert 1 == Order.get_item("a", 1, projection=smaller).total


def test_a_wrong_setting_is_refused(table):
    """The configuration takes two words."""
    with pytest.raises(ConfigurationError, match='takes "keep" or "drop", got None'):
        PydamoConfig(table=table, unknown=None)


texts = st.text(max_size=3)
values = st.recursive(
    st.one_of(
        texts.map(lambda value: {"S": value}),
        st.integers(-(10**38) + 1, 10**38 - 1).map(lambda value: {"N": str(value)}),
        st.binary(max_size=3).map(lambda value: {"B": value}),
        st.booleans().map(lambda value: {"BOOL": value}),
        st.just({"NULL": True}),
        st.lists(texts.filter(bool), min_size=1, max_size=3, unique=True).map(lambda value: {"SS": sorted(value)}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda value: {"L": value}),
        st.dictionaries(st.text(min_size=1, max_size=3), inner, max_size=3).map(lambda value: {"M": value}),
    ),
    max_leaves=5,
)
FIELDS = {"f0": (int, 0), "f1": (str | None, None), "f2": (set[int], set()), "f3": (Any, None), "f4": (int | str, 0)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    names=st.sets(st.sampled_from(sorted(FIELDS))),
    unknown=st.dictionaries(st.text(min_size=1, max_size=4), values, max_size=5),
    read=st.sampled_from([READS[name] for name in ("get_item", "query", "scan_all", "batch_get")]),
)
def test_random_attributes_survive_a_change(stored, Order, names, unknown, read):
    """Whatever a model knows and whatever else an item has, that is the same after read, change and save."""
    model = create_model("Random", __base__=Order, **{name: FIELDS[name] for name in names})
    unknown = {name: value for name, value in unknown.items() if name not in model.model_fields}
    stored.write(kind={"S": "k"}, total={"N": "1"}, **unknown)
    written = stored.read()

    order = read(model)
    order.total = 2
    order.save()

    after = stored.read()
    assert {name: written[name] for name in unknown} == {name: after[name] for name in unknown}
    assert {"N": "2"} == after["total"]


@pytest.mark.synchronous
def test_a_pickle_keeps_them(stored, Order):
    """An instance that went through a pickle writes all attributes again, and an unread part stays one."""
    state = Order.get_item("a", 1).__getstate__()
    order = Order.__new__(Order)
    order.__setstate__(pickle.loads(pickle.dumps(state)))  # noqa: S301 - the class is local, its state is not
    order.total = 2
    order.save()
    assert {**stored.key, **ordered(UNKNOWN), "kind": {"S": "k"}, "total": {"N": "2"}} == stored.read()

    part = Order.__new__(Order)
    part.__setstate__(pickle.loads(pickle.dumps(Order.query_all("k", index_name="keys")[0].__getstate__())))  # noqa: S301
    with pytest.raises(InvalidRequestError, match="only a part of its item"):
        part.save()
