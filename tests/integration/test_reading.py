"""Queries, scans, iterators, counts, projections and cursors against the engine."""

# ruff: noqa: RUF012 - the fields of models have defaults

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, computed_field

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    GlobalIndex,
    IndexNotFoundError,
    InvalidConditionError,
    InvalidItemError,
    InvalidRequestError,
    PartitionKey,
    PydamoConfig,
    SortKey,
    ThroughputExceededError,
)
from pydamodb._operations.cursors import CursorScope, cursor_of


class Brief(BaseModel):
    """What some readers need of a measurement."""

    number: int
    day: date
    label: str = ""


class Renamed(BaseModel):
    """Fields by the model's names, with attributes of their own."""

    place: str = Field(alias="where")
    text: str | None = Field(default=None, alias="words")


class Response(BaseModel):
    """Fields that are read from elsewhere than they are written to, as in the responses of a web API."""

    number: int = Field(serialization_alias="measurementNumber")
    place: str = Field(validation_alias=AliasChoices(AliasPath("where", 0), "city"), exclude=True)
    text: str = Field(validation_alias="words")
    tags: set[str] = Field(serialization_alias="labels")


class Tags(BaseModel):
    """A set that is absent where it is empty."""

    tags: set[str]

    @computed_field
    def count(self) -> int:
        """Count them."""
        return len(self.tags)


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table with indexes that have all, some or none of the other attributes."""
    return make_table(
        "place",
        "number",
        types={"number": "N", "value": "N"},
        global_indexes={"day-index": ("day", "value"), "keys-index": ("day", "number"), "some-index": ("day", "place")},
        local_indexes={"value-index": "value", "local-keys-index": "day"},
        includes={"keys-index": [], "some-index": ["value", "words"], "local-keys-index": []},
    )


@pytest.fixture(scope="module")
def Measurement(PrimaryKeyAndSortKeyModel, table):
    """Define a model of that table and save thirty items of three places."""

    class Measurement(PrimaryKeyAndSortKeyModel):
        model_config = ConfigDict(serialize_by_alias=True)

        pydamo_config = PydamoConfig(table=table)

        place: str
        number: int
        day: date
        value: int
        label: str = ""
        text: str | None = Field(default=None, alias="words")
        tags: set[str] = set()
        secret: str = Field(default="", exclude=True)

    with Measurement.batch_writer() as writer:
        for place in ("Bergen", "Oslo", "Tromsø"):
            for number in range(10):
                writer.put(
                    Measurement(
                        place=place,
                        number=number,
                        day=date(2024, 1, 1 + number % 3),
                        value=number * number,
                        label=f"{place} {number}",
                        words="x" * 50,
                        tags={"even"} if number % 2 == 0 else set(),
                    )
                )
    return Measurement


def numbers(items: Any) -> list[int]:
    """Return the numbers of measurements."""
    return [item.number for item in items]


# --- iterators ---


@pytest.mark.parametrize("page_size", [None, 1, 3, 10])
@pytest.mark.parametrize(
    "options", [{}, {"scan_index_forward": False}, {"max_items": 4}, {"max_items": 10}, {"max_items": 99}]
)
def test_a_query_yields_what_query_all_returns(Measurement, page_size, options):
    """Whatever the size of its pages."""
    forward = options.get("scan_index_forward", True)
    expected = Measurement.query_all("Oslo", scan_index_forward=forward)[: options.get("max_items")]
    assert expected == list(Measurement.query_iter("Oslo", page_size=page_size, **options))


def test_pages_are_asked_for_when_they_are_needed(Measurement, table, requests_of):
    """The third item is on the second page."""
    with requests_of(table) as requests:
        items = Measurement.query_iter("Oslo", page_size=2)
        before = list(requests)
        first = numbers(islice(items, 2))
        after_two = list(requests)
        third = next(items).number
    assert ([], [0, 1], ["Query"], 2, ["Query"] * 2) == (before, first, after_two, third, requests)


def test_no_page_is_asked_for_in_vain(Measurement, table, requests_of):
    """Four items are on two pages of three, and the second request asks for one."""
    with requests_of(table) as requests:
        found = numbers(Measurement.query_iter("Oslo", page_size=3, max_items=4))
    assert ([0, 1, 2, 3], ["Query"] * 2) == (found, requests)


def test_a_filter_leaves_out_what_counts_for_no_one(Measurement):
    """Items that the filter leaves out are not among the most that are wanted."""
    attr = Measurement.attr
    assert [5, 6, 7] == numbers(
        Measurement.query_iter("Oslo", filter_condition=attr.value >= 25, page_size=2, max_items=3)
    )


def test_an_iterator_continues_after_a_page(Measurement):
    """With the key or the cursor where it ended."""
    page = Measurement.query("Oslo", limit=4)
    by_key = Measurement.query_iter("Oslo", exclusive_start_key=page.last_evaluated_key)
    by_cursor = Measurement.query_iter("Oslo", exclusive_start_key=page.cursor)
    assert [[4, 5, 6, 7, 8, 9]] * 2 == [numbers(by_key), numbers(by_cursor)]


def alive_at_tenths(seen: list[Any]) -> list[int]:
    """Note how many of the items that were seen are alive, after each tenth."""
    if len(seen) % 10:
        return []
    gc.collect()
    return [sum(each() is not None for each in seen)]


@pytest.mark.synchronous
def test_an_iterator_keeps_no_more_than_pages(Measurement):
    """Items that were handed out and are not kept by the caller are gone: memory is flat."""
    seen: list[Any] = []
    alive: list[int] = []
    for item in Measurement.scan_iter(page_size=3):
        seen.append(weakref.ref(item))
        del item
        alive += alive_at_tenths(seen)
    assert ([], True) == ([count for count in alive if count > 6], len(alive) >= 3)


def test_an_asynchronous_iterator_keeps_no_more_than_pages(Measurement, style, loop):
    """Iterated over in one task, as it is meant."""
    if style == "sync":
        pytest.skip("see above")

    async def iterate() -> list[int]:
        seen: list[Any] = []
        alive: list[int] = []
        items: Any = AsyncPrimaryKeyAndSortKeyModel.scan_iter.__func__(Measurement, page_size=3)
        async for item in items:
            seen.append(weakref.ref(item))
            del item
            alive += alive_at_tenths(seen)
        return alive

    alive = loop.wait(iterate())
    assert ([], True) == ([count for count in alive if count > 6], len(alive) >= 3)


@pytest.mark.parametrize("options", [{"page_size": 0}, {"max_items": 0}, {"page_size": "1"}, {"max_items": True}])
def test_an_iterator_takes_whole_numbers(Measurement, table, requests_of, options):
    """Before anything is sent."""
    with requests_of(table) as requests, pytest.raises(InvalidRequestError, match="is a whole number from 1 on"):
        next(iter(Measurement.query_iter("Oslo", **options)))
    assert [] == requests


# --- scans ---


def keys(items: Any) -> list[tuple[str, int]]:
    """Return the keys of measurements, sorted."""
    return sorted((item.place, item.number) for item in items)


ALL = [(place, number) for place in ("Bergen", "Oslo", "Tromsø") for number in range(10)]


def test_a_scan_reads_all_items(Measurement):
    """By page, all at once, one by one, and counted."""
    pages, start = [], None
    while True:
        page = Measurement.scan(limit=7, exclusive_start_key=start)
        pages += page.items
        start = page.cursor
        if start is None:
            break
    assert (ALL, ALL, ALL, 30) == (
        keys(pages),
        keys(Measurement.scan_all()),
        keys(Measurement.scan_iter(page_size=7)),
        Measurement.scan_count(),
    )


@pytest.mark.parametrize("total_segments", [1, 2, 4, 50])
def test_segments_are_read_at_the_same_time(Measurement, total_segments):
    """Each item is in one of them."""
    assert ALL == keys(Measurement.scan_all(total_segments=total_segments))


def test_segments_of_several_readers_make_the_whole(Measurement):
    """By page and one by one."""
    by_page = [Measurement.scan(segment=segment, total_segments=3).items for segment in range(3)]
    one_by_one = [[*Measurement.scan_iter(segment=segment, total_segments=3, page_size=2)] for segment in range(3)]
    assert (ALL, by_page) == (keys(item for items in by_page for item in items), one_by_one)


def test_a_scan_filters_by_anything(Measurement):
    """Keys of the table too, which a query would select by."""
    attr = Measurement.attr
    condition = (attr.place == "Oslo") & (attr.number >= 8)
    assert ([("Oslo", 8), ("Oslo", 9)], 2) == (
        keys(Measurement.scan_all(filter_condition=condition)),
        Measurement.scan_count(filter_condition=condition),
    )


def test_a_scan_reads_an_index(Measurement):
    """And its items in no order."""
    assert (ALL, 30) == (
        keys(Measurement.scan_iter(index_name="day-index")),
        Measurement.scan_count(index_name="day-index"),
    )


def test_an_error_in_one_segment_stops_all(Measurement, table, failing, no_pauses):
    """It reaches the caller, and nothing goes on behind."""
    with failing(table, "Scan", "ProvisionedThroughputExceededException"), pytest.raises(ThroughputExceededError):
        Measurement.scan_all(total_segments=4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"segment": 1}, "give segment and total_segments together; total_segments is missing"),
        ({"total_segments": 1}, "give segment and total_segments together; segment is missing"),
        ({"segment": 2, "total_segments": 2}, "segment is a whole number from 0 to 1, got 2"),
        ({"segment": -1, "total_segments": 2}, "segment is a whole number from 0 to 1, got -1"),
        ({"segment": 0, "total_segments": 0}, "total_segments is a whole number from 1 to 1,000,000, got 0"),
        ({"segment": 0, "total_segments": 10**7}, "total_segments is a whole number from 1 to 1,000,000, got 10000000"),
        ({"limit": 0}, "limit is a whole number from 1 on"),
    ],
)
def test_options_of_a_scan_that_do_not_fit_are_refused(Measurement, table, requests_of, options, message):
    """Before anything is sent."""
    with requests_of(table) as requests, pytest.raises(InvalidRequestError, match=message):
        Measurement.scan(**options)
    assert [] == requests


# --- counts ---


def test_a_query_is_counted(Measurement):
    """All of its pages, also of an index."""
    attr = Measurement.attr
    assert (10, 3, 2, 12) == (
        Measurement.query_count("Oslo"),
        Measurement.query_count("Oslo", sort_key_condition=attr.number >= 7),
        Measurement.query_count("Oslo", filter_condition=attr.value > 50),
        Measurement.query_count(date(2024, 1, 1), index_name="day-index"),
    )


# --- a table with a partition key only ---


def test_a_table_without_a_sort_key_is_queried_by_its_indexes(PrimaryKeyModel, make_table):
    """By page, all at once, one by one, and counted; with a sort key of the index."""

    class City(PrimaryKeyModel):
        pydamo_config = PydamoConfig(
            table=make_table("name", types={"people": "N"}, global_indexes={"country-index": ("country", "people")}),
            indexes=[GlobalIndex("country-index", partition_key="country", sort_key="people")],
        )

        name: Annotated[str, PartitionKey]
        country: str
        people: int

    for name, country, people in (("Oslo", "no", 700), ("Bergen", "no", 290), ("Malmö", "se", 350)):
        City(name=name, country=country, people=people).save()
    options = {"index_name": "country-index"}
    many = City.attr.people > 300
    assert (["Bergen"], ["Bergen", "Oslo"], ["Oslo", "Bergen"], 1) == (
        [city.name for city in City.query("no", limit=1, **options).items],
        [city.name for city in City.query_all("no", **options)],
        [city.name for city in City.query_iter("no", scan_index_forward=False, page_size=1, **options)],
        City.query_count("no", sort_key_condition=many, **options),
    )


# --- projections ---


def test_a_smaller_model_is_read_by_every_operation(Measurement):
    """Its values are those of the items."""
    whole = Measurement.get_item("Oslo", 3)
    expected = Brief(number=whole.number, day=whole.day, label=whole.label)
    condition = Measurement.attr.number == 3
    found = [
        Measurement.get_item("Oslo", 3, projection=Brief),
        *Measurement.batch_get([("Oslo", 3)], projection=Brief),
        *Measurement.query("Oslo", sort_key_condition=condition, projection=Brief).items,
        *Measurement.query_all("Oslo", sort_key_condition=condition, projection=Brief),
        *Measurement.query_iter("Oslo", sort_key_condition=condition, projection=Brief),
        *[item for item in Measurement.scan(projection=Brief).items if item == expected],
        *[item for item in Measurement.scan_all(projection=Brief, total_segments=2) if item == expected],
        *[item for item in Measurement.scan_iter(projection=Brief) if item == expected],
    ]
    assert ([expected] * 8, None, [None]) == (
        found,
        Measurement.get_item("nowhere", 1, projection=Brief),
        Measurement.batch_get([("nowhere", 1)], projection=Brief),
    )


def test_only_what_is_needed_is_asked_for(Measurement, table, answered):
    """The attributes by their names in the table, and nothing else."""
    asked: list[Any] = []
    with answered(table, "GetItem", asked.append):
        found = Measurement.get_item("Oslo", 3, projection=Renamed)
    (body,) = asked
    names = {body["ExpressionAttributeNames"][each] for each in body["ProjectionExpression"].split(", ")}
    assert ({"place", "words"}, "Oslo", "x" * 50) == (names, found.place, found.text)


def test_a_projection_is_read_whatever_it_is_serialised_as(Measurement):
    """It is never stored."""
    found = Measurement.query_all("Oslo", sort_key_condition=Measurement.attr.number < 2, projection=Response)
    expected = [{"measurementNumber": 0, "text": "x" * 50, "labels": {"even"}}]
    expected += [{"measurementNumber": 1, "text": "x" * 50, "labels": set()}]
    assert (expected, ["Oslo"] * 2) == (
        [item.model_dump(by_alias=True) for item in found],
        [item.place for item in found],
    )


def test_a_projection_reads_whole_attributes(Measurement, table, requests_of):
    """What lies further in is refused, before anything is sent."""

    class First(BaseModel):
        tag: str = Field(validation_alias=AliasPath("tags", 0))

    with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
        Measurement.query("Oslo", projection=First)
    expected = (
        "query of Measurement: First.tag reads a part of an attribute (AliasPath), but a projection reads "
        "only whole attributes"
    )
    assert (expected, []) == (str(caught.value), requests)


def test_an_empty_set_is_read_as_one(Measurement):
    """Its attribute is absent."""
    assert [{"even"}, set()] == [item.tags for item in Measurement.query("Oslo", limit=2, projection=Tags).items]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"nothing": (int, 0)}, "the projection Small has the field 'nothing', but Measurement has no such field"),
        ({"secret": (str, "")}, "but Measurement excludes secret from serialization and never stores it"),
        ({}, "the projection Small has no fields to read"),
    ],
)
def test_a_projection_that_does_not_fit_is_refused(Measurement, table, requests_of, fields, message):
    """Before anything is sent, naming both models."""
    small = type("Small", (BaseModel,), {"__annotations__": {name: kind for name, (kind, _) in fields.items()}})
    reads = [
        lambda: Measurement.get_item("Oslo", 1, projection=small),
        lambda: Measurement.batch_get([("Oslo", 1)], projection=small),
        lambda: Measurement.query("Oslo", projection=small),
        lambda: Measurement.scan_all(projection=small),
    ]
    for read in reads:
        with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
            read()
        assert (True, []) == (message in str(caught.value), requests)


@pytest.mark.parametrize("projection", [Brief(number=1, day=date(2024, 1, 1)), "number", int, ["number"]])
def test_something_else_than_a_model_is_no_projection(Measurement, projection):
    """It says what was given."""
    with pytest.raises(InvalidRequestError, match="projection must be a Pydantic model class; got"):
        Measurement.get_item("Oslo", 1, projection=projection)


def test_an_item_that_does_not_fit_a_projection_is_an_error_of_ours(Measurement):
    """As it is for the whole model."""

    class Strange(BaseModel):
        label: int

    with pytest.raises(InvalidItemError, match="does not fit the projection Strange"):
        Measurement.get_item("Oslo", 1, projection=Strange)


# --- indexes that do not have all attributes ---


@pytest.mark.parametrize("index", ["keys-index", "some-index"])
def test_an_index_that_lacks_what_the_model_needs_is_named(Measurement, table, requests_of, index):
    """Before anything is sent, with the remedy."""
    lacking = {"keys-index": "'value'", "some-index": None}[index]
    if lacking is None:
        assert 12 == len(Measurement.query_all(date(2024, 1, 1), index_name=index))
        return
    with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
        Measurement.query(date(2024, 1, 1), index_name=index)
    expected = (
        f"query of Measurement: index '{index}' does not project {lacking}, which Measurement requires: give a smaller "
        f"model as projection, give the fields defaults, or make an index that projects them"
    )
    assert (expected, []) == (str(caught.value), requests)


class Keys(BaseModel):
    """The keys of all indexes of a kind."""

    place: str
    number: int
    day: date


def test_a_smaller_model_is_read_from_an_index_that_has_its_attributes(Measurement):
    """From the index alone."""
    found = Measurement.query_all(date(2024, 1, 1), index_name="keys-index", projection=Keys)
    assert (12, {date(2024, 1, 1)}) == (len(found), {item.day for item in found})


def test_a_projection_asks_a_global_index_only_for_what_it_has(Measurement, table, requests_of):
    """DynamoDB would refuse it too, in other words."""
    with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
        Measurement.query(date(2024, 1, 1), index_name="keys-index", projection=Brief)
    expected = (
        "query of Measurement: index 'keys-index' does not project 'label', which Brief has fields for: leave the "
        "fields out of the projection, or make an index that projects them"
    )
    assert (expected, []) == (str(caught.value), requests)


@pytest.mark.wrong_on_ministack("does not fetch")
def test_a_local_index_fetches_from_the_table_what_a_projection_names(Measurement, on_moto):
    """But only then: without a projection it hands out what it has."""
    if on_moto:
        pytest.skip("moto does not fetch")
    found = Measurement.query_all("Oslo", index_name="local-keys-index", projection=Brief)
    with pytest.raises(InvalidRequestError, match="a local index reads the attributes of a projection from the table"):
        Measurement.query("Oslo", index_name="local-keys-index")
    assert {f"Oslo {number}" for number in range(10)} == {item.label for item in found}


# --- cursors ---


def test_a_cursor_is_a_text_that_continues(Measurement):
    """In every order, of the table and of indexes; the last page has none."""
    for options in ({}, {"scan_index_forward": False}, {"index_name": "value-index"}):
        found, cursor = [], None
        while True:
            page = Measurement.query("Tromsø", limit=4, exclusive_start_key=cursor, **options)
            found += numbers(page.items)
            cursor = page.cursor
            assert (cursor is None) == (page.last_evaluated_key is None)
            if cursor is None:
                break
            assert cursor.replace("-", "").replace("_", "").isalnum()
            assert cursor.isascii()
        assert numbers(Measurement.query_all("Tromsø", **options)) == found


def test_a_cursor_of_something_else_is_refused(Measurement, table, requests_of):
    """Of another table, index, operation or partition, or changed on its way; before anything is sent."""
    cursor = Measurement.query("Oslo", limit=1).cursor
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    reads = [
        lambda: Measurement.query("Bergen", exclusive_start_key=cursor),
        lambda: Measurement.query("Oslo", index_name="value-index", exclusive_start_key=cursor),
        lambda: Measurement.scan(exclusive_start_key=cursor),
        *(
            lambda text=text: Measurement.query("Oslo", exclusive_start_key=text)
            for text in (changed, cursor[:-4], "", "x", "Ø", cursor + "=", Measurement.scan(limit=1).cursor)
        ),
    ]
    for read in reads:
        with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
            read()
        assert (True, []) == (
            "exclusive_start_key does not belong to this table or index" in str(caught.value),
            requests,
        )


@pytest.mark.parametrize(
    "number",
    [{"N": "1E999999999"}, {"N": "x"}, {"N": ""}, {"L": "x"}, {"M": "x"}, {"NS": "x"}, {"NULL": "x"}, {"S": "1"}],
    ids=str,
)
def test_a_cursor_that_somebody_made_is_refused(Measurement, table, requests_of, number):
    """Its checksum is easily made: what stands in it is looked at, before anything is sent or written out."""
    scope = CursorScope("Query", table.name, None)
    cursor = cursor_of(scope, {"place": {"S": "Oslo"}, "number": number})
    with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
        Measurement.query("Oslo", exclusive_start_key=cursor)
    assert (True, []) == ("exclusive_start_key does not belong to this table or index" in str(caught.value), requests)


def test_a_start_key_of_another_partition_is_refused(Measurement):
    """As a mapping too."""
    key = Measurement.query("Oslo", limit=1).last_evaluated_key
    with pytest.raises(InvalidRequestError, match="it belongs to another partition than the queried one"):
        Measurement.query("Bergen", exclusive_start_key=key)


def test_a_cursor_of_another_sort_key_condition_is_refused(Measurement, table, requests_of):
    """It is a place outside of the range, as DynamoDB would say; one inside of the range goes on."""
    attr = Measurement.attr
    cursor = Measurement.query("Oslo", sort_key_condition=attr.number >= 4, limit=2).cursor
    for condition in (attr.number < 5, attr.number > 5, attr.number == 4, attr.number.between(0, 4)):
        with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
            Measurement.query("Oslo", sort_key_condition=condition, exclusive_start_key=cursor)
        reason = "it belongs to a query with another sort_key_condition"
        assert (True, []) == (reason in str(caught.value), requests)
    page = Measurement.query("Oslo", sort_key_condition=attr.number <= 7, exclusive_start_key=cursor)
    assert [6, 7] == [item.number for item in page.items]


KEY, OTHER_KEY = b"one-secret-of-16", b"another-secret-of-32-bytes-------"


@pytest.fixture
def Signed(Measurement, PrimaryKeyAndSortKeyModel):
    """Return what defines the model with keys for its cursors."""

    def make(*keys):
        class Signed(Measurement):
            pydamo_config = replace(Measurement.pydamo_config, cursor_key=keys)

        return Signed

    return make


def test_a_signed_cursor_continues(Signed):
    """In every order, of the table and of indexes, of scans, with another limit and another filter."""
    model = Signed(KEY)
    for options in ({}, {"scan_index_forward": False}, {"index_name": "value-index"}):
        page = model.query("Tromsø", limit=4, **options)
        assert page.cursor.startswith("s1.")
        rest = model.query(
            "Tromsø", exclusive_start_key=page.cursor, filter_condition=model.attr.label != "", **options
        )
        assert numbers(model.query_all("Tromsø", **options)) == numbers(page.items) + numbers(rest.items)
        assert numbers(rest.items) == numbers(model.query_iter("Tromsø", exclusive_start_key=page.cursor, **options))
    page = model.scan(limit=7)
    rest = model.scan(exclusive_start_key=page.cursor)
    assert len(model.scan_all()) == len(page.items) + len(rest.items)


def test_a_signed_cursor_is_of_no_use_for_another_page(Signed, Measurement, table, requests_of):
    """Of another partition, condition, direction, index, operation, model or key, unsigned, or signed without a key."""
    model, attr = Signed(KEY), Measurement.attr
    cursor = model.query("Oslo", limit=2).cursor
    unsigned = Measurement.query("Oslo", limit=2).cursor
    reads = [
        lambda: model.query("Bergen", exclusive_start_key=cursor),
        lambda: model.query("Oslo", sort_key_condition=attr.number >= 0, exclusive_start_key=cursor),
        lambda: model.query("Oslo", scan_index_forward=False, exclusive_start_key=cursor),
        lambda: model.query("Oslo", index_name="value-index", exclusive_start_key=cursor),
        lambda: model.scan(exclusive_start_key=cursor),
        lambda: model.query("Oslo", exclusive_start_key=unsigned),
        lambda: model.query("Oslo", exclusive_start_key=cursor[:-1] + ("A" if cursor[-1] != "A" else "B")),
        lambda: Signed(OTHER_KEY).query("Oslo", exclusive_start_key=cursor),
        lambda: Measurement.query("Oslo", exclusive_start_key=cursor),
    ]
    for read in reads:
        with requests_of(table) as requests, pytest.raises(InvalidRequestError) as caught:
            read()
        assert "exclusive_start_key does not belong to this table or index: the text is" in str(caught.value)
        assert ([], False) == (requests, "secret" in str(caught.value))
    assert "the configuration has no cursor_key" in str(caught.value)


def test_keys_of_cursors_can_be_changed(Signed):
    """The new key signs, the old one verifies as long as it is in the list."""
    cursor = Signed(KEY).query("Oslo", limit=2).cursor
    both = Signed(OTHER_KEY, KEY)
    page = both.query("Oslo", limit=2, exclusive_start_key=cursor)
    assert [2, 3] == [item.number for item in page.items]
    assert [4] == [i.number for i in Signed(OTHER_KEY).query("Oslo", limit=1, exclusive_start_key=page.cursor).items]


# --- and what is refused as ever ---


def test_an_index_that_is_not_there_is_named(Measurement):
    """By scans and iterators too."""
    with pytest.raises(IndexNotFoundError):
        Measurement.scan(index_name="nothing")
    with pytest.raises(IndexNotFoundError):
        list(Measurement.query_iter("Oslo", index_name="nothing"))


def test_a_filter_of_a_query_is_not_about_its_keys(Measurement):
    """Of an iterator and a count neither."""
    condition = Measurement.attr.number == 1
    with pytest.raises(InvalidConditionError):
        list(Measurement.query_iter("Oslo", filter_condition=condition))
    with pytest.raises(InvalidConditionError):
        Measurement.query_count("Oslo", filter_condition=condition)


def test_declared_keys_are_enough_for_scans_and_projections(PrimaryKeyAndSortKeyModel, table, Measurement, requests_of):
    """No table is asked for its keys."""

    class Declared(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        place: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey]
        day: Annotated[date, PartitionKey(index="day-index")]

    with requests_of(table) as requests:
        read = [
            len(Declared.scan_all(total_segments=2)),
            len([*Declared.query_iter("Oslo", projection=Keys)]),
            Declared.query_count(date(2024, 1, 1), index_name="day-index"),
        ]
    assert ([30, 10, 12], False) == (read, "DescribeTable" in requests)


class Place(BaseModel):
    """A map whose names are those of attribute values."""

    S: str
    name: str


@pytest.mark.wrong_on_ministack("scans in the order of texts, also of numbers")
def test_a_long_page_has_all_items_in_their_order(PrimaryKeyAndSortKeyModel, make_table):
    """Whatever their texts look like: long pages are read in pieces."""

    class Long(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "number", types={"number": "N"}))

        pk: str
        number: int
        places: list[Place]
        texts: list[str]
        note: str | None = None

    looks_like_an_end = '}},{"pk":{"S":"x"},"number":{"N":"1"}},{"S":"'
    items = [
        Long(
            pk="all",
            number=number,
            places=[Place(S="}},{", name="\\"), Place(S='"', name=looks_like_an_end)],
            texts=[looks_like_an_end] * (number % 20),
            note="ü" * 500 if number % 3 else None,
        )
        for number in range(150)
    ]
    with Long.batch_writer() as writer:
        for item in items:
            writer.put(item)
    assert items == Long.query("all").items == Long.query_all("all") == Long.scan().items
    assert items[::-1] == Long.query_all("all", scan_index_forward=False)
