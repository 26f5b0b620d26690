"""The fixture of the pytest plugin: which models it takes, and what it knows of requests and faults."""

from collections.abc import Iterator
from typing import Annotated, Any

from typing_extensions import reveal_type

from pydamodb import AsyncPrimaryKeyModel, Attr, PartitionKey, PrimaryKeyAndSortKeyModel, PrimaryKeyModel, SortKey
from pydamodb.testing import Faults, Pydamo, Requests, SentRequest, engine


class Customer(PrimaryKeyModel[str]):
    id: Attr[Annotated[str, PartitionKey]]


class Order(PrimaryKeyAndSortKeyModel):
    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]


class Later(AsyncPrimaryKeyModel[str]):
    id: Attr[Annotated[str, PartitionKey]]


class Other:
    id: str = ""


def right(pydamo: Pydamo, models: list[type[PrimaryKeyModel[Any]]]) -> None:
    pydamo.tables_for(Customer, Order, Later)
    pydamo.tables_for(*models)
    reveal_type(pydamo.requests.of("Query"))  # R: int
    reveal_type(pydamo.requests.operations)  # R: list[str]
    reveal_type(pydamo.faults.unmet())  # R: list[str]
    reveal_type(pydamo.is_moto)  # R: bool
    reveal_type(pydamo.url)  # R: str | None
    bodies: list[dict[str, Any]] = pydamo.requests.bodies("PutItem")
    request: SentRequest = next(iter(pydamo.requests))
    requests: Requests = pydamo.requests
    faults: Faults = pydamo.faults
    faults.throttle()
    faults.conflict("PutItem")
    faults.lost_answer("UpdateItem", times=2)
    faults.unprocessed(times=3)
    print(request.operation, requests, len(requests), bodies)


def wider() -> Iterator[Pydamo]:
    with engine() as pydamo:
        yield pydamo
    with engine("http://127.0.0.1:8000") as pydamo:
        yield pydamo


def wrong(pydamo: Pydamo, customer: Customer, request: SentRequest) -> None:
    pydamo.tables_for([Customer, Order])  # E
    pydamo.tables_for(customer)  # E
    pydamo.tables_for(Other)  # E
    pydamo.table("customers")  # E
    pydamo.requests.of(Customer)  # E
    pydamo.requests.count("Query")  # E
    pydamo.faults.throttle("PutItem", 2)  # E
    pydamo.faults.throttle(times="2")  # E
    pydamo.faults.timeout()  # E
    request.operation = "Query"  # E
    engine(8000)  # E
