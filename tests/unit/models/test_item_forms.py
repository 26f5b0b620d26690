"""`from_item` and `to_item`: instances from items that no request has read, and the items that `save` would write."""

from __future__ import annotations

import json
import traceback
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from pydantic import AliasChoices, Field, computed_field, field_validator
from random_models import plain, random_models, seeds

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    ConfigurationError,
    ForeignItemError,
    GlobalIndex,
    InvalidItemError,
    InvalidKeyValueError,
    InvalidRequestError,
    ItemEncodingError,
    KeyMismatchError,
    KeyTemplate,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    Version,
    collection,
)
from pydamodb._codec.origins import set_unknown

shop = PydamoConfig(
    table="shop",
    partition_key="pk",
    sort_key="sk",
    indexes=[GlobalIndex("gsi1", partition_key="gsi1pk")],
)


class Customer(PrimaryKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "PROFILE")
    by_name = GlobalIndex[str]("gsi1", partition_key="NAME#{name}")

    id: str
    name: str | None = None
    photo: bytes = b"\x00\xff"


class Order(PrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "ORDER#{number:04}")

    id: str
    number: int


class Plain(PrimaryKeyModel):
    id: Annotated[str, PartitionKey]
    total: Decimal = Decimal(0)
    tags: set[str] = Field(default_factory=set)
    notes: list[bytes] = Field(default_factory=list)
    version: Annotated[int, Version] = 0


class Later(AsyncPrimaryKeyModel):
    id: Annotated[str, PartitionKey]
    data: bytes = b""


ANN = Customer(id="ann", name="Ann")
ITEM: dict[str, Any] = {
    "pk": {"S": "CUSTOMER#ann"},
    "sk": {"S": "PROFILE"},
    "gsi1pk": {"S": "NAME#Ann"},
    "id": {"S": "ann"},
    "name": {"S": "Ann"},
    "photo": {"B": "AP8="},
}
PLAIN = Plain(id="a", total=Decimal("1.50"), tags={"x"}, notes=[b"\x00"], version=3)
PLAIN_ITEM: dict[str, Any] = {
    "id": {"S": "a"},
    "total": {"N": "1.5"},
    "tags": {"SS": ["x"]},
    "notes": {"L": [{"B": "AA=="}]},
    "version": {"N": "3"},
}


@pytest.mark.parametrize(("instance", "item"), [(ANN, ITEM), (PLAIN, PLAIN_ITEM)])
def test_an_item_is_made_and_read(instance: Any, item: dict[str, Any]) -> None:
    """With the keys of the table and of indexes, and with the version as it is."""
    assert (item, instance) == (instance.to_item(), type(instance).from_item(item))


def test_an_item_is_json() -> None:
    """As DynamoDB's JSON has it: binary values are base64 text, so that `json.dumps` takes it."""
    assert json.loads(json.dumps(ANN.to_item())) == ITEM


def test_an_item_for_a_client_of_boto3_has_bytes() -> None:
    """Such a client would encode a text a second time; what it returns is read too."""
    client = boto3.client("dynamodb", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    sent: list[dict[str, Any]] = []

    def answer(params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        sent.append(json.loads(params["body"]))
        return AWSResponse("", 200, {}, None), {}

    client.meta.events.register("before-call", answer)
    client.put_item(TableName="shop", Item=ANN.to_item(as_bytes=True))
    assert (ITEM, ANN) == (sent[0]["Item"], Customer.from_item(ANN.to_item(as_bytes=True)))


def test_asynchronous_models_have_the_same_methods() -> None:
    """Nothing is sent, so that nothing is awaited."""
    item = {"id": {"S": "a"}, "data": {"B": b"\x00"}}
    assert ({"id": {"S": "a"}, "data": {"B": "AA=="}}, Later(id="a", data=b"\x00")) == (
        Later(id="a", data=b"\x00").to_item(),
        Later.from_item(item),
    )


def test_a_random_model_is_read_from_its_item(pytestconfig) -> None:
    """`from_item` makes an equal instance of what `to_item` returns, and the item is the same again."""
    results: set[str] = set()
    for seed, random, (model, value, _) in random_models(seeds(pytestconfig), PrimaryKeyModel):
        for _ in range(4):
            instance = value(random)
            before = plain(instance)
            try:
                item = instance.to_item()
            except (ConfigurationError, ItemEncodingError):
                results.add("refused")
                continue
            read = model.from_item(json.loads(json.dumps(item)))
            assert (before, plain(instance)) == (plain(read), before), (seed, item)
            results.add("read")
    assert {"read", "refused"} == results


# --- what a read does ---


UNKNOWN: dict[str, Any] = {
    "old": {"N": "1E-130"},
    "bytes": {"B": "AQ=="},
    "deep": {"L": [{"M": {"x": {"BS": ["AQ=="]}}}]},
}


@pytest.mark.parametrize("model", [Customer, Plain])
def test_unknown_attributes_are_kept(model: Any) -> None:
    """Exactly as they were, and bytes of a client as the same text."""
    item = {**(ITEM if model is Customer else PLAIN_ITEM), **UNKNOWN}
    given = {**item, "bytes": {"B": b"\x01"}, "deep": {"L": [{"M": {"x": {"BS": [b"\x01"]}}}]}}
    assert (item, item) == (model.from_item(item).to_item(), model.from_item(given).to_item())


def test_unknown_attributes_are_dropped_if_the_configuration_says_so() -> None:
    """As `save` drops them."""

    class Small(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="t", partition_key="id", unknown="drop")
        id: str

    assert {"id": {"S": "a"}} == Small.from_item({"id": {"S": "a"}, "x": {"S": "b"}}).to_item()


def test_an_index_key_that_no_longer_holds_is_left_out() -> None:
    """The keys of indexes are the model's, as in `save`."""
    read = Customer.from_item(ITEM)
    read.name = None
    assert {**{name: each for name, each in ITEM.items() if name != "gsi1pk"}, "name": {"NULL": True}} == {
        "name": {"NULL": True},
        **read.to_item(),
    }


def test_a_changed_part_of_the_key_is_refused() -> None:
    """The instance remembers the key under which it was read; a copy is another item."""
    read = Customer.from_item(ITEM)
    read.id = "bob"
    with pytest.raises(InvalidKeyValueError, match="the key of an item never changes"):
        read.to_item()
    assert {"S": "CUSTOMER#bob"} == read.model_copy().to_item()["pk"]


def test_older_aliases_are_read() -> None:
    """As `get_item` reads them, and written under the new name."""

    class Renamed(PrimaryKeyModel):
        id: Annotated[str, PartitionKey]
        full_name: str = Field("", validation_alias=AliasChoices("full_name", "name"))

    read = Renamed.from_item({"id": {"S": "a"}, "name": {"S": "Ann"}})
    assert {"id": {"S": "a"}, "full_name": {"S": "Ann"}} == read.to_item()


def test_a_stored_key_in_another_form_is_refused() -> None:
    """The model would write a second item."""

    class Parcel(PrimaryKeyModel):
        id: Annotated[UUID, PartitionKey]

    with pytest.raises(InvalidItemError, match="the model writes its key in another form"):
        Parcel.from_item({"id": {"S": "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"}})


def test_an_older_computed_key_is_remembered() -> None:
    """`to_item` refuses what `save` refuses."""

    class Page(PrimaryKeyModel):
        number: int

        @computed_field
        @property
        def pk(self) -> Annotated[str, PartitionKey]:
            return f"PAGE#{self.number}"

    read = Page.from_item({"number": {"N": "1"}, "pk": {"S": "old"}})
    with pytest.raises(InvalidKeyValueError, match=r"the item was read under the key \{'pk': 'old'\}"):
        read.to_item()


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"sk": {"S": "ORDER#0001"}}, ForeignItemError, "is of another kind than the model: its 'sk' does not fit"),
        ({"id": {"S": "bob"}}, KeyMismatchError, "its fields make the key {'pk': 'CUSTOMER#bob', 'sk': 'PROFILE'}"),
        ({"photo": {"N": "1"}}, InvalidItemError, "does not fit the model"),
        ({"pk": None}, InvalidItemError, "does not fit the model: it has no 'pk', which is a key of the table"),
    ],
)
def test_an_item_that_does_not_fit_is_an_error(changes: dict[str, Any], error: Any, text: str) -> None:
    """The one that a read raises, with the reason and the key."""
    item = {name: value for name, value in {**ITEM, **changes}.items() if value is not None}
    with pytest.raises(InvalidItemError) as caught:
        Customer.from_item(item)
    assert (error, True, True) == (
        type(caught.value),
        text in str(caught.value),
        str(caught.value).startswith("from_item of Customer: "),
    )
    assert ("Customer", None, "", item) == (
        caught.value.model_name,
        caught.value.table_name,
        caught.value.operation,
        caught.value.item,
    )


def test_no_value_is_shown_when_an_item_does_not_fit() -> None:
    """Neither in the message nor in the exceptions behind it."""
    item = {"id": {"S": "a"}, "total": {"S": "hunter2"}}
    with pytest.raises(InvalidItemError) as caught:
        Plain.from_item(item)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([PLAIN_ITEM], "got a value of type list"),
        ("hunter2", "got a value of type str"),
        ({"id": "hunter2"}, "what 'id' has, of type str, is not an attribute value"),
        ({"id": {"S": "a"}, "x": {"S": "hunter2", "N": "1"}}, "what 'x' has, of type dict"),
        ({"id": {"S": "a"}, "x": {"L": [{"N": "hunter2"}]}}, "what 'x' has, of type dict"),
        ({"id": {"S": "a"}, "x": {"S": 5}}, "what 'x' has, of type dict"),
        ({"id": {"S": "a"}, "x": {"BS": "hunter2"}}, "what 'x' has, of type dict"),
        ({"id": {"S": "a"}, "x": {}}, "what 'x' has, of type dict"),
        ({"id": {"S": "a"}, 5: {"S": "a"}}, "what 5 has"),
        ({"Item": PLAIN_ITEM}, 'this is a reply, or a line of an export: give its "Item"'),
        ({"Item": PLAIN_ITEM, "ResponseMetadata": {}}, 'give its "Item"'),
        ({"Items": [PLAIN_ITEM], "Count": 1}, "what 'Items' has, of type list"),
    ],
)
def test_what_is_no_item_is_refused(given: Any, text: str) -> None:
    """The error names the attribute, and shows no value."""
    with pytest.raises(InvalidRequestError) as caught:
        Plain.from_item(given)
    assert (True, False) == (text in str(caught.value), "hunter2" in "".join(traceback.format_exception(caught.value)))


def test_a_value_that_is_nested_too_deep_is_refused() -> None:
    """Python gives up before DynamoDB would."""
    value: dict[str, Any] = {"S": "x"}
    for _ in range(5000):
        value = {"L": [value]}
    with pytest.raises(InvalidRequestError, match="what 'x' has"):
        Plain.from_item({"id": {"S": "a"}, "x": value})


def test_a_map_called_item_is_an_attribute_value() -> None:
    """Only what is no item at all may be the line of an export."""
    assert {"id": {"S": "a"}, "Item": {"M": {}}}.items() <= (
        Plain.from_item({"id": {"S": "a"}, "Item": {"M": {}}}).to_item().items()
    )


# --- what a save refuses ---


def test_an_instance_with_a_part_of_its_item_is_refused() -> None:
    """The rest of the item would be missing."""
    part = Plain(id="a")
    set_unknown(part, None)
    with pytest.raises(InvalidRequestError, match="has only a part of its item"):
        part.to_item()


def test_an_empty_key_is_refused() -> None:
    """With the error that `save` raises."""
    with pytest.raises(InvalidKeyValueError, match="a key cannot be empty"):
        Plain(id="").to_item()


def test_a_value_that_cannot_be_stored_is_refused() -> None:
    """With the error that `save` raises."""
    with pytest.raises(ItemEncodingError):
        Plain(id="a", total=Decimal("1E+200")).to_item()


# --- keys that nobody declares ---


class Undeclared(PrimaryKeyModel):
    id: str
    when: str = ""


class Templated(PrimaryKeyModel):
    pydamo_key = KeyTemplate("T#{id}")
    id: str


def test_a_model_without_declared_keys_needs_none() -> None:
    """Its keys are fields like others; no configuration is needed either."""
    assert (Undeclared(id="a", when="b"), {"id": {"S": "a"}, "when": {"S": "b"}}) == (
        Undeclared.from_item({"id": {"S": "a"}, "when": {"S": "b"}}),
        Undeclared(id="a", when="b").to_item(),
    )


def test_templates_need_the_names_of_the_keys() -> None:
    """Nothing else says which attributes they make; no request is sent to find out."""
    calls = (lambda: Templated.from_item({"id": {"S": "a"}}), lambda: Templated(id="a").to_item())
    for call in calls:
        with pytest.raises(ConfigurationError, match="the names of the keys that pydamo_key makes are not known"):
            call()


def test_a_configuration_of_another_type_is_no_matter() -> None:
    """It counts where a table is needed."""

    class Odd(PrimaryKeyModel):
        pydamo_config: ClassVar[Any] = "shop"
        id: Annotated[str, PartitionKey]

    assert {"id": {"S": "a"}} == Odd(id="a").to_item()


def test_a_new_configuration_counts_at_once() -> None:
    """Also one of a block of `using`."""

    class Moved(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="t", partition_key="a")
        pydamo_key = KeyTemplate("M#{id}")
        id: str

    first = Moved(id="x").to_item()
    with Moved.pydamo_config.using("other"):
        inside = Moved(id="x").to_item()
    Moved.pydamo_config = PydamoConfig(table="t", partition_key="b")
    assert ({"id", "a"}, {"id", "a"}, {"id", "b"}) == ({*first}, {*inside}, {*Moved(id="x").to_item()})


# --- collections ---


class Event(PrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "E#{at}")
    id: str
    at: str
    kind: Literal["event"] = "event"


class Visit(PrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "E#{at}")
    id: str
    at: str
    kind: Literal["visit"] = "visit"


ACCOUNT = collection(Customer, Order, Event, Visit)


@pytest.mark.parametrize("instance", [ANN, Order(id="ann", number=7), Event(id="a", at="1"), Visit(id="a", at="1")])
def test_a_collection_reads_an_item_as_the_model_of_its_kind(instance: Any) -> None:
    """By its key, and by constant fields."""
    read = ACCOUNT.from_item(instance.to_item())
    assert (type(instance), instance) == (type(read), read)


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"sk": {"S": "X"}}, ForeignItemError, "is of another kind than Customer, Order, Event, Visit"),
        ({"sk": {"S": "E#1"}}, InvalidItemError, "it fits Visit too, and has no constant field"),
        ({"photo": {"N": "1"}}, InvalidItemError, "does not fit the model Customer"),
    ],
)
def test_an_item_of_no_kind_is_an_error(changes: dict[str, Any], error: Any, text: str) -> None:
    """Nothing is left out."""
    with pytest.raises(InvalidItemError) as caught:
        ACCOUNT.from_item({**ITEM, **changes})
    assert (error, True) == (type(caught.value), text in str(caught.value))


def test_a_damaged_item_is_no_item_of_any_kind() -> None:
    """The key is looked at first."""
    with pytest.raises(InvalidRequestError, match="what 'sk' has"):
        ACCOUNT.from_item({**ITEM, "sk": "X"})


class Entry(AsyncPrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "ENTRY#{at}")
    id: str
    at: str


def test_a_collection_of_asynchronous_models_reads_an_item_without_awaiting() -> None:
    """No request is sent."""
    entry = Entry(id="ann", at="1")
    assert entry == collection(Entry).from_item(entry.to_item())


def test_a_collection_without_templates_reads_no_items() -> None:
    """Nothing says of which model an item is."""
    with pytest.raises(ConfigurationError, match="have no pydamo_key"):
        collection(Plain, Undeclared).from_item(PLAIN_ITEM)


def test_a_field_with_the_name_of_the_methods_is_refused() -> None:
    """With a name to use instead."""
    with (
        pytest.warns(UserWarning, match="shadows"),
        pytest.raises(ConfigurationError, match=r'to_item_: Annotated\[\.\.\., Attribute\("to_item"\)\]'),
    ):
        type("Bad", (PrimaryKeyModel,), {"__annotations__": {"to_item": str}, "__module__": __name__})


def test_a_validator_that_raises_anything_is_the_error_of_the_item() -> None:
    """As in a read."""

    class Picky(PrimaryKeyModel):
        id: Annotated[str, PartitionKey]

        @field_validator("id")
        @classmethod
        def check(cls, value: str) -> str:
            raise KeyError(value)

    with pytest.raises(InvalidItemError, match="a validator raises KeyError"):
        Picky.from_item({"id": {"S": "a"}})


def test_the_sort_key_is_checked_too() -> None:
    """A missing key of the table is an error before the fields are looked at."""

    class Sorted(PrimaryKeyAndSortKeyModel):
        id: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey] = 0

    with pytest.raises(InvalidItemError, match="it has no 'number', which is a key of the table"):
        Sorted.from_item({"id": {"S": "a"}})
