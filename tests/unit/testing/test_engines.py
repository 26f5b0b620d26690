"""Which engine a block gets, and what is said of one that is not there."""

import os
from types import SimpleNamespace
from typing import Annotated, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pydamodb import ConfigurationError, PrimaryKeyModel, PydamoConfig, Vector, VectorIndex
from pydamodb._models.declared_tables import declaration_of
from pydamodb._testing.clients import Place
from pydamodb.testing import Pydamo, engine

CLOSED_PORT = "http://127.0.0.1:9"


class Cup(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="cups", partition_key="id")

    id: str


@pytest.fixture(autouse=True)
def no_engine(monkeypatch):
    """Take the engine of this run out of the environment."""
    monkeypatch.delenv("PYDAMODB_TEST_ENGINE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)


@pytest.mark.parametrize(
    ("given", "environment", "url"),
    [
        (None, {}, None),
        (None, {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
        (
            None,
            {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1", "PYDAMODB_TEST_ENGINE": "https://ddb:2"},
            "https://ddb:2",
        ),
        (None, {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1", "PYDAMODB_TEST_ENGINE": "moto"}, None),
        ("moto", {"PYDAMODB_TEST_ENGINE": "http://127.0.0.1:1"}, None),
        ("http://127.0.0.1:3", {"PYDAMODB_TEST_ENGINE": "moto"}, "http://127.0.0.1:3"),
    ],
)
def test_the_engine_is_what_is_said_first(monkeypatch, given, environment, url):
    """By the argument, for the run, for boto3; and in the block boto3 goes there too."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with engine(given) as pydamo:
        assert (url, url) == (pydamo.url, os.environ.get("AWS_ENDPOINT_URL_DYNAMODB"))
    assert environment == {name: os.environ[name] for name in environment}


def test_moto_answers_whatever_address_is_configured(monkeypatch):
    """A configured address of all services is none of moto's."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", CLOSED_PORT)
    with engine() as pydamo:
        pydamo.tables_for(Cup)
        Cup(id="a").save()
        assert "a" == Cup.get_item("a").id


@pytest.mark.parametrize(("given", "region"), [("eu-west-1", "eu-west-1"), ("", "us-east-1")])
def test_the_region_is_that_of_the_environment(monkeypatch, given, region):
    """Clients of the test see the tables of the models: engines keep regions apart."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", given)
    with engine() as pydamo:
        pydamo.tables_for(Cup)
        assert [pydamo.table(Cup).name] == boto3.client("dynamodb", region_name=region).list_tables()["TableNames"]
        assert region == os.environ["AWS_DEFAULT_REGION"]
    assert given == os.environ["AWS_DEFAULT_REGION"]


def test_there_are_two_kinds_of_engines(monkeypatch):
    """The plugin alone starts a server."""
    monkeypatch.setenv("PYDAMODB_TEST_ENGINE", "local")
    message = "^the engine is \"moto\" or the address of a server, http://...: got 'local'$"
    with pytest.raises(ConfigurationError, match=message), engine():
        pass


def test_a_server_must_answer():
    """The message says that it does not, at once."""
    message = "^no DynamoDB answers at http://127.0.0.1:9: start it, or choose another engine, --dynamodb=moto$"
    with engine(CLOSED_PORT) as pydamo, pytest.raises(ConfigurationError, match=message):
        pydamo.tables_for(Cup)
    assert "cups" == Cup.pydamo_config.table


def test_boto3_makes_a_new_default_session_on_a_server():
    """The one before may have real credentials."""
    boto3.setup_default_session()
    before = boto3.DEFAULT_SESSION
    with engine(CLOSED_PORT):
        assert None is boto3.DEFAULT_SESSION
    assert before is boto3.DEFAULT_SESSION


@pytest.mark.parametrize("missing", ["moto", "docker.errors"])
def test_moto_may_be_missing(monkeypatch, missing):
    """It is no dependency: the message names both ways."""

    def fail(name):
        raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)

    monkeypatch.setattr("pydamodb._testing.engines.import_module", fail)
    message = rf"^the engine moto is not installed \({missing} is missing\): pip install .*, or choose a server, --dyn"
    with pytest.raises(ConfigurationError, match=message), engine():
        pass


def test_a_module_of_ours_is_not_missing(monkeypatch):
    """An error of ours is shown as it is."""

    def fail(name):
        raise ModuleNotFoundError(name, name=name)

    monkeypatch.setattr("pydamodb._testing.engines.import_module", fail)
    with pytest.raises(ModuleNotFoundError, match=r"^pydamodb\._testing\.moto_engine$"), engine():
        pass


def test_a_table_that_cannot_be_deleted_is_an_error():
    """It would be left over, on a server."""

    def leave_a_table():
        with engine() as pydamo:
            pydamo.tables_for(Cup)
            table = pydamo.table(Cup)
            table.meta.client.update_table(TableName=table.name, DeletionProtectionEnabled=True)

    with pytest.raises(ClientError, match="DeleteTable"):
        leave_a_table()
    assert "cups" == Cup.pydamo_config.table


class Look(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="looks", partition_key="id")

    by_look = VectorIndex("by-look", vector="look", distance="cosine", filters=["kind"])

    id: str
    kind: str = ""
    look: Annotated[list[float] | None, Vector(2)] = None


class Client:
    """A client that makes tables, and refuses vector indexes if it is to."""

    def __init__(self, *, refuses: bool) -> None:
        """Make nothing yet."""
        self.made: list[Any] = []
        self.refuses = refuses
        self.statuses = ["CREATING", "ACTIVE"]

    def create_table(self, **parameters: Any) -> None:
        """Make a table."""
        if self.refuses and "VectorIndexes" in parameters:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "?"}}, "CreateTable")
        if "refused" in parameters["TableName"]:
            raise ClientError({"Error": {"Code": "LimitExceededException", "Message": "?"}}, "CreateTable")
        self.made.append(parameters)

    def get_waiter(self, _: str) -> Any:
        """Wait for nothing."""
        return SimpleNamespace(wait=lambda **_: None)

    def describe_table(self, **_: Any) -> Any:
        """Describe the last table."""
        indexes = [{"IndexName": "by-look", "IndexStatus": self.statuses.pop(0)}] if not self.refuses else []
        return {"Table": {"TableStatus": "ACTIVE", "VectorIndexes": indexes}}


@pytest.mark.parametrize("refuses", [False, True])
def test_a_table_has_vector_indexes_where_the_engine_has_them(refuses, monkeypatch, no_pauses):
    """They are waited for. An engine that does not know them makes the table without them."""
    pydamo = Pydamo(Place(CLOSED_PORT, "us-east-1"), lambda _: None, lambda _: None)
    client = Client(refuses=refuses)
    monkeypatch.setattr(pydamo, "_own", SimpleNamespace(meta=SimpleNamespace(client=client)))
    for _ in range(2):
        client.statuses = ["CREATING", "ACTIVE"]
        pydamo._create("looks", declaration_of([Look]))
    assert [not refuses] * 2 == ["VectorIndexes" in each for each in client.made]
    assert len(no_pauses) == 2 * (not refuses)
    with pytest.raises(ClientError, match="LimitExceededException"):
        pydamo._create("refused", declaration_of([Cup]))
