"""Input that cannot work: an error of ours that says what to do, and nothing is sent but the question for the keys."""

# ruff: noqa: PLR0917, RUF012 - fixtures give models, whose fields have defaults

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from pydamodb import (
    Attribute,
    ConfigurationError,
    EmptyUpdateError,
    Eq,
    IndexNotFoundError,
    InvalidConditionError,
    InvalidKeySchemaError,
    InvalidKeyValueError,
    InvalidRequestError,
    InvalidUpdateError,
    ItemEncodingError,
    Lt,
    MissingSortKeyValueError,
    Ne,
    PydamoConfig,
    UnknownConditionTypeError,
)


class Address(BaseModel):
    """A nested model."""

    city: str
    zip: str | None = None


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table with indexes of both kinds."""
    return make_table(
        "family",
        "number",
        types={"number": "N", "rank": "N"},
        global_indexes={"job-index": ("job", "rank")},
        local_indexes={"town-index": "town"},
    )


@pytest.fixture(scope="module")
def Member(PrimaryKeyAndSortKeyModel, table):
    """Define a model of that table."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str
        number: int
        job: str | None = None
        rank: int | None = None
        town: str | None = None
        age: int = 0
        tags: list[str] = []
        address: Address | None = None
        prices: dict[str, Decimal] = {}
        at: datetime | None = None
        traits: set[str] = set()

    return Member


@pytest.fixture(scope="module")
def Other(PrimaryKeyModel, make_table):
    """Define a model whose table has a partition key only."""

    class Other(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("family"))

        family: str
        age: int = 0

    return Other


BAD = {
    # keys
    "missing sort key": (
        lambda Member, _: Member.get_item("f"),
        MissingSortKeyValueError,
        ["GetItem", "Member", "number"],
    ),
    "missing sort key of an update": (
        lambda Member, _: Member.update_item("f", updates={Member.attr.age: 1}),
        MissingSortKeyValueError,
        ["UpdateItem", "Member", "number"],
    ),
    "missing sort key of a delete": (
        lambda Member, _: Member.delete_item("f"),
        MissingSortKeyValueError,
        ["DeleteItem", "Member", "number"],
    ),
    "key of the wrong type": (
        lambda Member, _: Member.get_item("f", "one"),
        InvalidKeyValueError,
        ["Member.number", "int"],
    ),
    "partition key of the wrong type": (
        lambda Member, _: Member.get_item(1, 1),
        InvalidKeyValueError,
        ["Member.family", "str"],
    ),
    "partition key of the wrong type in a query": (
        lambda Member, _: Member.query(1),
        InvalidKeyValueError,
        ["Member.family", "str"],
    ),
    "index key of the wrong type in a query": (
        lambda Member, _: Member.query(1, index_name="job-index"),
        InvalidKeyValueError,
        ["Member.job", "str"],
    ),
    "empty partition key": (
        lambda Member, _: Member.get_item("", 1),
        InvalidKeyValueError,
        ["Member.family", "empty"],
    ),
    "empty partition key of a query": (
        lambda Member, _: Member.query_all(""),
        InvalidKeyValueError,
        ["Member.family", "empty"],
    ),
    "empty key of a saved model": (
        lambda Member, _: Member(family="", number=1).save(),
        InvalidKeyValueError,
        ["Member.family", "empty"],
    ),
    "empty key of a deleted model": (
        lambda Member, _: Member(family="", number=1).delete(),
        InvalidKeyValueError,
        ["Member.family", "empty"],
    ),
    "empty key of an index": (
        lambda Member, _: Member(family="f", number=1, job="").save(),
        InvalidKeyValueError,
        ["Member.job", "empty"],
    ),
    "empty key of an index in an update": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.town: ""}),
        InvalidKeyValueError,
        ["Member.town", "empty"],
    ),
    "None as key": (
        lambda Member, _: Member.get_item("f", None),
        InvalidKeyValueError,
        ["Member.number", "None"],
    ),
    "None as partition key": (lambda _, Other: Other.get_item(None), InvalidKeyValueError, ["Other.family", "None"]),
    "key that has no exact form": (
        lambda Member, _: Member.get_item("f", 10**38 + 1),
        InvalidKeyValueError,
        ["Member.number", "39", "digits"],
    ),
    "boolean as number key": (
        lambda Member, _: Member.get_item("f", True),
        InvalidKeyValueError,
        ["Member.number"],
    ),
    # indexes
    "unknown index": (
        lambda Member, _: Member.query("f", index_name="nope"),
        IndexNotFoundError,
        ["Member", "nope", "job-index", "town-index"],
    ),
    "consistent read on a global index": (
        lambda Member, _: Member.query("f", index_name="job-index", consistent_read=True),
        InvalidRequestError,
        ["Member", "job-index", "consistent_read"],
    ),
    "consistent read of all of a global index": (
        lambda Member, _: Member.query_all("f", index_name="job-index", consistent_read=True),
        InvalidRequestError,
        ["Member", "job-index", "consistent_read"],
    ),
    # filters and sort-key conditions
    "filter on the partition key": (
        lambda Member, _: Member.query("f", filter_condition=Member.attr.family == "f"),
        InvalidConditionError,
        ["Member", "family", "filter_condition"],
    ),
    "filter on the sort key, deep inside": (
        lambda Member, _: Member.query(
            "f", filter_condition=(Member.attr.age > 1) | ~(Member.attr.number > Member.attr.age)
        ),
        InvalidConditionError,
        ["Member", "number", "sort_key_condition"],
    ),
    "filter on an index's sort key": (
        lambda Member, _: Member.query("f", index_name="town-index", filter_condition=Member.attr.town == "x"),
        InvalidConditionError,
        ["Member", "town", "filter_condition"],
    ),
    "filter on the other side of a comparison": (
        lambda Member, _: Member.query("f", filter_condition=Member.attr.age == Member.attr.number),
        InvalidConditionError,
        ["Member", "number"],
    ),
    "filter on the size of a key": (
        lambda Member, _: Member.query("f", filter_condition=Member.attr.family.size() > 1),
        InvalidConditionError,
        ["Member", "family"],
    ),
    "sort-key condition on another attribute": (
        lambda Member, _: Member.query("f", sort_key_condition=Member.attr.age > 1),
        InvalidConditionError,
        ["Member", "number", "age", "filter_condition"],
    ),
    "sort-key condition on the partition key": (
        lambda Member, _: Member.query("f", sort_key_condition=Member.attr.family == "f"),
        InvalidConditionError,
        ["Member", "number"],
    ),
    "sort-key condition with the table's sort key on an index": (
        lambda Member, _: Member.query("f", index_name="town-index", sort_key_condition=Member.attr.number > 1),
        InvalidConditionError,
        ["Member", "town"],
    ),
    "sort-key condition that DynamoDB does not take": (
        lambda Member, _: Member.query("f", sort_key_condition=Member.attr.number != 1),
        InvalidConditionError,
        ["Member", "number", "between"],
    ),
    "two sort-key conditions": (
        lambda Member, _: Member.query("f", sort_key_condition=(Member.attr.number > 1) & (Member.attr.number < 5)),
        InvalidConditionError,
        ["Member", "number", "between"],
    ),
    "sort-key condition of the wrong type": (
        lambda Member, _: Member.query("f", sort_key_condition=Member.attr.number == "x"),
        InvalidConditionError,
        ["Member.number", "int"],
    ),
    "sort-key condition on another field": (
        lambda Member, _: Member.query("f", sort_key_condition=Member.attr.number > Member.attr.age),
        InvalidConditionError,
        ["Member", "number"],
    ),
    "sort-key condition on the size of the key": (
        lambda Member, _: Member.query("f", index_name="town-index", sort_key_condition=Member.attr.town.size() > 1),
        InvalidConditionError,
        ["Member", "town"],
    ),
    # updates
    "empty update": (
        lambda Member, _: Member.update_item("f", 1, updates={}),
        EmptyUpdateError,
        ["Member", "updates"],
    ),
    "update of the partition key": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.family: "g"}),
        InvalidUpdateError,
        ["Member.family", "key"],
    ),
    "update of the sort key": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.age: 2, Member.attr.number: 2}),
        InvalidUpdateError,
        ["Member.number", "key"],
    ),
    "overlapping paths": (
        lambda Member, _: Member.update_item(
            "f", 1, updates={Member.attr.address: Address(city="a"), Member.attr.address.city: "b"}
        ),
        InvalidUpdateError,
        ["Member.address", "Member.address.city", "overlap"],
    ),
    "overlapping paths, the longer one first": (
        lambda Member, _: Member.update_item(
            "f", 1, updates={Member.attr.address.city: "b", Member.attr.address: None}
        ),
        InvalidUpdateError,
        ["Member.address", "overlap"],
    ),
    "overlapping paths in a list": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.tags: ["a"], Member.attr.tags[0]: "b"}),
        InvalidUpdateError,
        ["Member.tags", "overlap"],
    ),
    "update of another model's field": (
        lambda Member, Other: Member.update_item("f", 1, updates={Other.attr.age: 1}),
        InvalidUpdateError,
        ["Other.age", "Member.attr"],
    ),
    "update by a name": (
        lambda Member, _: Member.update_item("f", 1, updates={"age": 1}),
        InvalidUpdateError,
        ["Member.attr.age", "got str"],
    ),
    "update with a value that the field refuses": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.age: "many"}),
        InvalidUpdateError,
        ["Member.age", "integer"],
    ),
    "update to None where None is no value": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.age: None}),
        InvalidUpdateError,
        ["Member.age", "integer"],
    ),
    "update of an index key to a wrong type": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.rank: "first"}),
        InvalidUpdateError,
        ["Member.rank", "integer"],
    ),
    # conditions
    "condition as a bool: and": (
        lambda Member, _: (Member.attr.age > 1) and (Member.attr.age < 5),
        InvalidConditionError,
        ["age > 1", "&"],
    ),
    "condition as a bool: not": (
        lambda Member, _: not (Member.attr.age > 1),
        InvalidConditionError,
        ["age > 1", "~"],
    ),
    "condition as a bool: chained": (
        lambda Member, _: 1 < Member.attr.age < 5,
        InvalidConditionError,
        ["age > 1", "between"],
    ),
    "field as a bool": (
        lambda Member, _: bool(Member.attr.age),
        InvalidConditionError,
        ["Member.age", "exists()"],
    ),
    "bool as a condition": (
        lambda Member, _: Member(family="f", number=1).save(condition=True),
        UnknownConditionTypeError,
        ["bool", "attr"],
    ),
    "text as a filter": (
        lambda Member, _: Member.query("f", filter_condition="age > 1"),
        UnknownConditionTypeError,
        ["str", "attr"],
    ),
    "text as a sort-key condition": (
        lambda Member, _: Member.query("f", sort_key_condition="number > 1"),
        UnknownConditionTypeError,
        ["str", "attr"],
    ),
    "condition combined with a bool": (
        lambda Member, _: (Member.attr.age > 1) & True,
        UnknownConditionTypeError,
        ["bool"],
    ),
    "condition of another model": (
        lambda Member, Other: Member.delete_item("f", 1, condition=Other.attr.age > 1),
        InvalidConditionError,
        ["Other.age", "Member.attr"],
    ),
    "operand of the wrong type": (
        lambda Member, _: Member.delete_item("f", 1, condition=Member.attr.age == "x"),
        InvalidConditionError,
        ["Member.age", "int"],
    ),
    "operand of in_ given as a list": (
        lambda Member, _: Member.delete_item("f", 1, condition=Member.attr.age.in_([1, 2])),
        InvalidConditionError,
        ["Member.age", "in_(*values)"],
    ),
    "in_ without values": (lambda Member, _: Member.attr.age.in_(), InvalidConditionError, ["age", "100"]),
    "in_ with too many values": (
        lambda Member, _: Member.attr.age.in_(*range(101)),
        InvalidConditionError,
        ["age", "100", "101"],
    ),
    "None in order": (
        lambda Member, _: Member.delete_item("f", 1, condition=Member.attr.rank < None),
        InvalidConditionError,
        ["Member.rank", "None"],
    ),
    "begins_with of a number": (
        lambda Member, _: Member.delete_item("f", 1, condition=Member.attr.age.begins_with("1")),
        InvalidConditionError,
        ["Member.age", "begins_with"],
    ),
    "size beside a text": (
        lambda Member, _: Member.delete_item("f", 1, condition=Member.attr.tags.size() == "1"),
        InvalidConditionError,
        ["Member.tags", "int"],
    ),
    # other options
    "limit of zero": (
        lambda Member, _: Member.query("f", limit=0),
        InvalidRequestError,
        ["Member", "limit", "0"],
    ),
    "negative limit": (
        lambda Member, _: Member.query("f", limit=-1),
        InvalidRequestError,
        ["Member", "limit"],
    ),
    "limit that is no int": (
        lambda Member, _: Member.query("f", limit="2"),
        InvalidRequestError,
        ["Member", "limit"],
    ),
    "start key of another table": (
        lambda Member, _: Member.query("f", exclusive_start_key={"family": "f"}),
        InvalidRequestError,
        ["Member", "exclusive_start_key", "number"],
    ),
    "start key of the wrong type": (
        lambda Member, _: Member.query("f", exclusive_start_key={"family": "f", "number": "1"}),
        InvalidRequestError,
        ["Member", "exclusive_start_key"],
    ),
    "start key of the table on an index": (
        lambda Member, _: Member.query("f", index_name="town-index", exclusive_start_key={"family": "f", "number": 1}),
        InvalidRequestError,
        ["Member", "exclusive_start_key", "town"],
    ),
    "start key with something else": (
        lambda Member, _: Member.query("f", exclusive_start_key={"family": "f", "number": 1, "age": 1}),
        InvalidRequestError,
        ["Member", "exclusive_start_key"],
    ),
    "start key that is none": (
        lambda Member, _: Member.query("f", exclusive_start_key={}),
        InvalidRequestError,
        ["Member", "exclusive_start_key"],
    ),
    "start key that is no mapping": (
        lambda Member, _: Member.query("f", exclusive_start_key="f"),
        InvalidRequestError,
        ["Member", "exclusive_start_key"],
    ),
    # values
    "value that cannot be stored exactly": (
        lambda Member, _: Member(family="f", number=1, prices={"net": Decimal("1." + "1" * 40)}).save(),
        ItemEncodingError,
        ["Member.prices.net", "digits"],
    ),
    "value that cannot be stored exactly, in an update": (
        lambda Member, _: Member.update_item("f", 1, updates={Member.attr.age: 10**38 + 1}),
        ItemEncodingError,
        ["Member.age", "digits"],
    ),
    "operand that cannot be stored exactly": (
        lambda Member, _: Member.delete_item("f", 1, condition=Member.attr.age == 10**38 + 1),
        InvalidConditionError,
        ["Member.age", "digits"],
    ),
}


@pytest.mark.parametrize(("call", "kind", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_with_a_remedy_before_sending(Member, Other, requests_of, call, kind, words):
    """Make the call: the error is of the right class, names model, field and remedy, and nothing was sent."""
    with (
        requests_of(Member.pydamo_config.table) as sent,
        pytest.raises(Exception) as caught,  # noqa: PT011 - its class is compared
    ):
        call(Member, Other)
    assert kind is type(caught.value)
    assert [] == [word for word in words if word not in str(caught.value)]
    assert set() == set(sent) - {"DescribeTable"}


EXTRA = {
    "two keys of a model with one": lambda _, Other: Other.get_item("f", 1),
    "two keys of a deleted item": lambda _, Other: Other.delete_item("f", 1),
    "three keys": lambda Member, _: Member.get_item("f", 1, 2),
    "three keys of an update": lambda Member, _: Member.update_item("f", 1, 2, updates={}),
    "no key": lambda Member, _: Member.get_item(),
    "no key of a query": lambda Member, _: Member.query(),
    "query without a sort key": lambda _, Other: Other.query("f"),
}


@pytest.mark.parametrize("call", EXTRA.values(), ids=EXTRA)
def test_too_many_or_no_key_parts_are_errors_of_python(Member, Other, requests_of, call):
    """Give other key parts than the signature has: Python itself refuses, and nothing is sent."""
    with requests_of(Member.pydamo_config.table) as sent, pytest.raises((TypeError, AttributeError)):
        call(Member, Other)
    assert [] == sent


def test_a_model_without_a_configuration_says_so(PrimaryKeyModel):
    """Use a model that has no table: a valid Pydantic model, and a clear error with DynamoDB."""

    class Homeless(PrimaryKeyModel):
        name: str

    instance = Homeless(name="n")
    assert {"name": "n"} == instance.model_dump()
    for call in (instance.save, instance.delete, lambda: Homeless.get_item("n"), lambda: Homeless.delete_item("n")):
        with pytest.raises(ConfigurationError, match=r"Homeless.*pydamo_config"):
            call()


@pytest.mark.parametrize("table", [1, "", object(), PydamoConfig])
def test_a_configuration_without_a_table_is_refused(PrimaryKeyModel, table):
    """Give something that is no table."""
    if table is PydamoConfig:

        class Model(PrimaryKeyModel):
            pydamo_config = PydamoConfig(table=lambda: None)

            name: str

        with pytest.raises(ConfigurationError, match="table"):
            Model.get_item("n")
        return
    with pytest.raises(ConfigurationError, match="table"):
        PydamoConfig(table=table)


@pytest.mark.parametrize("operation", ["save", "get", "query"])
def test_a_model_whose_class_does_not_fit_the_table_is_refused(
    PrimaryKeyModel, PrimaryKeyAndSortKeyModel, Member, Other, requests_of, operation
):
    """Put a model on a table with other keys: one key too few, or one too many."""

    class OneKey(PrimaryKeyModel):
        pydamo_config = Member.pydamo_config

        family: str
        number: int = 0

    class TwoKeys(PrimaryKeyAndSortKeyModel):
        pydamo_config = Other.pydamo_config

        family: str
        number: int = 0

    calls = {
        "save": [lambda: OneKey(family="f").save(), lambda: TwoKeys(family="f").save()],
        "get": [lambda: OneKey.get_item("f"), lambda: TwoKeys.get_item("f", 1)],
        "query": [lambda: TwoKeys.query("f")],
    }
    with requests_of(Member.pydamo_config.table) as sent:
        for call in calls[operation]:
            with pytest.raises(
                InvalidKeySchemaError, match=r"PrimaryKey(AndSortKey)?Model the base of (OneKey|TwoKeys)"
            ):
                call()
    assert set() == set(sent) - {"DescribeTable"}


def test_a_model_without_the_key_fields_is_refused(PrimaryKeyModel, Other, requests_of):
    """Put a model on a table whose key it has no field for."""

    class Lost(PrimaryKeyModel):
        pydamo_config = Other.pydamo_config

        surname: str

    with requests_of(Other.pydamo_config.table) as sent:
        for call in (Lost(surname="s").save, lambda: Lost.get_item("s"), lambda: Lost.delete_item("s")):
            with pytest.raises(InvalidKeySchemaError, match=r"Lost.*family"):
                call()
    assert set() == set(sent) - {"DescribeTable"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("family", None), ("number", None), ("number", "text"), ("rank", "text"), ("town", 5)],
)
def test_an_instance_with_a_bad_key_is_refused(Member, requests_of, name, value):
    """Save what was assigned without validation to a key of the table or of an index."""
    member = Member(family="f", number=1, rank=1, town="t")
    setattr(member, name, value)
    with (
        requests_of(Member.pydamo_config.table) as sent,
        pytest.raises((InvalidKeyValueError, ItemEncodingError), match=rf"Member\.{name}"),
    ):
        member.save()
    assert set() == set(sent) - {"DescribeTable"}


def test_a_required_optional_index_key_is_not_stored_as_null(PrimaryKeyAndSortKeyModel, table, requests_of):
    """Refuse None in an index key that would be stored as NULL, and say that a default helps."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str
        number: int
        job: str | None

    with requests_of(table) as sent, pytest.raises(InvalidKeyValueError, match=r"Member\.job.*default"):
        Member(family="f", number=1, job=None).save()
    assert set() == set(sent) - {"DescribeTable"}


@pytest.mark.parametrize("kind", [Eq, Ne, Lt])
def test_a_condition_is_about_a_field(kind):
    """Refuse to build a condition class with something that is no field."""
    with pytest.raises(InvalidConditionError, match="field"):
        kind(3, 1)


def test_an_alias_that_does_not_read_back_is_refused(PrimaryKeyModel):
    """Refuse a model at its definition if what it stores would not come back."""
    with pytest.raises(ConfigurationError, match=r"Lossy\.key.*Lossy\.value.*'key'"):

        class Lossy(PrimaryKeyModel):
            key: str
            value: int = Field(validation_alias="key")


def test_two_fields_of_one_attribute_are_refused(PrimaryKeyModel):
    """Refuse a model at its definition if one field would overwrite another."""
    with pytest.raises(ConfigurationError, match=r"Shared\.one.*Shared\.two"):

        class Shared(PrimaryKeyModel):
            key: str
            one: Annotated[int, Attribute("x")]
            two: Annotated[int, Attribute("x")]
