"""What is made of replies and failures for observers, where no engine is needed."""

from __future__ import annotations

import pickle
from contextvars import copy_context
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from pydamodb import ConfigurationError, DirectClient, PydamoConfig, collect
from pydamodb._client.observing import Observation
from pydamodb._core.observed import ConsumedCapacity, RequestEnded, RequestStarted, capacities_of
from pydamodb._core.watching import CAPACITY_LEVELS, Watch
from pydamodb._operations.requests import Request, RequestFailed


def table(name: str = "orders", **watch: Any) -> Any:
    """Return what an observation needs of a model and its table."""
    observers = tuple(watch.get(each) for each in ("on_request", "of_client") if watch.get(each) is not None)
    return SimpleNamespace(table_name=name, model_name=name.title(), watch=Watch(observers, watch.get("capacity")))


def test_the_capacity_of_a_reply_is_read_with_its_indexes() -> None:
    """One table, as in the reply to a write."""
    entry = {
        "TableName": "orders",
        "CapacityUnits": 5.0,
        "WriteCapacityUnits": 5.0,
        "Table": {"CapacityUnits": 2.0},
        "GlobalSecondaryIndexes": {"by-status": {"CapacityUnits": 2.0}},
        "LocalSecondaryIndexes": {"by-date": {"CapacityUnits": 1.0}},
    }
    expected = ConsumedCapacity("orders", 5.0, None, 5.0, 2.0, {"by-date": 1.0, "by-status": 2.0})
    assert (expected,) == capacities_of({"ConsumedCapacity": entry})


@pytest.mark.parametrize("reply", [{}, {"ConsumedCapacity": None}, {"ConsumedCapacity": []}])
def test_a_reply_without_capacity_has_none(reply: dict[str, Any]) -> None:
    """It was not asked for, or the engine does not say it."""
    assert () == capacities_of(reply)


def test_a_capacity_of_another_form_is_left_out() -> None:
    """Engines imitate DynamoDB; the request has done its work, whatever they say of its costs."""
    odd = [
        {"CapacityUnits": "1", "ReadCapacityUnits": None, "Table": 3, "LocalSecondaryIndexes": None},
        {
            "TableName": "orders",
            "CapacityUnits": 2,
            "GlobalSecondaryIndexes": {"a": 1, "b": {}, "c": {"CapacityUnits": 1}},
        },
        None,
        "x",
    ]
    expected = (
        ConsumedCapacity("", 0.0),
        ConsumedCapacity("orders", 2.0, index_units={"a": 0.0, "b": 0.0, "c": 1.0}),
    )
    assert expected == capacities_of({"ConsumedCapacity": odd})
    assert [(), ()] == [capacities_of({"ConsumedCapacity": each}) for each in ("x", 3)]


class Later:
    """An object whose method is asynchronous."""

    async def __call__(self, ended: RequestEnded) -> None:
        """Do nothing."""


class EndsLater:
    """An observer whose end is asynchronous."""

    def start(self, started: RequestStarted) -> None:
        """Do nothing."""

    async def end(self, state: None, ended: RequestEnded) -> None:
        """Do nothing."""


@pytest.mark.parametrize("on_request", [Later().__call__, Later(), EndsLater(), partial(Later().__call__)])
def test_an_asynchronous_observer_is_refused(on_request: Any) -> None:
    """Nobody would await it: it would never run."""
    for make in (PydamoConfig, DirectClient):
        options = {"table": "orders"} if make is PydamoConfig else {}
        with pytest.raises(ConfigurationError, match=rf"^{make.__name__}\(.*takes no asynchronous function, as nobody"):
            make(**options, on_request=on_request)


@pytest.mark.parametrize("levels", [("TOTAL", "INDEXES"), ("INDEXES", None), ("INDEXES", "TOTAL")])
def test_a_request_on_several_tables_asks_for_the_most_that_one_of_them_wants(levels: Any) -> None:
    """A transaction is one request, whatever its models are configured for."""
    request = Request("TransactWriteItems", {"TransactItems": []}, tuple(table(capacity=level) for level in levels))
    Observation(request)
    assert "INDEXES" == request.payload["ReturnConsumedCapacity"]
    assert ("TOTAL", "INDEXES") == CAPACITY_LEVELS


def test_an_observer_of_several_tables_is_told_once() -> None:
    """The tables of a transaction often share their configuration."""
    ended: list[RequestEnded] = []
    tables = tuple(table(name, on_request=ended.append) for name in ("orders", "customers"))
    with Observation(Request("TransactWriteItems", {"TransactItems": [{"Put": {}}, {"ConditionCheck": {}}]}, tables)):
        pass
    assert [(("orders", "customers"), ("Orders", "Customers"), 1)] == [
        (each.table_names, each.model_names, each.item_count) for each in ended
    ]


class Nested:
    """An observer that writes down its starts and ends."""

    def __init__(self, name: str, told: list[str]) -> None:
        self._name, self._told = name, told

    def start(self, _: RequestStarted) -> str:
        """Write it down."""
        self._told.append(f"start {self._name}")
        return f"end {self._name}"

    def end(self, state: str, _: RequestEnded) -> None:
        """Write down what the start returned."""
        self._told.append(state)


def test_observers_of_a_configuration_and_of_its_client_are_nested() -> None:
    """What the first one starts ends last, as spans do."""
    told: list[str] = []
    both = table(on_request=Nested("configuration", told), of_client=Nested("client", told))
    with Observation(Request("GetItem", {}, (both,))):
        told.append("request")
    assert ["start configuration", "start client", "request", "end client", "end configuration"] == told


def test_a_request_that_nobody_watches_is_not_described() -> None:
    """A batch or transaction is looked at only for its tables."""
    observation = Observation(Request("TransactGetItems", {}, (table(), table("customers"))))
    with observation:
        pass
    assert [] == observation.observers


def test_a_request_without_a_reply_is_told_with_the_name_of_its_exception() -> None:
    """No code and no status are known; the time and the attempts are."""
    ended: list[RequestEnded] = []
    request = Request("GetItem", {}, (table(on_request=ended.append),))
    lost = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
    observation = Observation(request)
    observation.attempts = 3
    with pytest.raises(RequestFailed), observation:
        raise RequestFailed(request, None, "lost", lost)
    assert [("EndpointConnectionError", None, None, None, 3)] == [
        (each.error_type, each.error_code, each.status_code, each.item_count, each.attempts) for each in ended
    ]


def test_an_interrupted_request_is_told_too() -> None:
    """A cancelled task, or Ctrl-C, ends a request."""
    ended: list[RequestEnded] = []
    request = Request("GetItem", {}, (table(on_request=ended.append),))
    with pytest.raises(KeyboardInterrupt), Observation(request):
        raise KeyboardInterrupt
    assert ["KeyboardInterrupt"] == [each.error_type for each in ended]


def test_sums_of_a_request_on_two_tables_count_for_each_of_them() -> None:
    """The total counts it once."""
    observation = Observation(Request("TransactGetItems", {}, (table(), table("customers"))))
    observation.attempts = 1
    with collect() as collected, observation:
        pass
    assert 1 == collected.total.requests
    assert {"orders": 1, "customers": 1} == {name: each.requests for name, each in collected.by_table.items()}
    assert repr(collected) == f"Collected({collected.total})"


def test_a_block_ends_in_the_context_that_it_began_in() -> None:
    """A generator that is closed elsewhere cannot end the block: the error says so."""
    block = collect()
    copy_context().run(block.__enter__)
    with pytest.raises(ConfigurationError, match="another context"):
        block.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"on_request": 3}, "takes a function, or an object with the methods start and end, got int"),
        ({"return_consumed_capacity": "ALL"}, 'takes "TOTAL" or "INDEXES", got \'ALL\''),
        ({"return_consumed_capacity": True}, 'takes "TOTAL" or "INDEXES", got True'),
    ],
)
def test_a_wrong_setting_is_refused_with_the_configuration(options: dict[str, Any], problem: str) -> None:
    """The error says what the parameter takes."""
    with pytest.raises(ConfigurationError) as caught:
        PydamoConfig(table="orders", **options)
    assert problem in str(caught.value)


def test_what_observers_get_can_be_pickled_and_compared() -> None:
    """They are plain values, for queues and tests."""
    ended: list[RequestEnded] = []
    with Observation(Request("GetItem", {"Limit": 3}, (table(on_request=ended.append),))):
        pass
    assert ended == pickle.loads(pickle.dumps(ended))  # noqa: S301 - our own
