"""No request that nobody asked for: one for each documented operation, and one DescribeTable per table and client."""

import pytest

from pydamodb import ConditionCheckFailedError, PydamoConfig, ValidationError


@pytest.fixture
def table(make_table):
    """Make a table that nothing is known of yet."""
    return make_table("family", "name", global_indexes={"job-index": ("job",)}, local_indexes={"town-index": "town"})


@pytest.fixture
def Member(PrimaryKeyAndSortKeyModel, table):
    """Define a model of that table."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str
        name: str
        age: int = 0
        job: str = "none"
        town: str = "Springfield"

    return Member


OPERATIONS = {
    "save": ("PutItem", lambda Member: Member(family="f", name="n").save()),
    "save under a condition": (
        "PutItem",
        lambda Member: Member(family="f", name="n").save(condition=Member.attr.job != "chief"),
    ),
    "delete": ("DeleteItem", lambda Member: Member(family="f", name="n").delete()),
    "get_item": ("GetItem", lambda Member: Member.get_item("f", "n")),
    "update_item": (
        "UpdateItem",
        lambda Member: Member.update_item("f", "n", updates={Member.attr.age: 1}),
    ),
    "delete_item": ("DeleteItem", lambda Member: Member.delete_item("f", "n")),
    "query": ("Query", lambda Member: Member.query("f")),
    "query of an index": ("Query", lambda Member: Member.query("none", index_name="job-index")),
    "query_all": ("Query", lambda Member: Member.query_all("f")),
    "query_all of an index": ("Query", lambda Member: Member.query_all("f", index_name="town-index")),
}


@pytest.mark.parametrize(("operation", "call"), OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_is_one_request(table, Member, requests_of, operation, call):
    """Count what the first and the second call send: the table's keys are asked for once."""
    with requests_of(table) as sent:
        call(Member)
        call(Member)
    assert ["DescribeTable", operation, operation] == sent


def test_a_batch_is_one_request_for_25_items(table, Member, requests_of):
    """Count what a batch of 60 writes sends."""
    with requests_of(table) as sent, Member.batch_writer() as writer:
        for number in range(60):
            writer.put(Member(family="f", name=str(number)))
    assert ["DescribeTable", *["BatchWriteItem"] * 3] == sent


def test_an_empty_batch_writes_nothing(table, Member, requests_of):
    """Open and close batch writers: all that is asked for is what the table's keys are, once."""
    with requests_of(table) as sent:
        for _ in range(2):
            with Member.batch_writer():
                pass
    assert ["DescribeTable"] == sent


def test_a_refused_condition_is_one_request(table, Member, requests_of):
    """Count what a refused save sends."""
    Member(family="f", name="n").save()
    with requests_of(table) as sent, pytest.raises(ConditionCheckFailedError):
        Member(family="f", name="n").save(condition=Member.attr.name.not_exists())
    assert ["PutItem"] == sent


def test_pages_are_requests_and_no_more(table, Member, requests_of):
    """Count what reading page after page sends."""
    with Member.batch_writer() as writer:
        for number in range(4):
            writer.put(Member(family="f", name=str(number)))
    with requests_of(table) as sent:
        page = Member.query("f", limit=3)
        page = Member.query("f", limit=3, exclusive_start_key=page.last_evaluated_key)
    assert page.last_evaluated_key is None
    assert ["Query", "Query"] == sent


def test_models_of_one_table_share_what_is_known_of_it(PrimaryKeyAndSortKeyModel, table, Member, requests_of):
    """Use a second model on the same table, and a second Table object of the same resource."""

    class Other(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str
        name: str

    Member.get_item("f", "n")
    with requests_of(table) as sent:
        Other.get_item("f", "n")
    assert ["GetItem"] == sent


def test_another_client_asks_for_itself(open_resource, table, Member, requests_of):
    """Use the same table with another client, which may be of another account."""
    Member.get_item("f", "n")
    Member.pydamo_config = PydamoConfig(table=open_resource().Table(table.name))
    with requests_of(Member.pydamo_config.table) as sent:
        Member.get_item("f", "n")
        Member.get_item("f", "n")
    assert ["DescribeTable", "GetItem", "GetItem"] == sent


def test_defining_a_model_and_building_expressions_sends_nothing(PrimaryKeyAndSortKeyModel, table, requests_of):
    """Define a model, make an instance and build a condition, with no request at all."""
    with requests_of(table) as sent:

        class Silent(PrimaryKeyAndSortKeyModel):
            pydamo_config = PydamoConfig(table=table)

            family: str
            name: str

        Silent(family="f", name="n")
        repr((Silent.attr.family == "f") & Silent.attr.name.exists())
        Silent.batch_writer()
    assert [] == sent


def test_input_that_is_bad_by_itself_does_not_even_ask_for_the_keys(table, Member, requests_of):
    """Refuse an empty update and a value without a stored form without any request."""
    with requests_of(table) as sent:
        with pytest.raises(ValidationError):
            Member.update_item("f", "n", updates={})
        with pytest.raises(ValidationError):
            Member(family="f", name="n", age=10**40 + 1).save()
    assert [] == sent
