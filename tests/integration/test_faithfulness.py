"""What an adversarial review found: values that were lost, conditions that missed, batches that wrote elsewhere."""

# ruff: noqa: N806, RUF012 - fixtures give models, whose fields have defaults

import dataclasses
import decimal
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import uuid4

import pydantic
import pydantic.dataclasses
import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
)
from typing_extensions import TypedDict

from pydamodb import (
    ConditionCheckFailedError,
    InvalidConditionError,
    InvalidItemError,
    InvalidKeyValueError,
    InvalidRequestError,
    ItemEncodingError,
    PydamoConfig,
    PydamoError,
    TableNotFoundError,
    UnprocessedItemsError,
)

DAY, OTHER_DAY = date(2024, 1, 2), date(2025, 5, 5)


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table with a partition key."""
    return make_table("pk")


@pytest.fixture(scope="module")
def Base(PrimaryKeyModel, table):
    """Define the base of the models on that table."""

    class Base(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        pk: str

    return Base


@pytest.fixture
def pk(request):
    """Name an item for each test."""
    return request.node.name


@pytest.fixture
def stored(table, pk):
    """Return what reads a stored item, with plain boto3."""
    return lambda key=pk: table.get_item(Key={"pk": key}, ConsistentRead=True).get("Item")


def compact(value):
    """Spell a day in a way that only the model knows."""
    return value.strftime("%Y%m%d")


def from_compact(value):
    """Read it again."""
    return datetime.strptime(value, "%Y%m%d").date() if isinstance(value, str) else value  # noqa: DTZ007 - a day


# --- serialisers ---


class PartlyByHand(BaseModel):
    content: Any = None
    day: date = DAY

    @field_serializer("day")
    def _compact(self, value):
        return compact(value)

    @field_validator("day", mode="before")
    @classmethod
    def _read(cls, value):
        return from_compact(value)


class MoreByHand(PartlyByHand):
    more: str


@pytest.mark.parametrize(
    "value",
    [MoreByHand(more="precious"), PartlyByHand(content=(1, 2)), PartlyByHand(content=Decimal("0.1"))],
    ids=["a subclass", "a tuple", "a Decimal"],
)
def test_a_serialiser_beside_a_value_does_not_let_it_be_lost(Base, pk, stored, value):
    """Save a nested model, one field of which is written by hand, with a value that would not come back."""

    class Model(Base):
        inner: PartlyByHand
        many: list[PartlyByHand] = []

    for fields in ({"inner": value}, {"inner": PartlyByHand(), "many": [value]}):
        with pytest.raises(ItemEncodingError):
            Model(pk=pk, **fields).save()
    with pytest.raises(ItemEncodingError):
        Model.update_item(pk, updates={Model.attr.inner: value})
    assert None is stored()


@pytest.fixture
def Wrapped(Base):
    """Define a model with serialisers on its key, on a field and on itself."""

    class Wrapped(Base):
        day: date = DAY
        count: int = 1

        @field_serializer("pk")
        def _prefixed(self, value):
            return f"P#{value}"

        @field_validator("pk", mode="before")
        @classmethod
        def _bare(cls, value):
            return value.removeprefix("P#")

        @field_serializer("day")
        def _compact(self, value):
            return compact(value)

        @field_validator("day", mode="before")
        @classmethod
        def _read(cls, value):
            return from_compact(value)

        @model_serializer(mode="wrap")
        def _whole(self, dump):
            return {**dump(self), "kind": "m"}

    return Wrapped


def test_a_model_with_its_own_serialiser_is_found_and_changed_by_what_it_stores(Wrapped, pk, stored):
    """Read, compare and update through the serialisers of its key and of its field."""
    Wrapped(pk=pk).save()
    before = Wrapped.get_item(pk)
    Wrapped.update_item(pk, updates={Wrapped.attr.day: OTHER_DAY}, condition=Wrapped.attr.day == DAY)
    with pytest.raises(ConditionCheckFailedError):
        Wrapped.update_item(pk, updates={Wrapped.attr.count: 2}, condition=Wrapped.attr.day == DAY)
    assert (Wrapped(pk=pk), Wrapped(pk=pk, day=OTHER_DAY)) == (before, Wrapped.get_item(pk))
    assert {"pk": f"P#{pk}", "day": "20250505", "count": 1, "kind": "m"} == stored(f"P#{pk}")


@pytest.mark.parametrize("way", ["delete", "batch", "delete_item", "batch by key"])
def test_a_model_with_its_own_serialiser_is_deleted(Wrapped, pk, stored, way):
    """Delete by instance and by key, alone and in a batch."""
    item = Wrapped(pk=pk)
    item.save()
    if way == "delete":
        item.delete(condition=Wrapped.attr.day == DAY)
    elif way == "delete_item":
        Wrapped.delete_item(pk, condition=Wrapped.attr.count == 1)
    else:
        with Wrapped.batch_writer() as writer:
            if way == "batch":
                writer.delete(item)
            else:
                writer.delete_item(pk)
    assert None is stored(f"P#{pk}")


@pytest.mark.parametrize("batched", [False, True], ids=["delete", "batch"])
def test_a_model_that_spells_its_whole_item_is_deleted_by_instance(Base, pk, stored, batched):
    """Delete a model whose serialiser writes every attribute itself."""

    class Spelt(Base):
        count: int = 1

        @model_serializer
        def _whole(self):
            return {"pk": self.pk, "count": self.count, "double": self.count * 2}

    item = Spelt(pk=pk, count=2)
    item.save()
    before = stored()
    if batched:
        with Spelt.batch_writer() as writer:
            writer.delete(item)
    else:
        item.delete()
    assert ({"pk": pk, "count": 2, "double": 4}, None) == (before, stored())


def test_a_computed_key_that_the_class_serialises_is_refused_where_it_is_given(
    PrimaryKeyModel, make_table, requests_of
):
    """Save an item under such a key, and ask for it by the value: refused, not missed."""
    table = make_table("day")

    class Daily(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        number: int

        @computed_field
        @property
        def day(self) -> date:
            return date(2024, 1, self.number)

        @field_serializer("day")
        def _render(self, value):
            return value.strftime("%d/%m/%Y")

    item = Daily(number=2)
    item.save()
    with requests_of(table) as requests:
        with pytest.raises(InvalidKeyValueError, match="return annotation"):
            Daily.get_item(DAY)
        with pytest.raises(InvalidConditionError, match="return annotation"):
            item.save(condition=Daily.attr.day == DAY)
    there = table.scan()["Items"]
    item.delete()
    assert ([], [{"day": "02/01/2024", "number": 2}], []) == (requests, there, table.scan()["Items"])


@pydantic.dataclasses.dataclass
class DataclassByHand:
    day: date

    @field_serializer("day")
    def _compact(self, value):
        return compact(value)

    @field_validator("day", mode="before")
    @classmethod
    def _read(cls, value):
        return from_compact(value)


def test_a_condition_on_a_nested_dataclass_goes_through_its_serialisers(Base, pk):
    """Compare a field of a dataclass with its own value, and with another."""

    class Model(Base):
        inner: DataclassByHand

    Model(pk=pk, inner=DataclassByHand(DAY)).save()
    day = Model.attr.inner.day
    Model.update_item(pk, updates={day: OTHER_DAY}, condition=(day == DAY) & (Model.attr.inner == DataclassByHand(DAY)))
    with pytest.raises(ConditionCheckFailedError):
        Model.update_item(pk, updates={day: DAY}, condition=day == DAY)
    assert Model(pk=pk, inner=DataclassByHand(OTHER_DAY)) == Model.get_item(pk)


# --- inherited fields ---


def test_none_in_an_update_of_a_base_classs_field_is_read_as_none_by_the_subclass(Base, pk):
    """Set fields to None by their paths in the base, whose defaults are others than the subclass's."""

    class Parent(Base):
        other: int | None = None
        required: int | None = None
        back: int | None = 5

    class Child(Parent):
        other: int | None = 5
        required: int | None
        back: int | None = None

    Child(pk=pk, other=1, required=1, back=1).save()
    Child.update_item(pk, updates={Parent.attr.other: None, Parent.attr.required: None, Parent.attr.back: None})
    assert Child(pk=pk, other=None, required=None, back=None) == Child.get_item(pk)


# --- unions ---


class Cat(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["cat"] = "cat"
    weight: int = Field(alias="w")
    at: date


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    weight: int
    at: datetime


@pytest.fixture
def Owner(Base):
    """Define a model of one pet or the other."""

    class Owner(Base):
        pet: Annotated[Cat | Dog, Field(discriminator="kind")]

    return Owner


NOON = datetime(2024, 1, 2, 12)  # noqa: DTZ001 - naive on purpose


def test_a_field_with_two_attribute_names_in_a_union_is_no_path(Owner):
    """Ask for a weight that is stored as one name or another."""
    with pytest.raises(AttributeError, match=r"\(Cat: 'w', Dog: 'weight'\)"):
        _ = Owner.attr.pet.weight
    with pytest.raises(AttributeError, match=r"\(Cat: 'w', Dog: 'weight'\)"):
        Owner.attr("pet.weight")


@pytest.mark.parametrize(
    ("pet", "value", "later"),
    [(Cat(w=5, at=DAY), DAY, OTHER_DAY), (Dog(weight=5, at=NOON), NOON, NOON + timedelta(seconds=1))],
    ids=["date", "datetime"],
)
def test_a_field_with_two_types_in_a_union_is_compared_as_the_one_that_is_given(Owner, pk, pet, value, later):
    """Compare a date and a datetime that stand under one name."""
    owner, at = Owner(pk=pk, pet=pet), Owner.attr.pet.at
    owner.save()
    owner.save(condition=(at == value) & at.between(value, later) & at.in_(value) & (at < later))
    with pytest.raises(ConditionCheckFailedError):
        owner.save(condition=at == later)
    Owner.update_item(pk, updates={at: later}, condition=at != later)
    assert later == Owner.get_item(pk).pet.at


# --- dataclasses and typed dicts ---


@dataclasses.dataclass
class Counted:
    x: int = 1
    count: int = dataclasses.field(init=False, default=0)


@dataclasses.dataclass
class Seeded:
    x: int
    seed: dataclasses.InitVar[int] = 3

    def __post_init__(self, seed):
        self.x += seed


def counted():
    """Change the field that the constructor does not take."""
    made = Counted()
    made.count = 9
    return made


@pytest.mark.parametrize("value", [counted(), Seeded(1)], ids=["init=False", "InitVar"])
def test_a_dataclass_that_would_not_construct_the_same_again_is_not_saved(Base, pk, stored, value):
    """Save it, and set it in an update."""
    Model = pydantic.create_model("Model", __base__=Base, inner=(type(value) | None, None))
    with pytest.raises(ItemEncodingError):
        Model(pk=pk, inner=value).save()
    with pytest.raises(ItemEncodingError):
        Model.update_item(pk, updates={Model.attr.inner: value})
    assert None is stored()


class Renamed(TypedDict, total=False):
    __pydantic_config__ = ConfigDict(serialize_by_alias=True)  # type: ignore[misc]

    first: Annotated[int, Field(alias="x")]


def test_a_typed_dict_is_updated_under_its_alias(Base, pk, stored):
    """Write a key of a typed dict by its path, and compare it."""

    class Model(Base):
        inner: Renamed

    Model(pk=pk, inner={"x": 5}).save()
    first = Model.attr.inner.first
    Model.update_item(pk, updates={first: 7}, condition=first == 5)
    assert ({"pk": pk, "inner": {"x": 7}}, {"first": 7}) == (stored(), Model.get_item(pk).inner)


# --- indexes ---


@pytest.mark.parametrize("projection", ["ALL", "KEYS_ONLY", "INCLUDE"])
def test_a_required_set_is_made_up_only_where_its_absence_means_empty(PrimaryKeyAndSortKeyModel, dynamodb, projection):
    """Query an index that has a set, or does not have it, where the item has one and where it is empty."""
    more = {"NonKeyAttributes": ["note"]} if projection == "INCLUDE" else {}
    table = dynamodb.create_table(
        TableName=f"pydamodb-{uuid4().hex}",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "group")],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "group-index",
                "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": projection, **more},
            }
        ],
    )

    class Model(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        pk: str
        sk: str
        group: str
        note: str = ""
        tags: set[str]

    full, empty = Model(pk="1", sk="1", group="full", tags={"a"}), Model(pk="1", sk="2", group="empty", tags=set())
    try:
        full.save()
        empty.save()
        if projection == "ALL":
            found = [Model.query(each.group, index_name="group-index").items for each in (full, empty)]
            assert [[full], [empty]] == found
        else:
            for each in (full, empty):
                with pytest.raises(InvalidItemError, match="tags"):
                    Model.query(each.group, index_name="group-index")
                with pytest.raises(InvalidItemError, match="tags"):
                    Model.query_all(each.group, index_name="group-index")
        assert (full, empty) == (Model.get_item("1", "1"), Model.get_item("1", "2"))
    finally:
        table.delete()


# --- numbers ---


def test_a_timedelta_and_a_decimal_are_exact_in_any_decimal_context(Base, pk):
    """Save, read and compare in a context of few digits and with traps."""

    class Model(Base):
        length: timedelta
        price: Decimal

    item = Model(pk=pk, length=timedelta(seconds=1_234_567, microseconds=123_456), price=Decimal("123456789.123456789"))
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = True
        item.save()
        item.save(condition=(Model.attr.length == item.length) & (Model.attr.price == item.price))
        back = Model.get_item(pk)
    assert item == back


# --- incomplete models and operands ---


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    zip_code: str = Field(default="0", alias="zip")


@pytest.fixture
def Resident(Base):
    """Define a model with nested models."""

    class Resident(Base):
        address: Address
        homes: list[Address] = []
        anything: Any = None
        prices: dict[str, int] = {}
        words: list[Annotated[str, PlainSerializer(lambda value: value.upper())]] = []

    return Resident


def test_a_model_that_could_never_be_read_is_not_saved(Resident, pk, stored):
    """Save models without a required value, at every depth, alone and in a batch."""
    bad = Address.model_construct()
    good = Address(city="x")
    incomplete = [
        Resident.model_construct(pk=pk),
        Resident.model_construct(pk=pk, address=bad),
        Resident.model_construct(pk=pk, address=good, homes=[good, bad]),
    ]
    for each in incomplete:
        with pytest.raises(ItemEncodingError, match="it is required and has no value"):
            each.save()
        with Resident.batch_writer() as writer, pytest.raises(ItemEncodingError):
            writer.put(each)
    with pytest.raises(ItemEncodingError, match="it is required and has no value"):
        Resident.update_item(pk, updates={Resident.attr.address: bad})
    assert None is stored()


def test_a_dict_in_place_of_a_nested_model_is_refused_and_the_model_compared(Resident, pk, table, requests_of):
    """Compare a nested model with a dict of its fields, and with itself."""
    item, attr = Resident(pk=pk, address=Address(city="x"), homes=[Address(city="x")]), Resident.attr
    item.save()
    item.save(condition=(attr.address == Address(city="x")) & attr.homes.contains(Address(city="x")))
    with requests_of(table) as requests:
        for condition in (
            attr.address == {"city": "x"},
            attr.address == {"city": "x", "zip": "0"},
            attr.homes[0] == {"city": "x"},
            attr.homes.contains({"city": "x"}),
        ):
            with pytest.raises(InvalidConditionError, match="expected Address, got dict"):
                item.save(condition=condition)
    assert [] == requests


@pytest.fixture
def ordinary_depth():
    """Let Python recurse as deep as it does by default, whatever a test before has allowed (Hypothesis does)."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


def deep():
    """Nest a list deeper than Python recurses."""
    value = 1
    for _ in range(20_000):
        value = [value]
    return value


@pytest.mark.usefixtures("ordinary_depth")
@pytest.mark.parametrize(
    "use",
    [
        lambda Model, pk: Model(pk=pk, address=Address(city="x"), prices={"\ud800": 1}).save(),
        lambda Model, pk: Model.delete_item(pk, condition=Model.attr.prices["\ud800"] == 1),
        lambda Model, pk: Model.update_item(pk, updates={Model.attr.prices["\ud800"]: 1}),
        lambda Model, pk: Model.delete_item(f"{pk}\ud800"),
        lambda Model, pk: Model.delete_item(pk, condition=Model.attr.pk.begins_with("\ud800")),
        lambda Model, pk: Model.delete_item(pk, condition=Model.attr.words.contains(5)),
        lambda Model, pk: Model.delete_item(pk, condition=Model.attr.words[0] == 5),
        lambda Model, pk: Model(pk=pk, address=Address(city="x"), anything=deep()).save(),
        lambda Model, pk: Model.delete_item(pk, condition=Model.attr.anything == deep()),
        lambda Model, pk: Model.update_item(pk, updates={Model.attr.anything: deep()}),
    ],
    ids=[
        "a surrogate in a value's key",
        "a surrogate in a condition's path",
        "a surrogate in an update's path",
        "a surrogate in a key",
        "a surrogate in a prefix",
        "a failing serialiser in contains",
        "a failing serialiser of an element",
        "a deep value",
        "a deep operand",
        "a deep new value",
    ],
)
def test_what_nothing_can_be_made_of_is_refused_by_an_error_of_ours(Resident, pk, table, requests_of, use):
    """Never by one of Python's or Pydantic's, and before anything is sent."""
    Resident.get_item(pk)
    with requests_of(table) as requests, pytest.raises(PydamoError):
        use(Resident, pk)
    assert [] == requests


# --- batches ---


def names_in(table):
    """List the keys of a table."""
    return sorted(item["pk"] for item in table.scan(ConsistentRead=True)["Items"])


@pytest.fixture
def Moving(PrimaryKeyModel, make_table):
    """Define a model on a table of its own."""

    class Moving(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk"))

        pk: str

    return Moving


def test_a_batch_writes_to_the_table_that_it_was_opened_for(Moving, make_table):
    """Give the model another table in the block: what was put before and after goes where the first went."""
    old, new = Moving.pydamo_config.table, make_table("pk")
    with Moving.batch_writer() as writer:
        writer.put(Moving(pk="before"))
        Moving.pydamo_config = PydamoConfig(table=new)
        writer.put(Moving(pk="after"))
        Moving(pk="alone").save()
    with Moving.batch_writer() as writer:
        writer.put(Moving(pk="later"))
    assert (["after", "before"], ["alone", "later"]) == (names_in(old), names_in(new))


def test_a_batch_writer_cannot_be_entered_twice_at_once(Moving):
    """Enter it again in its own block: refused, and what was put is written."""
    writer = Moving.batch_writer()
    with writer:
        writer.put(Moving(pk="before"))
        with pytest.raises(InvalidRequestError, match="in use already"), writer:
            pass
        writer.put(Moving(pk="after"))
    assert ["after", "before"] == names_in(Moving.pydamo_config.table)


def test_a_batch_whose_table_went_away_hands_out_all_that_it_took(Moving):
    """Delete the table in the block, and let another operation find that out first."""
    table = Moving.pydamo_config.table

    def write():
        with Moving.batch_writer() as writer:
            writer.put(Moving(pk="put"))
            writer.delete_item("deleted")
            table.delete()
            table.wait_until_not_exists()
            with pytest.raises(TableNotFoundError):
                Moving.get_item("put")
            writer.put(Moving(pk="put later"))

    with pytest.raises(UnprocessedItemsError) as caught:
        write()
    assert ([Moving(pk="put"), Moving(pk="put later")], [{"pk": "deleted"}]) == (
        caught.value.puts,
        caught.value.deletes,
    )
