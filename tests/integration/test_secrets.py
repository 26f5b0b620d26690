"""No error of the library shows a value of a field: neither in its message nor anywhere in its formatted traceback."""

# ruff: noqa: PLR0917, RUF012 - fixtures give models, whose fields have defaults; texts show values on purpose

import traceback
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PlainSerializer,
    SecretStr,
    computed_field,
    field_serializer,
    model_serializer,
)
from pydantic import ValidationError as PydanticValidationError

from pydamodb import (
    And,
    PydamoConfig,
    PydamoError,
    Version,
    exceptions,
)

# Made at run time, because a traceback shows the lines of the program.
SECRET = "s2retnuh"[::-1]


def refuse(value):
    """Refuse a value with a text that shows it, as many validators and serializers do."""
    raise ValueError(f"{value!r} is not allowed")


def accept_short(value):
    """Refuse long texts."""
    return value if len(value) < len(SECRET) else refuse(value)


class Cat(BaseModel):
    """One option of a tagged union."""

    kind: Literal["cat"] = "cat"
    name: str = ""


class Dog(BaseModel):
    """The other one."""

    kind: Literal["dog"] = "dog"


class Opaque:
    """A type without a stored form."""

    def __repr__(self):
        return SECRET


def failing_models(base, table):
    """Define models whose serializers fail, with texts that show values."""

    class Record(base):
        pydamo_config = PydamoConfig(table=table)
        family: str = "f"
        name: str = "n"
        text: str = SECRET

    class FieldSerializer(Record):
        @field_serializer("text")
        def _write(self, value):
            return refuse(value)

    class ModelSerializer(Record):
        @model_serializer
        def _write(self):
            return refuse(self.text)

    class Computed(Record):
        @computed_field
        @property
        def shown(self) -> str:
            return refuse(self.text)

    class Attribute(Record):
        @computed_field
        @property
        def shown(self) -> str:
            raise AttributeError(f"no {self.text}")

    class Annotation(Record):
        texts: list[Annotated[str, PlainSerializer(refuse)]] = [SECRET]

    return [FieldSerializer, ModelSerializer, Computed, Attribute, Annotation]


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table with an index whose key is a number."""
    return make_table("family", "name", global_indexes={"job-index": ("job",)})


@pytest.fixture(scope="module")
def Member(table, PrimaryKeyAndSortKeyModel):
    """Define a model with fields of many kinds."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str = "f"
        name: str = "n"
        job: str | None = None
        age: int = 0
        total: Decimal = Decimal(0)
        at: datetime | None = None
        short: Annotated[str, AfterValidator(accept_short)] = ""
        code: Annotated[str, Field(pattern="^a*$", max_length=4)] = ""
        ident: UUID | None = None
        number: int | float = 0
        anything: object = None
        pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
        pets: dict[str, Cat] = {}
        tags: set[str] = set()
        hidden: SecretStr | None = None
        shouted: Annotated[str, PlainSerializer(lambda value: value.upper())] = ""

    return Member


@pytest.fixture(scope="module")
def Account(table, PrimaryKeyAndSortKeyModel):
    """Define a model with a version."""

    class Account(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str = "f"
        name: str = "versioned"
        note: str = ""
        version: Annotated[int, Version] = 0

    return Account


def assigned(model, **values):
    """Return a model with values that nobody has validated."""
    return model.model_construct(**values)


def check(action, kind=PydamoError):
    """Check that the action fails with an error of ours that does not show the value."""
    with pytest.raises(kind) as caught:
        action()
    chain = "".join(traceback.format_exception(caught.value))
    assert not isinstance(caught.value, PydanticValidationError)
    assert [] == [line for line in chain.splitlines() if SECRET.lower() in line.lower()]
    return caught.value


SAVES = {
    "a text in a number": {"age": SECRET},
    "a text in a decimal": {"total": SECRET},
    "a text in a datetime": {"at": SECRET},
    "an unreadable uuid": {"ident": SECRET},
    "a text in a union of numbers": {"number": SECRET},
    "a validated text": {"age": [SECRET]},
    "an unknown type": {"anything": Opaque()},
    "unknown types in a list": {"anything": [Opaque()]},
    "an unknown tag": {"pet": {"kind": SECRET}},
    "an unreadable element": {"pets": {"a": SECRET}},
    "a set of two types": {"anything": {SECRET, 1}},
    "a secret": {"hidden": SecretStr(SECRET)},
    "a lone surrogate": {"anything": SECRET + "\ud800"},
    "an empty key": {"family": "", "anything": SECRET},
    "a key of another type": {"family": [SECRET]},
    "a key of an index": {"job": [SECRET]},
    "a payload of a NaN": {"anything": Decimal("NaN")},
}


@pytest.mark.parametrize("values", SAVES.values(), ids=SAVES)
def test_a_save_that_is_refused_shows_no_value(Member, values):
    """Assign values that the fields do not accept."""
    check(assigned(Member, **values).save)


@pytest.mark.parametrize("number", range(5))
def test_a_serializer_that_fails_shows_no_value(PrimaryKeyAndSortKeyModel, table, number):
    """The texts of the user's exceptions are left out; the traceback still shows where they come from."""
    model = failing_models(PrimaryKeyAndSortKeyModel, table)[number]
    error = check(model().save)
    chain = "".join(traceback.format_exception(error))
    assert (True, True) == ("in refuse" in chain or "in shown" in chain, "Error: " in chain)


@pytest.mark.parametrize("number", [0, 4])
def test_an_operand_that_a_serializer_refuses_shows_no_value(PrimaryKeyAndSortKeyModel, table, number):
    """Conditions and updates encode values as their fields do."""
    model = failing_models(PrimaryKeyAndSortKeyModel, table)[number]
    field, value = (model.attr.text, SECRET) if number == 0 else (model.attr.texts, [SECRET])
    check(lambda: model.query("f", filter_condition=field == value))
    check(lambda: model.update_item("f", "n", updates={field: value}))


def update_errors(Member):
    """Return updates that are refused."""
    attr = Member.attr
    return {
        "a text in a number": {attr.age: SECRET},
        "a refusal that shows the value": {attr.short: SECRET},
        "a pattern": {attr.code: SECRET},
        "an unknown tag": {attr.pet: {"kind": SECRET}},
        "an unreadable element": {attr.pets: {"a": SECRET}},
        "an unreadable key": {attr.pets["a"]: SECRET},
        "an unknown type": {attr.anything: Opaque()},
        "an action as a value": {attr.age: attr.code.set(SECRET)},
        "an element that does not fit": [attr.tags.add({SECRET, 1})],
        "an amount": [attr.age.add(SECRET)],
        "another type": [attr.short.set(attr.age.if_not_exists(SECRET))],
        "a key": [attr.name.set(SECRET)],
        "an index key": [attr.job.set("")],
        "overlap": [attr.anything.set(SECRET), attr.anything["a"].set(SECRET)],
        "no field": {SECRET: 1}.values(),
        "nothing": [],
        "a value of a secret": {attr.hidden: SECRET},
        "depth": {attr.anything: nested(5000)},
    }


def nested(levels):
    """Nest a value deeper than Python recurses."""
    value = SECRET
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("number", range(18))
def test_an_update_that_is_refused_shows_no_value(Member, number):
    """Give new values that the fields do not accept."""
    updates = list(update_errors(Member).values())
    assert 18 == len(updates)
    check(lambda: Member.update_item("f", "n", updates=updates[number]))


def test_an_update_that_computes_too_much_shows_no_value(Member):
    """Add a third operand."""
    check(lambda: (Member.attr.age + int("777001", 10)) + 1)
    with pytest.raises(PydamoError) as caught:
        (Member.attr.age + 777001) + 1
    assert "777001" not in str(caught.value)


def test_a_condition_that_does_not_fit_shows_no_value(Member):
    """Give operands that the fields do not accept; only the text of the condition itself shows them."""
    attr = Member.attr
    conditions = [
        attr.age == SECRET,
        attr.total > SECRET,
        attr.at == SECRET,
        attr.age.in_(1, SECRET),
        attr.short.between(SECRET, "a"),
        attr.age.contains(SECRET),
        attr.short.size() == SECRET,
        attr.pet == {"kind": SECRET},
        attr.short == SECRET + "\ud800",
        attr.anything == Opaque(),
        attr.short.begins_with([SECRET]),
        attr.short.contains([SECRET]),
        attr.ident == SECRET,
        attr.anything == nested(5000),
    ]
    for condition in conditions:
        check(lambda condition=condition: Member.query("f", filter_condition=condition))
        check(lambda condition=condition: Member().save(condition=condition))


def test_a_key_that_does_not_fit_shows_no_value(Member):
    """Give keys that the table does not accept."""
    for key in ([SECRET], (), None, Opaque(), SECRET + "\ud800", SECRET.encode(), {"a": SECRET}):
        check(lambda key=key: Member.get_item(key, "n"))
        check(lambda key=key: Member.delete_item("f", key))
        check(lambda key=key: Member.batch_get([("f", key)]))
        check(lambda key=key: Member.query("f", sort_key_condition=Member.attr.name == key))
    check(lambda: Member.get_item(SECRET), exceptions.MissingSortKeyValueError)
    check(lambda: Member.query("f", exclusive_start_key={"family": SECRET, "name": Opaque()}))
    check(lambda: Member.query("f", exclusive_start_key=SECRET))


def test_times_without_a_form_show_no_value(Member):
    """A datetime that UTC does not have, and a time of day with seconds in its offset."""
    late = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))
    error = check(Member(at=late).save)
    assert "9999-12-31" not in str(error)


@pytest.mark.synchronous
def test_records_of_streams_show_no_value(Member):
    """Damaged records."""
    for image in ({"age": {"N": SECRET}}, {"age": {SECRET: 1}}, {"age": SECRET}, {"raw": {"B": SECRET + "é"}}, SECRET):
        record = {"eventName": "INSERT", "dynamodb": {"Keys": {}, "NewImage": image, "SequenceNumber": "1"}}
        check(lambda record=record: Member.from_stream_record(record))
    change = {"Keys": {}, "SequenceNumber": "1", "ApproximateCreationDateTime": SECRET}
    check(lambda: Member.from_stream_record({"eventName": "INSERT", "dynamodb": change}))


def test_what_dynamodb_refuses_shows_no_value(table, Member, Account, transact_write, failing, no_pauses):
    """Conditions, versions, transactions, batches, throttling and sizes."""
    Member(short="", anything=SECRET).save()
    seen = [check(lambda: Member(anything=SECRET).save(condition=Member.attr.age == 5, return_item_on_failure=True))]
    account = Account(note=SECRET)
    account.save()
    seen.append(check(Account(note=SECRET).save))
    account.version = SECRET
    seen.append(check(account.save))

    def transaction():
        with transact_write() as tx:
            tx.put(Member(anything=SECRET), condition=Member.attr.age == 5, return_item_on_failure=True)
            tx.delete(Member.key("f", SECRET))

    def batch():
        with Member.batch_writer() as writer:
            writer.put(Member(anything=SECRET))

    seen.append(check(transaction))
    for code in ("ThrottlingException", "SomethingNew"):
        with failing(table, "BatchWriteItem", code):
            seen.append(check(batch))
        with failing(table, "PutItem", code):
            seen.append(check(Member(anything=SECRET).save))
    seen.append(check(Member(anything=SECRET * 60_000).save))
    seen.append(check(lambda: Member.update_item("f", "none", updates={Member.attr.anything["a"]: SECRET})))
    seen.append(check(lambda: Member.query("f", index_name="none")))
    expected = {"ConditionCheckFailedError", "VersionConflictError", "InvalidRequestError", "TransactionCanceledError"}
    expected |= {"UnprocessedItemsError", "ThroughputExceededError", "DynamoDBClientError", "IndexNotFoundError"}
    assert expected == {type(error).__name__ for error in seen}


def test_what_cannot_be_asked_shows_no_value(dynamodb, table, Member, PrimaryKeyModel, PrimaryKeyAndSortKeyModel):
    """Models, tables and options that do not fit."""

    class Wrong(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)
        family: str = SECRET

    class NoTable(PrimaryKeyModel):
        family: str = SECRET

    class Lost(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=dynamodb.Table("no-such-table"))
        family: str = SECRET
        name: str = SECRET

    seen = [
        check(Lost().save, exceptions.TableNotFoundError),
        check(Wrong().save, exceptions.InvalidKeySchemaError),
        check(NoTable().save, exceptions.ConfigurationError),
        check(lambda: Member().save(condition=SECRET), exceptions.UnknownConditionTypeError),
        check(lambda: And(Member.attr.short == SECRET), exceptions.InsufficientConditionsError),
        check(lambda: Member.update_item("f", "n", updates={}), exceptions.EmptyUpdateError),
        check(lambda: Member.update_item("f", "n", updates={SECRET: SECRET}.items()), exceptions.InvalidUpdateError),
        check(lambda: Member.query("f", projection=SECRET), exceptions.InvalidRequestError),
    ]
    assert len(seen) == len({type(error) for error in seen})
