"""An engine for a test, from its start to its end: nothing of it is left."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import boto3
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError
from botocore.httpsession import URLLib3Session

from pydamodb._client.direct.clients import DirectClient, transport_of
from pydamodb._core.config import AsyncTable, PydamoConfig, TableSource, aiobotocore
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.table_declarations import TableDeclaration, is_settled
from pydamodb._models.base import DynamoModel
from pydamodb._testing.bindings import Bindings
from pydamodb._testing.clients import KEY, Place, open_direct, open_resource
from pydamodb._testing.faults import Faults
from pydamodb._testing.recorded import Requests
from pydamodb._testing.transports import Way, way_of
from pydamodb._testing.watching import Watch

ENGINE, ENDPOINT = "PYDAMODB_TEST_ENGINE", "AWS_ENDPOINT_URL_DYNAMODB"
REGION = "AWS_DEFAULT_REGION"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": KEY,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PROFILE": None,
    "AWS_DEFAULT_PROFILE": None,
    "AWS_SESSION_TOKEN": None,
}
_PAUSE = 0.1  # seconds
_ASYNC_CLIENTS = "pydamodb._testing.async_clients"


class Pydamo:
    """An imitation of DynamoDB for a test: the fixture `pydamo`.

    Attributes:
        requests: The requests that the models have sent.
        faults: Faults for the next requests of the models.
        url: The address of the engine, None for moto.
    """

    def __init__(self, place: Place, carry_out: Callable[[Any], Any], leave_out: Callable[[Any], None]) -> None:
        self.url: str | None = place.url
        self._place = place
        self._resource = open_resource(place)  # of the models
        self._own = open_resource(place, retries={"max_attempts": 0})  # neither seen nor disturbed
        known = frozenset[str](self._resource.meta.client.meta.service_model.operation_names)
        self.requests: Requests = Requests(known)
        self.faults: Faults = Faults(known)
        self._carry_out = carry_out
        self._leave_out = leave_out
        self._watch = Watch(self.requests, self.faults)
        self._watch.attach(self._resource.meta.client, None if self.is_moto else carry_out)
        self._bindings = Bindings(self._create, self._source_of)
        self._made: list[str] = []
        self._direct: DirectClient | None = None
        self._asynchronous: Any = None
        self._has_vectors: bool | None = None
        self._sources: dict[tuple[str, Way], TableSource] = {}

    @property
    def is_moto(self) -> bool:
        """Whether the engine is moto, which differs from DynamoDB in places."""
        return self.url is None

    def tables_for(self, *models: type[DynamoModel]) -> None:
        """Make the tables of models from what they declare, and let the models use them until the test ends.

        Subclasses are among the models. Those of another table get a table of their own. The names of the tables are
        unique. Only keys and indexes are made: nothing expires in a test. Engines without vector search make no vector
        indexes.

        A model sends by the transport of its configuration: boto3, the direct transport, or aiobotocore.

        Args:
            models: Synchronous and asynchronous models. Models of one table belong in one call.

        Raises:
            InvalidRequestError: An argument is no model.
            ConfigurationError: A model does not declare its keys, models of one table contradict each other, the engine
                does not answer, or the transport of a model is not installed.
        """
        self._bindings.bind(models)

    def table(self, model: type[DynamoModel]) -> Any:
        """Return the boto3 Table of a model, to look at its items as they are stored.

        Requests that the table sends are neither recorded nor disturbed.

        Raises:
            InvalidRequestError: The argument is no model.
            ConfigurationError: The model has no table in this test.
        """
        return self._own.Table(self._bindings.table_of(model))

    def close(self) -> None:
        """Give the models their tables back, and delete the tables of the test. The block of the engine does this."""
        self._bindings.undo()
        for name in self._made:
            self._delete(name)
        for each in (self._resource, self._own):
            each.meta.client.close()
        if self._direct is not None:
            self._direct.close()

    def _delete(self, name: str) -> None:
        try:
            self._own.meta.client.delete_table(TableName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":  # the test may have deleted it
                raise

    def _create(self, name: str, declaration: TableDeclaration) -> None:
        client = self._own.meta.client
        if self._has_vectors is False or self.is_moto:
            declaration = declaration.without_vectors()
        try:
            client.create_table(TableName=name, **declaration.parameters())
        except EndpointConnectionError:
            message = f"no DynamoDB answers at {self.url}: start it, or choose another engine, --dynamodb=moto"
            raise ConfigurationError(message) from None
        except (ClientError, ParamValidationError):  # of DynamoDB Local, of an old botocore
            if not declaration.schema.vectors:
                raise
            self._has_vectors = False
            self._create(name, declaration)
            return
        self._made.append(name)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        while not is_settled(client.describe_table(TableName=name)["Table"]):  # its vector indexes are made later
            time.sleep(_PAUSE)

    def _source_of(self, name: str, config: PydamoConfig, is_asynchronous: bool) -> TableSource:  # noqa: FBT001
        way = way_of(config, is_asynchronous=is_asynchronous)
        if (name, way) not in self._sources:
            make = {"boto3": self._resource.Table, "direct": self._direct_source, "aiobotocore": self._async_source}
            self._sources[name, way] = make[way](name)
        return self._sources[name, way]

    def _direct_source(self, name: str) -> TableSource:
        if self._direct is None:
            self._direct = open_direct(self._place)
            transport = transport_of(self._direct)
            self._leave_out(transport.client)
            self._watch.attach_direct(transport, self._carry_out, is_moto=self.is_moto)
        return self._direct.table(name)

    def _async_source(self, name: str) -> TableSource:
        if find_spec("aiobotocore") is None:
            raise ConfigurationError(f'asynchronous models with transport="boto3" need {aiobotocore()}')
        if self._asynchronous is None:
            carry = self._carry_on_moto if self.is_moto else self._carry_to_server
            make = import_module(_ASYNC_CLIENTS).AsyncClients
            self._asynchronous = make(self._place, self._watch, carry, self._leave_out)
        clients = self._asynchronous

        async def open_table() -> AsyncTable:
            return AsyncTable(await clients.of_running_loop(), name)

        return open_table

    async def _carry_on_moto(self, request: Any) -> Any:
        return self._carry_out(request)  # in this thread, as moto's operations are not atomic

    async def _carry_to_server(self, request: Any) -> Any:
        return await asyncio.to_thread(self._carry_out, request)


@contextmanager
def engine(name: str | None = None) -> Generator[Pydamo, None, None]:
    """Run an engine for a block, such as that of a fixture of a wider scope than a test.

    In the block, the environment has made-up credentials, so that what does not use the tables of the test reaches
    nothing.

    Args:
        name: "moto", or the address of a server. Without it, the engine of the run: what `--dynamodb` says,
            PYDAMODB_TEST_ENGINE, AWS_ENDPOINT_URL_DYNAMODB, or moto.

    Raises:
        ConfigurationError: There is no such engine, or moto is not installed.
    """
    chosen = name or os.environ.get(ENGINE) or os.environ.get(ENDPOINT) or "moto"
    url = None if chosen == "moto" else chosen
    if url is not None and not url.startswith(("http://", "https://")):
        raise ConfigurationError(f'the engine is "moto" or the address of a server, http://...: got {chosen!r}')
    with ExitStack() as stack:
        place = Place(url, os.environ.get(REGION) or "us-east-1")
        stack.enter_context(_environment({**_ENVIRONMENT, ENDPOINT: url, REGION: place.region}))
        if url is None:
            moto = _moto()
            stack.enter_context(moto.start())
            pydamo = Pydamo(place, moto.carry_out, moto.leave_out)
        else:
            stack.enter_context(_new_default_session())
            session: Any = URLLib3Session()
            stack.callback(session.close)
            pydamo = Pydamo(place, session.send, lambda _: None)
        stack.callback(pydamo.close)
        yield pydamo


def _moto() -> Any:
    """Return our module with moto."""
    try:
        return import_module("pydamodb._testing.moto_engine")
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "pydamodb":
            raise
        remedy = 'pip install "moto[dynamodb]", or choose a server, --dynamodb=http://127.0.0.1:8000'
        raise ConfigurationError(f"the engine moto is not installed ({error.name} is missing): {remedy}") from None


@contextmanager
def _environment(changes: Mapping[str, str | None]) -> Generator[None, None, None]:
    """Change the environment for a block. None is no variable."""
    before = {name: os.environ.get(name) for name in changes}
    _set_environment(changes)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def _new_default_session() -> Generator[None, None, None]:
    """Let boto3 make a new default session in a block, as moto does: the one before may have real credentials."""
    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, None
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = before
