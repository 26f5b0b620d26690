"""Each error of DynamoDB and of botocore comes out as the exception that says what happened, with all that is known."""

# ruff: noqa: PLR0917, RUF012 - fixtures give models, whose fields have defaults

import re
from copy import deepcopy

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
)
from botocore.stub import Stubber

from pydamodb import (
    ConditionCheckFailedError,
    ConfigurationError,
    DynamoDBClientError,
    IndexNotFoundError,
    InvalidItemError,
    ItemCollectionSizeLimitError,
    MissingSortKeyValueError,
    OperationError,
    PydamoConfig,
    ReplicatedWriteConflictError,
    TableNotFoundError,
    ThrottlingReason,
    ThroughputExceededError,
    TransactionCanceledError,
    TransactionConflictError,
    UnprocessedItemsError,
)

QUICK = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})
SECRET = "the-users-secret"


@pytest.fixture
def table(make_table):
    """Make a table that nothing is known of yet."""
    return make_table("family", "name", global_indexes={"job-index": ("job",)})


@pytest.fixture
def model_on(PrimaryKeyAndSortKeyModel):
    """Return what defines a model on a table."""

    def define(table):
        class Member(PrimaryKeyAndSortKeyModel):
            pydamo_config = PydamoConfig(table=table)

            family: str
            name: str
            job: str | None = None
            age: int = 0
            note: str = SECRET
            anything: object = None
            tags: set[str] = set()
            raw: bytes = b""

        return Member

    return define


@pytest.fixture
def Member(table, model_on):
    """Define a model of that table, which has asked for its keys."""
    model = model_on(table)
    model.get_item("f", "n")
    return model


def calls(model):
    """Return a call for each operation of DynamoDB that the library uses."""

    def batch():
        with model.batch_writer() as writer:
            writer.put(model(family="f", name="n"))

    return {
        "PutItem": lambda: model(family="f", name="n").save(condition=model.attr.name.not_exists()),
        "GetItem": lambda: model.get_item("f", "n"),
        "UpdateItem": lambda: model.update_item("f", "n", updates={model.attr.note: SECRET}),
        "DeleteItem": lambda: model.delete_item("f", "n"),
        "Query": lambda: model.query("f"),
        "BatchWriteItem": batch,
    }


OPERATIONS = ["PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "BatchWriteItem"]


def known(error):
    """Return what an error knows of its operation."""
    return error.operation, error.model_name, error.table_name


def check_discreet(error):
    """Check that neither credentials nor values of the item are in the message."""
    credentials = boto3.DEFAULT_SESSION.get_credentials() if boto3.DEFAULT_SESSION else None
    hidden = [SECRET, *([credentials.secret_key] if credentials and len(credentials.secret_key) > 10 else [])]
    assert [] == [text for text in hidden if text in str(error)]


# --- errors of DynamoDB ---


def test_a_failed_condition_names_its_condition(table, Member):
    """Fail each write with a condition, and find the condition in the error."""
    Member(family="f", name="n").save()
    condition = Member.attr.age > 5
    writes = {
        "PutItem": lambda: Member(family="f", name="n").save(condition=condition),
        "UpdateItem": lambda: Member.update_item("f", "n", updates={Member.attr.age: 1}, condition=condition),
        "DeleteItem": lambda: Member.delete_item("f", "n", condition=condition),
    }
    for operation, write in {**writes, "DeleteItem": Member(family="f", name="n").delete}.items():
        with pytest.raises(ConditionCheckFailedError) as caught:
            write() if write.__name__ == "<lambda>" else write(condition=condition)
        assert (operation, "Member", table.name) == known(caught.value)
        assert condition == caught.value.condition
        assert isinstance(caught.value.original_error, ClientError)
        assert caught.value.original_error is caught.value.__cause__
        check_discreet(caught.value)
    with pytest.raises(ConditionCheckFailedError):
        writes["DeleteItem"]()
    assert Member(family="f", name="n") == Member.get_item("f", "n")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_missing_table_is_found_by_describing_it(model_on, dynamodb, operation):
    """Use a table that does not exist."""
    model = model_on(dynamodb.Table("no-such-table"))
    with pytest.raises(TableNotFoundError) as caught:
        calls(model)[operation]()
    assert ("DescribeTable", "Member", "no-such-table") == known(caught.value)
    assert isinstance(caught.value.original_error, ClientError)
    assert "no-such-table" in str(caught.value)


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "BatchWriteItem"])
def test_a_table_that_went_away_is_missed(model_on, make_table, operation):
    """Delete a table behind the library's back."""
    table = make_table("family", "name")
    model = model_on(table)
    model.get_item("f", "n")
    table.delete()
    table.wait_until_not_exists()
    with pytest.raises(TableNotFoundError) as caught:
        calls(model)[operation]()
    assert (operation, "Member", table.name) == known(caught.value)


def test_a_batch_on_a_table_that_went_away_hands_out_its_items(model_on, make_table):
    """Delete a table behind the back of a batch writer."""
    table = make_table("family", "name")
    model = model_on(table)
    model.get_item("f", "n")
    table.delete()
    table.wait_until_not_exists()
    with pytest.raises(UnprocessedItemsError) as caught:
        calls(model)["BatchWriteItem"]()
    assert ("BatchWriteItem", "Member", table.name) == known(caught.value)
    assert isinstance(caught.value.__cause__, TableNotFoundError)
    assert [model(family="f", name="n")] == list(caught.value.puts)


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]
)
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "BatchWriteItem"])
def test_throttling_is_throughput_exceeded(table, Member, failing, no_pauses, operation, code):
    """Let the engine throttle every attempt."""
    with failing(table, operation, code), pytest.raises(ThroughputExceededError) as caught:
        calls(Member)[operation]()
    assert (operation, "Member", table.name) == known(caught.value)
    assert code == caught.value.error_code
    assert code == caught.value.original_error.response["Error"]["Code"]
    check_discreet(caught.value)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ValidationException", 400),
        ("InternalServerError", 500),
        ("AccessDeniedException", 400),
        ("UnrecognizedClientException", 400),
        ("SomethingNew", 400),
    ],
)
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "BatchWriteItem"])
def test_other_errors_keep_their_code(table, Member, failing, no_pauses, operation, code, status):
    """Let the engine refuse for any other reason."""
    with failing(table, operation, code, "made up", status), pytest.raises(DynamoDBClientError) as caught:
        calls(Member)[operation]()
    assert DynamoDBClientError is type(caught.value)
    assert (operation, "Member", table.name) == known(caught.value)
    assert code == caught.value.error_code
    assert "made up" in str(caught.value)
    check_discreet(caught.value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ItemCollectionSizeLimitExceededException", ItemCollectionSizeLimitError),
        ("TransactionConflictException", TransactionConflictError),
        ("ReplicatedWriteConflictException", ReplicatedWriteConflictError),
    ],
)
def test_a_write_that_is_not_done_says_why(*, table, Member, answered, code, kind, no_pauses, is_direct):
    """It is a DynamoDBClientError too. AWS's newest rules of retries repeat one of them, as the newest boto3 does."""
    attempts = {1, 4} if kind is ReplicatedWriteConflictError else {1}
    sent = []

    def refuse(body):
        sent.append(body)
        return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "made up"}

    with answered(table, "PutItem", refuse), pytest.raises(DynamoDBClientError) as caught:
        Member(family="f", name="n").save()
    error = caught.value
    assert (kind, code, False) == (type(error), error.error_code, error.outcome_unknown)
    assert len(sent) in ({4} if is_direct and kind is ReplicatedWriteConflictError else attempts)
    assert ("PutItem", "Member", table.name) == known(error)
    check_discreet(error)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ProvisionedThroughputExceededException", "ThrottlingReasons"),
        ("RequestLimitExceeded", "ThrottlingReasons"),
        ("ThrottlingException", "throttlingReasons"),
    ],
)
def test_throttling_has_its_reasons(table, Member, answered, no_pauses, code, name):
    """As DynamoDB spells them for each of its codes; releases of botocore that do not know them leave them out."""
    model = table.meta.client.meta.service_model
    known = code in model.shape_names and name in model.shape_for(code).members
    reason = {"reason": "IndexWriteProvisionedThroughputExceeded", "resource": "arn:aws:dynamodb:::table/t/index/by-x"}
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "made up", name: [reason]}
    with answered(table, "PutItem", lambda _: (400, body)), pytest.raises(ThroughputExceededError) as caught:
        Member(family="f", name="n").save()
    assert ((ThrottlingReason(**reason),) if known else ()) == caught.value.throttling_reasons
    check_discreet(caught.value)


def test_access_denied_when_asking_for_the_keys_is_a_client_error(model_on, table, failing):
    """Refuse DescribeTable: the error says what could not be done."""
    with failing(table, "DescribeTable", "AccessDeniedException"), pytest.raises(DynamoDBClientError) as caught:
        model_on(table).get_item("f", "n")
    assert ("DescribeTable", "Member", table.name) == known(caught.value)
    assert "AccessDeniedException" == caught.value.error_code


def test_a_missing_index_is_named(table, Member):
    """Ask for an index that the table does not have."""
    with pytest.raises(IndexNotFoundError) as caught:
        Member.query("f", index_name="no-such-index")
    assert ("Query", "Member", table.name) == known(caught.value)
    assert "no-such-index" == caught.value.index_name
    assert caught.value.original_error is None


def test_an_index_that_went_away_is_named(model_on, make_table, on_moto):
    """Delete a table and make it anew without its index, behind the library's back."""
    if on_moto:
        pytest.skip("moto reports a missing index as a missing table; DynamoDB sends a ValidationException")
    table = make_table("family", "name", global_indexes={"job-index": ("job",)})
    model = model_on(table)
    assert [] == model.query("none", index_name="job-index").items
    table.delete()
    table.wait_until_not_exists()
    make_table("family", "name", name=table.name)
    with pytest.raises(IndexNotFoundError) as caught:
        model.query("none", index_name="job-index")
    assert ("Query", "Member", table.name) == known(caught.value)
    assert "job-index" == caught.value.index_name


def test_a_missing_sort_key_knows_its_operation(table, Member):
    """Leave out the sort key."""
    with pytest.raises(MissingSortKeyValueError) as caught:
        Member.get_item("f")
    assert ("GetItem", "Member", table.name) == known(caught.value)
    assert caught.value.original_error is None


def test_an_item_that_is_too_large_is_refused_by_dynamodb(table, Member):
    """Save more than 400 KB: DynamoDB's own message reaches the user, the item does not."""
    with pytest.raises(DynamoDBClientError) as caught:
        Member(family="f", name="n", note=SECRET * 30_000).save()
    assert ("PutItem", "Member", table.name) == known(caught.value)
    assert "ValidationException" == caught.value.error_code
    assert "size" in str(caught.value)
    check_discreet(caught.value)


def test_an_item_that_is_nested_too_deeply_is_refused_by_dynamodb(table, Member, on_moto):
    """Save a value nested deeper than 32 levels: DynamoDB's own message reaches the user."""
    if on_moto:
        pytest.skip("moto has no limit of nesting")
    nested = SECRET
    for _ in range(40):
        nested = [nested]
    with pytest.raises(DynamoDBClientError) as caught:
        Member(family="f", name="n", anything=nested).save()
    assert "ValidationException" == caught.value.error_code
    assert "nest" in str(caught.value).lower()
    check_discreet(caught.value)


def test_nesting_of_31_lists_is_no_problem(Member):
    """Save a value as deep as DynamoDB takes it."""
    nested = "end"
    for _ in range(31):
        nested = [nested]
    saved = Member(family="f", name="n", anything=nested)
    saved.save()
    assert saved == Member.get_item("f", "n")


@pytest.mark.wrong_on_ministack("removes what is not there, and says nothing")
def test_an_update_of_a_path_that_is_not_there_is_refused_by_dynamodb(table, Member):
    """Set a value inside a map that the item does not have."""
    anything = Member.attr.anything
    for updates in ({anything["a"]: SECRET, Member.attr.age: 1}, [anything["a"].remove()], [anything["a"][0].set(1)]):
        with pytest.raises(DynamoDBClientError) as caught:
            Member.update_item("f", "nobody", updates=updates)
        assert ("UpdateItem", "Member", table.name) == known(caught.value)
        assert "ValidationException" == caught.value.error_code == caught.value.response["Error"]["Code"]
        assert re.search(r"way to Member.anything\[\"a\"\](\[0\])?: set the whole map or list", str(caught.value))
        check_discreet(caught.value)


@pytest.mark.wrong_on_ministack("cancels the transaction")
def test_a_transaction_with_such_an_update_is_refused_by_dynamodb(Member, transact_write):
    """The engines refuse the whole transaction; the error names the path and the remedy, too."""

    def write():
        with transact_write() as tx:
            tx.put(Member(family="f", name="other"))
            tx.update(Member.key("f", "nobody"), updates={Member.attr.anything["a"]: SECRET})

    with pytest.raises(DynamoDBClientError, match=r'way to Member.anything\["a"\]: set the whole map') as caught:
        write()
    check_discreet(caught.value)


def test_the_reason_of_a_transaction_names_the_path_and_the_remedy(table, Member, transact_write, answered):
    """Where DynamoDB says which action it was."""
    code = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
    message = "The document path provided in the update expression is invalid for update"
    body = {"__type": code, "CancellationReasons": [{"Code": "ValidationError", "Message": message}]}

    def write():
        with transact_write() as tx:
            tx.update(Member.key("f", "nobody"), updates={Member.attr.anything["a"]: SECRET})

    with (
        answered(table, "TransactWriteItems", lambda _: (400, body)),
        pytest.raises(TransactionCanceledError) as caught,
    ):
        write()
    remedy = 'way to Member.anything["a"]: set the whole map'
    assert (True, True) == (remedy in caught.value.reasons[0].message, remedy in str(caught.value))


def test_an_item_that_does_not_fit_the_model_is_an_error_of_ours(table, Member):
    """Read an item that somebody else wrote otherwise: the error says which item, and why."""
    table.put_item(Item={"family": "f", "name": "n", "age": "old"})
    for read in (
        lambda: Member.get_item("f", "n"),
        lambda: Member.query("f"),
        lambda: Member.query_all("f"),
    ):
        with pytest.raises(InvalidItemError, match="age"):
            read()


# --- errors of botocore ---


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """Take all credentials and the region away."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def test_missing_credentials_are_an_operation_error(model_on, open_resource, nowhere):
    """Use a session without credentials."""
    table = open_resource(region_name="eu-central-1", config=QUICK).Table("any")
    with pytest.raises(OperationError) as caught:
        model_on(table).get_item("f", "n")
    assert ("DescribeTable", "Member", "any") == known(caught.value)
    assert isinstance(caught.value.original_error, NoCredentialsError)
    assert caught.value.original_error is caught.value.__cause__
    assert "credentials" in str(caught.value)


@pytest.mark.synchronous
def test_a_missing_region_is_an_operation_error(model_on, dynamodb, nowhere):
    """Give a table by name where boto3 knows no region."""
    with pytest.raises(OperationError) as caught:
        model_on("any").get_item("f", "n")
    assert isinstance(caught.value.original_error, NoRegionError)
    assert "region" in str(caught.value)
    assert "Member" == caught.value.model_name
    assert "any" == caught.value.table_name


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_endpoint_that_cannot_be_reached_is_an_operation_error(model_on, open_resource, operation):
    """Use a port where nobody listens."""
    resource = open_resource(endpoint_url="http://127.0.0.1:1", config=QUICK)
    with pytest.raises(OperationError) as caught:
        calls(model_on(resource.Table("any")))[operation]()
    assert ("DescribeTable", "Member", "any") == known(caught.value)
    assert isinstance(caught.value.original_error, EndpointConnectionError)
    assert caught.value.error_code is None
    check_discreet(caught.value)


def test_a_connection_that_breaks_in_a_batch_hands_out_its_items(table, Member, no_pauses):
    """Lose the connection while a batch is being sent."""
    client = table.meta.client

    def fail(request, **_):
        raise EndpointConnectionError(endpoint_url=request.url)

    client.meta.events.register("before-send.dynamodb.BatchWriteItem", fail)
    try:
        with pytest.raises(UnprocessedItemsError) as caught:
            calls(Member)["BatchWriteItem"]()
    finally:
        client.meta.events.unregister("before-send.dynamodb.BatchWriteItem", fail)
    assert [Member(family="f", name="n")] == list(caught.value.puts)
    assert isinstance(caught.value.original_error, EndpointConnectionError)


@pytest.mark.botocore_only("a Table without a name; a DirectTable refuses it")
@pytest.mark.synchronous
def test_a_table_name_that_botocore_refuses_is_an_operation_error(model_on, dynamodb):
    """Use a table name that botocore's own validation refuses. An AsyncTable refuses it itself."""
    with pytest.raises(OperationError) as caught:
        model_on(dynamodb.Table("")).get_item("f", "n")
    assert isinstance(caught.value.original_error, ParamValidationError)
    assert "TableName" in str(caught.value)


@pytest.mark.botocore_only("the event before-parse")
def test_a_response_that_is_no_json_is_an_operation_error(table, Member):
    """Receive a good status with a broken body, as a proxy may send it."""
    client = table.meta.client

    def breaks(response_dict, **_):
        response_dict["body"] = b"<html>"

    client.meta.events.register_first("before-parse.dynamodb.GetItem", breaks)
    try:
        with pytest.raises(OperationError) as caught:
            Member.get_item("f", "n")
    finally:
        client.meta.events.unregister("before-parse.dynamodb.GetItem", breaks)
    assert ("GetItem", "Member", table.name) == known(caught.value)


# --- botocore's Stubber: no response ever arrives, botocore itself hands out parsed ones (which boto3 changes) ---

KEYS = {
    "Table": {
        "TableName": "stubbed",
        "KeySchema": [
            {"AttributeName": "family", "KeyType": "HASH"},
            {"AttributeName": "name", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "family", "AttributeType": "S"},
            {"AttributeName": "name", "AttributeType": "S"},
        ],
    }
}
ITEM = {
    "family": {"S": "f"},
    "name": {"S": "n"},
    "age": {"N": "7"},
    "anything": {"M": {"S": {"L": [{"N": "1.5"}, {"NULL": True}, {"BOOL": True}]}}},
    "tags": {"SS": ["a", "b"]},
    "raw": {"B": b"\x00\xff"},
}
LOOKALIKE = {"family": {"S": "f"}, "name": {"S": "n"}, "anything": {"M": {"S": {"S": "x"}}}}


@pytest.fixture(params=["resource", "plain client"])
def stubbed(request, dynamodb, monkeypatch):
    """Return a table whose client is stubbed, and the stubber; a table given by name has a plain client."""
    if request.param == "resource":
        table = boto3.resource("dynamodb").Table("stubbed")
        client = table.meta.client
    else:
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        table, client = "stubbed", boto3.client("dynamodb")
        monkeypatch.setattr(boto3, "client", lambda _: client)
    with Stubber(client) as stubber:
        stubber.add_response("describe_table", KEYS)
        yield table, stubber


def expected(model):
    """Return the model that the stubbed item stands for."""
    return model(family="f", name="n", age=7, anything={"S": [1.5, None, True]}, tags={"a", "b"}, raw=b"\x00\xff")


@pytest.mark.botocore_only("a Stubber")
@pytest.mark.synchronous
def test_stubbed_items_are_read(model_on, stubbed):
    """Read an item, a page and its start key from a Stubber."""
    table, stubber = stubbed
    model = model_on(table)
    key = {"family": {"S": "f"}, "name": {"S": "n"}}
    stubber.add_response("get_item", {"Item": deepcopy(ITEM)})
    stubber.add_response("get_item", {})
    stubber.add_response("query", {"Items": [deepcopy(ITEM)], "Count": 1, "LastEvaluatedKey": key})
    stubber.add_response("put_item", {})
    assert expected(model) == model.get_item("f", "n")
    assert model.get_item("f", "n") is None
    assert ([expected(model)], {"family": "f", "name": "n"}) == model.query("f")
    assert None is model(family="f", name="n").save()
    stubber.assert_no_pending_responses()


@pytest.mark.botocore_only("a Stubber")
@pytest.mark.synchronous
def test_stubbed_items_that_look_like_attribute_values_are_read(model_on, stubbed):
    """Read a map that looks like an attribute value from a Stubber, as it is."""
    table, stubber = stubbed
    stubber.add_response("get_item", {"Item": deepcopy(LOOKALIKE)})
    model = model_on(table)
    assert model(family="f", name="n", anything={"S": "x"}) == model.get_item("f", "n")


@pytest.mark.botocore_only("a Stubber")
@pytest.mark.synchronous
def test_stubbed_errors_are_translated(model_on, stubbed):
    """Receive an error from a Stubber."""
    table, stubber = stubbed
    model = model_on(table)
    stubber.add_client_error("put_item", "ConditionalCheckFailedException", http_status_code=400)
    stubber.add_client_error("get_item", "ThrottlingException", http_status_code=400)
    with pytest.raises(ConditionCheckFailedError):
        model(family="f", name="n").save(condition=model.attr.age > 1)
    with pytest.raises(ThroughputExceededError):
        model.get_item("f", "n")


@pytest.mark.botocore_only("a Stubber")
@pytest.mark.synchronous
def test_stubbed_unprocessed_items_are_sent_again(model_on, stubbed, no_pauses):
    """Receive unprocessed items from a Stubber."""
    table, stubber = stubbed
    left = {"stubbed": [{"PutRequest": {"Item": deepcopy(ITEM)}}]}
    stubber.add_response("batch_write_item", {"UnprocessedItems": left})
    stubber.add_response("batch_write_item", {"UnprocessedItems": {}})
    model = model_on(table)
    with model.batch_writer() as writer:
        writer.put(model(family="f", name="n"))
    stubber.assert_no_pending_responses()


def test_a_configuration_may_have_no_table_until_the_first_operation(PrimaryKeyModel, make_table):
    """`PydamoConfig(table=None)` is a placeholder, as in upstream: an operation says what is missing."""

    class Later(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=None)

        name: str

    with pytest.raises(ConfigurationError, match=r"^Later has no table\. PydamoConfig\(table=None\) is a placeholder"):
        Later(name="x").save()
    Later.pydamo_config = PydamoConfig(table=make_table("name"))
    Later(name="x").save()
    assert Later(name="x") == Later.get_item("x")
