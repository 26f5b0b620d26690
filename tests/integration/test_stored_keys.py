"""Items under a key that their model would write in another form: none is written twice, and none is lost."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import (
    BaseModel,
    HttpUrl,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    computed_field,
    create_model,
    model_validator,
)

from pydamodb import ConditionCheckFailedError, InvalidItemError, InvalidKeyValueError, PydamoConfig

Lower = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)]


@pytest.fixture
def items(make_table) -> Any:
    """Make a table of two keys."""
    return make_table("pk", "at")


class Padded:
    """A mixin with a computed key."""

    @computed_field
    @property
    def at(self) -> str:
        """Compute a key from a number."""
        return f"{self.number:05}"


class LowerAll:
    """A mixin that lowers a key before the model sees it."""

    @model_validator(mode="before")
    @classmethod
    def lower(cls, data: Any) -> Any:
        """Lower the key."""
        return {**data, "at": data["at"].lower()}


OTHER_FORMS = {
    "PynamoDB": (datetime, "2024-01-01T00:00:00.000000+0000"),
    "upstream": (datetime, "2024-01-02T03:04:05Z"),
    "date": (date, "2024-01-01T00:00:00"),
    "UUID": (UUID, str(UUID(int=10**38)).upper()),
    "text": (Lower, "Ann"),
    "URL": (HttpUrl, "https://example.com"),
    "model validator": (LowerAll, "ABC"),
}


@pytest.fixture(params=OTHER_FORMS.values(), ids=OTHER_FORMS)
def stored(request, items) -> Any:
    """Write an item under a key that its model writes in another form, and one beside it; return annotation and key."""
    annotation, text = request.param
    items.put_item(Item={"pk": "a", "at": text, "number": 7, "n": 0})
    return annotation, text


@pytest.fixture
def Item(PrimaryKeyAndSortKeyModel, items, stored) -> Any:
    """Define the model of the item."""
    annotation, _ = stored
    bases: Any = (LowerAll, PrimaryKeyAndSortKeyModel) if annotation is LowerAll else PrimaryKeyAndSortKeyModel
    at = str if annotation is LowerAll else annotation
    made = create_model("Item", __base__=bases, pk=(str, ...), at=(at, ...), number=(int, 0), n=(int, 0))
    made.pydamo_config = PydamoConfig(table=items)
    return made


class Part(BaseModel):
    """A projection."""

    pk: str
    at: datetime


def stream_record(text: str) -> Any:
    """Make a record of a stream about the item."""
    keys = {"pk": {"S": "a"}, "at": {"S": text}}
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": keys,
            "NewImage": {**keys, "number": {"N": "7"}, "n": {"N": "0"}},
            "SequenceNumber": "1",
        },
    }


READS: dict[str, Callable[[Any, str], Any]] = {
    "query_all": lambda model, _: model.query_all("a"),
    "query": lambda model, _: model.query("a").items,
    "query_iter": lambda model, _: [*model.query_iter("a")],
    "scan": lambda model, _: model.scan_all(total_segments=2),
    "stream": lambda model, text: [model.from_stream_record(stream_record(text)).new_image],
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_item_under_another_form_of_its_key_is_not_read(items, Item, stored, read) -> None:
    """Its model would not find it, and would write a second one. The error has both forms of the key and the item."""
    _, text = stored
    with pytest.raises(InvalidItemError, match="would not find the item, and would write a second one") as caught:
        read(Item, text)
    error = caught.value
    assert ({"pk": "a", "at": text}, {"S": text}, True) == (error.key, error.item["at"], repr(text) in str(error))


def test_the_other_items_are_read(items, Item, stored) -> None:
    """`on_invalid` decides about the one."""
    annotation, text = stored
    value = "zzz" if annotation in {Lower, LowerAll} else TypeAdapter(annotation).validate_python(GOOD[annotation])
    Item(pk="a", at=value).save()
    bad: list[InvalidItemError] = []
    (good,) = Item.query_all("a", on_invalid=bad.append)
    assert ([text], Item.get_item("a", value), 2) == ([each.key["at"] for each in bad], good, items.scan()["Count"])


GOOD: dict[Any, str] = {
    datetime: "2030-01-01T00:00:00Z",
    date: "2030-01-01",
    UUID: str(UUID(int=1)),
    HttpUrl: "http://x/",
}


def test_a_projection_is_not_read_either(items, PrimaryKeyAndSortKeyModel) -> None:
    """It has the same key."""

    class Event(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=items)

        pk: str
        at: datetime

    items.put_item(Item={"pk": "a", "at": "2024-01-01T00:00:00Z"})
    with pytest.raises(InvalidItemError, match="does not fit the projection Part: the model writes its key in another"):
        Event.query_all("a", projection=Part)


def test_a_serializer_that_writes_the_stored_form_is_the_remedy(items, PrimaryKeyAndSortKeyModel) -> None:
    """Then the item is found, changed and deleted like all others."""

    def as_pynamodb(at: datetime) -> str:
        return f"{at:%Y-%m-%dT%H:%M:%S.%f%z}"

    class Event(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=items)

        pk: str
        at: Annotated[datetime, PlainSerializer(as_pynamodb, return_type=str)]
        n: int = 0

    items.put_item(Item={"pk": "a", "at": "2024-01-01T00:00:00.000000+0000"})
    (event,) = Event.query_all("a")
    event.n = 1
    event.save()
    assert ([event], event) == (Event.query_all("a"), Event.get_item("a", event.at))
    event.delete()
    assert 0 == Event.query_count("a")


# --- computed keys ---

COPIES: dict[str, Callable[[Any], Any]] = {
    "itself": lambda item: item,
    "model_copy": lambda item: item.model_copy(),
    "update": lambda item: item.model_copy(update={"n": 3}),
    "deep": lambda item: item.model_copy(deep=True),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "validated again": lambda item: type(item).model_validate(item),
}


@pytest.fixture
def Computed(PrimaryKeyAndSortKeyModel, items) -> Any:
    """Define a model with a computed key, and write an item as an older release has computed it."""

    class Item(Padded, PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=items)

        pk: str
        number: int
        n: int = 0

    items.put_item(Item={"pk": "a", "at": "007", "number": 7, "n": 0})
    return Item


@pytest.fixture(params=["save", "update", "batch", "transaction"])
def write(request, Computed, transact_write) -> Callable[[Any], Any]:
    """Return a function that writes an instance."""

    def put_in_transaction(item: Any) -> None:
        with transact_write() as transaction:
            transaction.put(item)

    def put_in_batch(item: Any) -> None:
        with Computed.batch_writer() as batch:
            batch.put(item)

    writes: dict[str, Callable[[Any], Any]] = {
        "save": lambda item: item.save(),
        "update": lambda item: item.update(updates={Computed.attr.n: 9}),
        "batch": put_in_batch,
        "transaction": put_in_transaction,
    }
    return writes[request.param]


OLD_FORM = r"^Item: .*'007'.*'00007'.* Call delete\(\), .* save\(\)\.$"


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_item_with_an_old_computed_key_is_never_written_twice(items, Computed, read, write) -> None:
    """The writes of its instance and of all copies are refused."""
    for make in COPIES.values():
        (item,) = read(Computed, "007")
        with pytest.raises(InvalidKeyValueError, match=OLD_FORM):
            write(make(item))
        assert [each["at"] for each in items.scan()["Items"]] == ["007"]


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_deleted_item_is_saved_in_the_form_of_the_model(items, Computed, read) -> None:
    """A delete acts on the stored key, and is the way to another form."""
    (item,) = read(Computed, "007")
    item.delete()
    assert items.scan()["Items"] == []
    item.save()
    (again,) = Computed.query_all("a")
    again.n = 5
    again.save()
    assert [(each["n"], each["at"]) for each in items.scan()["Items"]] == [(5, "00007")]


def test_batches_and_transactions_delete_the_stored_item(items, Computed, transact_write) -> None:
    """A delete acts on the key that was read."""
    (item,) = Computed.query_all("a")
    attributes = items.scan()["Items"][0]
    with Computed.batch_writer() as batch:
        batch.delete(item)
    assert items.scan()["Items"] == []
    items.put_item(Item=attributes)
    with transact_write() as transaction:
        transaction.delete(item.model_copy())
    assert items.scan()["Items"] == []


def test_what_is_remembered_is_not_part_of_the_model(Computed) -> None:
    """Neither equality, nor dumps, nor the printed form have it."""
    (item,) = Computed.query_all("a")
    plain = Computed.model_construct(**{name: getattr(item, name) for name in Computed.model_fields})
    assert (item == plain, repr(item), dict(item)) == (True, repr(plain), dict(plain))
    assert (item.model_dump(), item.model_dump_json()) == (plain.model_dump(), plain.model_dump_json())


@pytest.mark.parametrize("kind", ["get", "batch", "transaction", "update", "failure"])
def test_a_read_by_a_computed_key_remembers_it(Computed, transact_get, kind) -> None:
    """A key argument is not computed: it can have the form of an older release."""
    reads: dict[str, Callable[[], Any]] = {
        "get": lambda: Computed.get_item("a", "007"),
        "batch": lambda: Computed.batch_get([("a", "007")])[0],
        "transaction": lambda: transact_get(Computed.key("a", "007"))[0],
        "update": lambda: Computed.update_item("a", "007", updates={Computed.attr.n: 1}, return_values="ALL_NEW"),
        "failure": lambda: failed_item(Computed),
    }
    with pytest.raises(InvalidKeyValueError, match=r"'007'.*'00007'"):
        reads[kind]().save()


def failed_item(model: Any) -> Any:
    """Return the item of a failed condition."""
    try:
        model.delete_item("a", "007", condition=model.attr.n == 9, return_item_on_failure=True)
    except ConditionCheckFailedError as error:
        return error.item


def test_an_instance_with_another_key_is_another_item(Computed) -> None:
    """A key that was changed on purpose is written, as for all items."""
    (item,) = Computed.query_all("a")
    item.model_copy(update={"pk": "b"}).save()
    assert Computed.query_count("b") == 1


def test_a_pickled_instance_remembers_its_key(Computed, monkeypatch) -> None:
    """It may be saved by another process."""
    Computed.__qualname__ = "PickledItem"
    monkeypatch.setitem(globals(), "PickledItem", Computed)
    (item,) = Computed.query_all("a")
    again = pickle.loads(pickle.dumps(item))  # noqa: S301 - its own bytes
    with pytest.raises(InvalidKeyValueError, match=OLD_FORM):
        again.save()


def test_a_start_key_may_have_values_of_the_fields(PrimaryKeyAndSortKeyModel, items) -> None:
    """They are written as the fields write them."""

    class Event(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=items)

        pk: str
        at: datetime

    events = [Event(pk="a", at=datetime(2024, 1, day)) for day in (1, 2, 3)]  # noqa: DTZ001 - naive times are kept
    for event in events:
        event.save()
    assert events[1:] == Event.query("a", exclusive_start_key={"pk": "a", "at": events[0].at}).items


def test_an_item_under_an_old_computed_key_is_read_again(PrimaryKeyAndSortKeyModel, items):
    """By the key under which it is stored, as it is deleted."""

    class Item(Padded, PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=items)

        pk: str
        number: int
        n: int = 0

    items.put_item(Item={"pk": "a", "at": "7", "number": 7, "n": 0})
    item = Item.get_item("a", "7")
    items.put_item(Item={"pk": "a", "at": "7", "number": 7, "n": 1})
    item.refresh()
    assert 1 == item.n
    item.delete()
    assert None is Item.get_item("a", "7")
