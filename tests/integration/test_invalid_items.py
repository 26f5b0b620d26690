"""Items that do not fit their model: which one it is, by every read, and reads that leave it out or replace it."""

import traceback
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator
from pydantic import ValidationError as PydanticValidationError

from pydamodb import (
    ConditionCheckFailedError,
    InvalidItemError,
    InvalidRequestError,
    OperationError,
    PydamoConfig,
    UnprocessedItemsError,
)

# Made at run time, because a traceback shows the lines of the program.
SECRET = "s2retnuh"[::-1]


def checked(value):
    """Raise what validators should not raise."""
    if value == f"unknown {SECRET}":
        raise KeyError(value)
    if value == f"deep {SECRET}":
        return checked(value)
    return value


def refuse_status(value):
    """Refuse a value with a text that shows it."""
    if value == SECRET:
        raise ValueError(f"{value!r} is no status")
    return value


class Summary(BaseModel):
    """A smaller model."""

    number: int
    total: Decimal


class Total(BaseModel):
    """A smaller model without any key."""

    total: Decimal


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table with indexes, one of which has keys only."""
    return make_table(
        "customer",
        "number",
        types={"number": "N", "rank": "N"},
        global_indexes={"rank-index": ("shelf", "rank"), "keys-index": ("shelf", "number")},
        local_indexes={"local-index": "rank"},
        includes={"keys-index": []},
    )


@pytest.fixture(scope="module")
def Order(PrimaryKeyAndSortKeyModel, table):
    """Define a model with validators that raise anything, and save five orders."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        customer: str
        number: int
        total: Decimal = Decimal(0)
        shelf: str = "s"
        rank: int = 0
        note: Annotated[str, BeforeValidator(checked)] = ""
        status: Annotated[str, AfterValidator(refuse_status)] = ""
        limit: Annotated[int, Field(ge=0)] = 0
        hidden: str = ""

        @model_validator(mode="after")
        def _sells(self):
            if self.status == "shown":
                raise ValueError(f"{self.hidden} is not sold")
            return self

    for number in range(5):
        Order(customer="ann", number=number, rank=number).save()
    return Order


BAD = {
    "another type": {"total": SECRET},
    "a text that shows the value": {"status": SECRET},
    "a text that shows another value": {"status": "shown", "hidden": SECRET},
    "a KeyError": {"note": f"unknown {SECRET}"},
    "a RecursionError": {"note": f"deep {SECRET}"},
    "another data type": {"note": {SECRET}},
}
KEY = {"customer": "ann", "number": 22}


@pytest.fixture(params=BAD.values(), ids=[*BAD])
def bad(request, table):
    """Store an item that does not fit, between the others."""
    yield store(table, **request.param)
    table.delete_item(Key=KEY)


@pytest.fixture
def wrong(table):
    """Store the simplest of these items."""
    yield store(table, total=SECRET)
    table.delete_item(Key=KEY)


def store(table, **values):
    """Store an item as somebody else may do, in the middle of the orders by rank."""
    item = {**KEY, "shelf": "s", "rank": 2, **values}
    table.put_item(Item=item)
    return item


def readings(Order, transact_get):
    """Return all reads, by the names of their operations."""
    by_rank = {"index_name": "rank-index"}
    return {
        "GetItem": [lambda: Order.get_item("ann", 22)],
        "Query": [
            lambda: Order.query("ann"),
            lambda: Order.query("ann", scan_index_forward=False, limit=1),
            lambda: Order.query_all("ann"),
            lambda: [*Order.query_iter("ann", page_size=2)],
            lambda: Order.query("s", **by_rank),
            lambda: Order.query("ann", index_name="local-index"),
            lambda: Order.query_all("s", **by_rank),
            lambda: [*Order.query_iter("s", **by_rank)],
        ],
        "Scan": [
            Order.scan,
            Order.scan_all,
            lambda: Order.scan_all(total_segments=3),
            lambda: [*Order.scan_iter(page_size=1)],
            lambda: Order.scan(**by_rank),
        ],
        "BatchGetItem": [
            lambda: Order.batch_get([("ann", 1), ("ann", 22)]),
            lambda: Order.batch_get([("ann", 22), ("ann", 22)]),
        ],
        "TransactGetItems": [lambda: transact_get(Order.key("ann", 22), Order.key("ann", 1))],
        "UpdateItem": [
            lambda: Order.update_item("ann", 22, updates=[Order.attr.rank.set(2)], return_values="ALL_NEW"),
            lambda: Order.update_item("ann", 22, updates=[Order.attr.rank.set(2)], return_values="ALL_OLD"),
            lambda: Order(customer="ann", number=22).update(updates=[Order.attr.rank.set(2)]),
        ],
    }


def failure_of(read):
    """Return the error of a read."""
    with pytest.raises(InvalidItemError) as caught:
        read()
    return caught.value


def test_every_read_says_which_item_does_not_fit(Order, table, bad, transact_get):
    """The key, the table, the model, the operation and the item; and no value of the item but those of the key."""
    stored = {name: {"N" if type(value) is int else "S": str(value)} for name, value in bad.items()}
    if "note" in bad and isinstance(bad["note"], set):
        stored["note"] = {"SS": [SECRET]}
    for operation, reads in readings(Order, transact_get).items():
        for read in reads:
            error = failure_of(read)
            assert (KEY, table.name, "Order", operation, stored) == (
                error.key,
                error.table_name,
                "Order",
                error.operation,
                error.item,
            )
            start = f"{operation} of Order on table '{table.name}': the item with the key {KEY} does not fit the model:"
            assert (True, operation == "UpdateItem") == (
                str(error).startswith(start),
                str(error).endswith(" The update was made."),
            )
            chain = "".join(traceback.format_exception(error))
            assert [] == [line for line in (*chain.splitlines(), repr(error.__cause__)) if SECRET in line.lower()]


def test_the_cause_is_pydantics_error_without_its_input(Order, wrong):
    """Its places, types and messages are kept."""
    error = failure_of(lambda: Order.get_item("ann", 22))
    assert isinstance(error, OperationError)
    assert isinstance(error.__cause__, PydanticValidationError)
    (problem,) = error.__cause__.errors()
    assert {
        "type": "decimal_parsing",
        "loc": ("total",),
        "msg": "Input should be a valid decimal",
        "input": None,
    } == problem
    assert "does not fit the model: Input should be a valid decimal (at .total)." in str(error)


def test_the_message_counts_the_other_problems(Order, table):
    """It shows the first."""
    store(table, total=SECRET, limit=-1, note=5)
    error = failure_of(lambda: Order.get_item("ann", 22))
    table.delete_item(Key=KEY)
    assert "Input should be a valid decimal (at .total); 2 more problems." in str(error)


def test_what_else_a_validator_raises_is_named_with_its_place(Order, table):
    """Its text may show a value."""
    store(table, note=f"unknown {SECRET}")
    error = failure_of(lambda: Order.query_all("ann"))
    table.delete_item(Key=KEY)
    chain = "".join(traceback.format_exception(error))
    assert (True, "KeyError (its text may show a value, so it is left out)", True) == (
        str(error).endswith("does not fit the model: a validator raises KeyError."),
        str(error.__cause__),
        "in checked" in chain,
    )


@pytest.mark.synchronous
def test_an_interrupt_is_not_an_error_of_an_item(PrimaryKeyAndSortKeyModel, table):
    """Nor is a lack of memory."""

    def interrupted(value):
        raise {"stop": KeyboardInterrupt, "full": MemoryError}[value]

    class Interrupted(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)
        customer: str
        number: int
        note: Annotated[str, BeforeValidator(interrupted)]

    for note, kind in (("stop", KeyboardInterrupt), ("full", MemoryError)):
        table.put_item(Item={"customer": "bob", "number": 1, "note": note})
        with pytest.raises(kind):
            Interrupted.query_all("bob", on_invalid=lambda _: None)
    table.delete_item(Key={"customer": "bob", "number": 1})


# --- projections and indexes ---


def test_a_projection_is_named_with_the_key(Order, table, wrong):
    """What it does not read is known from the request, or missing and named."""
    start = f" of Order on table '{table.name}': "
    known = "the item with the key {} does not fit the projection {}: Input should be a valid decimal (at .total)."
    no_key = known.replace("the item with the key {}", "an item")
    unread = " To see the whole key, add 'number' to the projection."
    neither = unread.replace("'number'", "'customer', 'number'")
    of_customer = unread.replace("'number'", "'customer'")
    ann = {"customer": "ann"}
    cases = [
        (lambda: Order.get_item("ann", 22, projection=Total), "GetItem", KEY, "Total", ""),
        (lambda: Order.batch_get([("ann", 22)], projection=Total), "BatchGetItem", KEY, "Total", ""),
        (lambda: Order.query_all("ann", projection=Summary), "Query", KEY, "Summary", ""),
        (lambda: Order.query("ann", projection=Total), "Query", ann, "Total", unread),
        (lambda: Order.scan_all(projection=Summary), "Scan", {"number": 22}, "Summary", of_customer),
    ]
    for read, operation, key, projection, note in cases:
        error = failure_of(read)
        assert (key, f"{operation}{start}{known.format(key, projection)}{note}") == (error.key, str(error))
    error = failure_of(lambda: Order.scan_all(projection=Total))
    assert ({}, f"Scan{start}{no_key.format('Total')}{neither}") == (error.key, str(error))


def test_an_index_that_has_keys_only_is_read_with_the_key_of_the_table(PrimaryKeyAndSortKeyModel, table, Order, wrong):
    """The key finds the item in the table."""

    class Keyed(BaseModel):
        shelf: int

    error = failure_of(lambda: Order.query("s", index_name="keys-index", projection=Keyed))
    stored = {"shelf": {"S": "s"}}
    assert ({}, stored) == (error.key, error.item)

    class Keys(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)
        customer: Annotated[str, Field(max_length=2)]
        number: int
        shelf: str

    error = failure_of(lambda: Keys.query_all("s", index_name="keys-index"))
    assert ("ann", {"customer", "number", "shelf"}) == (error.key["customer"], {*error.item})


# --- updates and conditions ---


def test_changed_values_that_do_not_fit_are_an_error_of_the_item(Order, table, wrong):
    """The place starts with the field; the values are those that DynamoDB returned."""
    updates = [Order.attr.limit.add(-1), Order.attr.hidden.set(SECRET)]
    error = failure_of(lambda: Order.update_item("ann", 22, updates=updates, return_values="UPDATED_NEW"))
    expected = "Input should be greater than or equal to 0 (at .limit). The update was made."
    assert (KEY, {"limit": {"N": "-1"}, "hidden": {"S": SECRET}}, expected) == (
        error.key,
        error.item,
        str(error)[-len(expected) :],
    )


def test_an_instance_keeps_its_values_if_the_updated_item_does_not_fit(Order, table, wrong):
    """The update was made, and the error has the item."""
    order = Order(customer="ann", number=22, total=Decimal(5))
    error = failure_of(lambda: order.update(updates=[Order.attr.rank.set(7)]))
    assert (Decimal(5), 0, {"N": "7"}) == (order.total, order.rank, error.item["rank"])


def test_the_error_of_a_failed_condition_comes_first(Order, bad):
    """Its item is None if that does not fit."""
    with pytest.raises(ConditionCheckFailedError) as caught:
        Order(customer="ann", number=22).save(condition=Order.attr.rank == 99, return_item_on_failure=True)
    assert None is caught.value.item


# --- on_invalid ---


def many_readings(Order, transact_get):
    """Return the reads of many items; each takes a function and returns the numbers of the orders."""

    def numbers(orders: Any) -> list[Any]:
        return sorted(order.number for order in orders if order is not None)

    keys = [("ann", number) for number in (0, 1, 22, 2, 3, 4)]
    by_rank = {"index_name": "rank-index"}
    return {
        "query": lambda f: numbers(Order.query("ann", on_invalid=f).items),
        "query_all": lambda f: numbers(Order.query_all("ann", on_invalid=f)),
        "query_iter": lambda f: numbers(Order.query_iter("ann", page_size=2, on_invalid=f)),
        "an index": lambda f: numbers(Order.query_all("s", **by_rank, on_invalid=f)),
        "a projection": lambda f: numbers(Order.query_all("ann", projection=Summary, on_invalid=f)),
        "scan": lambda f: numbers(Order.scan(on_invalid=f).items),
        "scan_all": lambda f: numbers(Order.scan_all(on_invalid=f)),
        "segments": lambda f: numbers(Order.scan_all(total_segments=3, on_invalid=f)),
        "scan_iter": lambda f: numbers(Order.scan_iter(page_size=2, on_invalid=f)),
        "a scanned index": lambda f: numbers(Order.scan_all(**by_rank, on_invalid=f)),
        "batch_get": lambda f: numbers(Order.batch_get(keys, on_invalid=f)),
        "transact_get": lambda f: numbers(transact_get(*(Order.key(*key) for key in keys), on_invalid=f)),
    }


def test_reads_of_many_items_leave_out_what_does_not_fit(Order, wrong, transact_get):
    """The function sees the error of the item, once; all other items are returned."""
    for name, read in many_readings(Order, transact_get).items():
        seen: list[InvalidItemError] = []
        found = read(seen.append)
        assert (name, [0, 1, 2, 3, 4], [22]) == (name, found, [error.key["number"] for error in seen])


def test_reads_of_many_items_take_what_validators_raise(Order, bad):
    """Whatever is wrong with the item."""
    seen: list[InvalidItemError] = []
    assert [0, 1, 2, 3, 4] == [order.number for order in Order.query_all("ann", on_invalid=seen.append)]
    assert [KEY] == [error.key for error in seen]


def test_reads_of_many_items_take_a_replacement(Order, wrong, transact_get):
    """In the place of the item."""

    def repaired(error: InvalidItemError) -> Any:
        model = Summary if "shelf" not in error.item else Order
        return model.model_validate({**error.key, "total": 0})

    for name, read in many_readings(Order, transact_get).items():
        assert (name, [0, 1, 2, 3, 4, 22]) == (name, read(repaired))


def test_the_function_is_not_called_if_all_items_fit(Order, transact_get, request):
    """It costs nothing then."""
    for read in many_readings(Order, transact_get).values():
        assert [0, 1, 2, 3, 4] == read(lambda error: pytest.fail(str(error)))


def test_missing_items_and_those_left_out_are_none_in_the_order_of_the_keys(Order, wrong, transact_get):
    """As in every read by keys."""
    keys = [("ann", 1), ("ann", 22), ("ann", 99), ("ann", 2), ("ann", 22)]
    expected = [1, None, None, 2, None]
    found = Order.batch_get(keys, on_invalid=lambda _: None)
    assert expected == [order and order.number for order in found]
    found = transact_get(*(Order.key(*key) for key in keys), on_invalid=lambda _: None)
    assert expected == [order and order.number for order in found]


def test_a_page_that_loses_items_keeps_its_cursor(Order, wrong):
    """Its limit counts what was evaluated, as for a filter."""
    options = {"index_name": "rank-index", "on_invalid": lambda _: None}
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = Order.query("s", limit=2, exclusive_start_key=cursor, **options)
        found += [order.number for order in page.items]
        cursor, pages = page.cursor, pages + 1
    assert ([0, 1, 2, 3, 4], True) == (sorted(found), pages in {3, 4})


@pytest.mark.parametrize("page_size", [None, 1, 2, 3])
@pytest.mark.parametrize("max_items", [1, 2, 3, 4, 5, 6])
def test_an_iterator_counts_what_it_returns(Order, wrong, page_size, max_items):
    """It reads on for each item that is left out, and does not look at items beyond."""
    seen: list[InvalidItemError] = []
    options = {"page_size": page_size, "max_items": max_items, "on_invalid": seen.append}
    found = [order.rank for order in Order.query_iter("ann", index_name="local-index", **options)]
    assert ([0, 1, 2, 3, 4][:max_items], True) == (found, len(seen) <= (max_items > 2))
    condition = Order.attr.shelf == "s"
    assert found == [
        order.rank for order in Order.query_iter("ann", index_name="local-index", filter_condition=condition, **options)
    ]


def test_a_function_may_raise(Order, wrong, transact_get):
    """Its own error, or the one that it received, without others in the chain."""

    def fail(_: InvalidItemError) -> Any:
        raise LookupError

    def pass_on(error: InvalidItemError) -> Any:
        raise error

    for read in many_readings(Order, transact_get).values():
        with pytest.raises(LookupError) as caught:
            read(fail)
        assert None is caught.value.__context__
        assert KEY["number"] == failure_of(lambda read=read: read(pass_on)).key["number"]


async def asynchronous(_: InvalidItemError) -> None:
    """Nobody would await this."""


def asynchronous_of(error: InvalidItemError) -> Any:
    """Return something to await."""
    return asynchronous(error)


def test_something_else_than_a_plain_function_is_refused(Order, table, wrong, transact_get, requests_of):
    """Before anything is sent."""
    Order.get_item("ann", 1)
    for read in many_readings(Order, transact_get).values():
        for given, what in ((asynchronous, "is an async function"), ("skip", "is a value of type str")):
            with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
                read(given)
            assert (True, []) == (f"of Order: on_invalid {what}" in str(caught.value), requests)


def test_a_function_that_returns_something_else_is_refused(Order, wrong, transact_get):
    """What it returns would be taken for a model."""
    wanted = "returns an instance of the model that is read, or None to leave the item out"
    for read in many_readings(Order, transact_get).values():
        for given, kind in (
            (lambda _: True, "bool"),
            (lambda error: error.item, "dict"),
            (asynchronous_of, "coroutine"),
        ):
            with pytest.raises(InvalidRequestError) as caught:
                read(given)
            assert (True, True) == (
                f"on_invalid returned a value of type {kind};" in str(caught.value),
                str(caught.value).endswith(wanted),
            )


def test_what_a_batch_has_read_before_it_gives_up_is_without_what_was_left_out(
    Order, table, wrong, answered, no_pauses
):
    """The error of the batch has the models that were read."""
    asked = []

    def answer(body):
        asked.append(body)
        (keys,) = (each["Keys"] for each in body["RequestItems"].values())
        items = [{**key, "total": {"S": SECRET}} if key["number"]["N"] == "22" else key for key in keys[:2]]
        left = {table.name: {"Keys": keys[2:] if len(asked) == 1 else keys}}
        return 200, {"Responses": {table.name: items if len(asked) == 1 else []}, "UnprocessedKeys": left}

    with answered(table, "BatchGetItem", answer), pytest.raises(UnprocessedItemsError) as caught:
        Order.batch_get([("ann", 1), ("ann", 22), ("ann", 3)], on_invalid=lambda _: None)
    assert ([1], [3]) == (
        [order.number for order in caught.value.items],
        [key["number"] for key in caught.value.keys],
    )
