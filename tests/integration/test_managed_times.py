"""CreatedAt and UpdatedAt: each line of the table in docs/managed-times.md, and what holds beside it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, computed_field

from pydamodb import (
    Attribute,
    ConditionCheckFailedError,
    ConfigurationError,
    CreatedAt,
    GlobalIndex,
    InvalidRequestError,
    ItemExistsError,
    ItemNotFoundError,
    Key,
    KeyTemplate,
    PartitionKey,
    PydamoConfig,
    SortKey,
    TransactionCanceledError,
    UpdatedAt,
    Version,
    VersionConflictError,
)

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Hours:
    """A clock that goes on by an hour each time it is asked."""

    def __init__(self) -> None:
        """Begin at START."""
        self.asked = 0

    def __call__(self) -> datetime:
        """Return the next hour."""
        self.asked += 1
        return START + timedelta(hours=self.asked)


@pytest.fixture(scope="module")
def clock() -> Hours:
    """Return the clock of all models."""
    return Hours()


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table."""
    return make_table("id", global_indexes={"by-update": ("kind", "updated_at")})


@pytest.fixture(scope="module")
def Doc(PrimaryKeyModel, table, clock) -> Any:
    """Define a model with both times."""

    class Doc(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table, clock=clock)

        id: Annotated[str, PartitionKey]
        text: str = ""
        kind: Annotated[str, PartitionKey(index="by-update")] = "doc"
        created_at: Annotated[datetime | None, CreatedAt] = None
        updated_at: Annotated[datetime | None, UpdatedAt, SortKey(index="by-update")] = None

    return Doc


@pytest.fixture(scope="module")
def Counted(PrimaryKeyModel, table, clock) -> Any:
    """Define a model with both times and a version."""

    class Counted(PrimaryKeyModel):
        model_config = ConfigDict(frozen=True)
        pydamo_config = PydamoConfig(table=table, clock=clock)

        id: str
        text: str = ""
        version: Annotated[int, Version] = 0
        created_at: Annotated[AwareDatetime | None, CreatedAt] = None
        updated_at: Annotated[AwareDatetime | None, UpdatedAt()] = None

    return Counted


@pytest.fixture
def name(request) -> str:
    """Return a key that no other test has."""
    return request.node.name[:200]


@pytest.fixture
def now(clock) -> Any:
    """Return what says how many hours after now a time is."""
    begin = clock.asked

    def hours(time: datetime | None) -> int | None:
        return None if time is None else int((time - START) / timedelta(hours=1)) - begin

    return hours


def times(now: Any, doc: Any) -> tuple[int | None, int | None]:
    """Return both times of an instance."""
    return now(doc.created_at), now(doc.updated_at)


def stored(Doc: Any, now: Any, name: str) -> tuple[int | None, int | None]:
    """Return both times of an item."""
    return times(now, Doc.get_item(name, consistent_read=True, must_exist=True))


def foreign(table: Any, name: str, **values: Any) -> None:
    """Put an item without times, as a release before the marks did."""
    table.put_item(Item={"id": name, "text": "old", "kind": "doc", **values})


# --- the lines of the table in docs/managed-times.md ---


@pytest.mark.parametrize("how", ["save", "tx.put"])
def test_line_a_put_of_a_known_time_keeps_it(*, Doc, name, now, transact_write, how):
    """Set by an earlier save, read, or given."""

    def put(doc: Any) -> None:
        if how == "save":
            doc.save()
            return
        with transact_write() as tx:
            tx.put(doc)

    doc = Doc(id=name)
    put(doc)
    doc.text = "x"
    put(doc)
    assert ((1, 2), (1, 2)) == (times(now, doc), stored(Doc, now, name))
    put(Doc.get_item(name))
    assert (1, 3) == stored(Doc, now, name)
    put(Doc(id=name, created_at=doc.created_at))
    assert (1, 4) == stored(Doc, now, name)


@pytest.mark.parametrize("how", ["save", "tx.put"])
def test_line_a_put_of_an_unknown_time_is_for_new_items(*, Doc, name, now, transact_write, how):
    """A new item gets both times; an existing one is 409, and keeps its time."""

    def put(doc: Any) -> None:
        if how == "save":
            doc.save()
            return
        with transact_write() as tx:
            tx.put(doc)

    doc = Doc(id=name, text="first")
    put(doc)
    assert ((1, 1), (1, 1), doc) == (times(now, doc), stored(Doc, now, name), Doc.get_item(name))
    fresh = Doc(id=name, text="fresh")
    with pytest.raises(ItemExistsError) as caught:
        put(fresh)
    assert ((None, None), "first", (1, 1)) == (
        times(now, fresh),
        Doc.get_item(name).text,
        stored(Doc, now, name),
    )
    if how == "save":
        remedy = "the item exists and has a created_at: read it and change it, or give the created_at"
        assert str(caught.value).endswith(remedy)
        assert "attribute_not_exists(created_at)" == repr(caught.value.condition)
    else:
        assert [True] == [reason.is_existing for reason in caught.value.reasons]


def test_line_a_batch_put_keeps_a_known_time(Doc, name, now):
    """It sets the other one, also on the instance."""
    doc = Doc(id=name, created_at=START)
    with Doc.batch_writer() as writer:
        writer.put(doc)
        assert None is doc.updated_at
    assert (doc, START, 1) == (Doc.get_item(name), doc.created_at, now(doc.updated_at))


def test_line_a_batch_put_of_an_unknown_time_is_refused(Doc, name, now):
    """A batch has no conditions; what was added before is written."""
    doc, fresh = Doc(id=name, created_at=START), Doc(id=f"{name}-2")
    with Doc.batch_writer() as writer:
        writer.put(doc)
        with pytest.raises(InvalidRequestError) as caught:
            writer.put(fresh)
    message = (
        "Doc.created_at is None, and a batch has no conditions that could check that the item is new: give the "
        "created_at, or save each item separately, or use a transaction"
    )
    assert (message, START, 1) == (str(caught.value), doc.created_at, now(doc.updated_at))
    assert (doc, None) == (Doc.get_item(name), Doc.get_item(fresh.id))
    assert (None, None) == times(now, fresh)


@pytest.mark.parametrize("how", ["update_item", "tx.update"])
def test_line_an_update_keeps_the_time_of_creation_or_sets_it(*, Doc, table, name, now, transact_write, how):
    """Of an item with a time, of one that is created, and of one that is older than the mark."""

    def change(key: str) -> None:
        if how == "update_item":
            Doc.update_item(key, updates=[Doc.attr.text.set("u")])
            return
        with transact_write() as tx:
            tx.update(Doc.key(key), updates=[Doc.attr.text.set("u")])

    Doc(id=name).save()
    change(name)
    change(f"{name}-new")
    foreign(table, f"{name}-old")
    change(f"{name}-old")
    Doc.update_item(f"{name}-new", updates=[Doc.attr.kind.set("doc")])
    found = [stored(Doc, now, each) for each in (name, f"{name}-new", f"{name}-old")]
    assert [(1, 2), (3, 5), (4, 4)] == found


@pytest.mark.parametrize("how", ["update_item", "update", "tx.update"])
def test_line_an_update_that_must_exist_invents_no_time(*, Doc, table, name, now, transact_write, how):
    """An item without a time of creation is older than the mark; `update` of an instance always requires one."""
    foreign(table, name)
    if how == "update_item":
        Doc.update_item(name, updates=[Doc.attr.text.set("u")], must_exist=True)
    elif how == "update":
        doc = Doc.get_item(name)
        doc.update(updates=[Doc.attr.text.set("u")])
        assert (None, 1) == times(now, doc)
    else:
        with transact_write() as tx:
            tx.update(Doc.key(name), updates=[Doc.attr.text.set("u")], must_exist=True)
    assert (None, 1) == stored(Doc, now, name)


def test_line_reading_makes_nothing_up(Doc, table, name, now, clock):
    """Nor do items in and out; the clock is not asked."""
    foreign(table, name)
    asked = clock.asked
    doc = Doc.get_item(name)
    doc.refresh()
    assert [(None, None)] * 2 == [times(now, doc), times(now, Doc.from_item(doc.to_item()))]
    assert (True, asked) == (doc.to_item().keys().isdisjoint({"created_at", "updated_at"}), clock.asked)


def test_line_an_own_action_counts(Doc, name, now):
    """On either field; the other one is set as always."""
    attr = Doc.attr
    Doc.update_item(name, updates=[attr.created_at.set(START), attr.text.set("u")])
    Doc.update_item(f"{name}-2", updates={attr.updated_at: START})
    Doc.update_item(f"{name}-2", updates=Doc.changes(created_at=None, updated_at=None))
    assert (START, 1) == (Doc.get_item(name).created_at, now(Doc.get_item(name).updated_at))
    assert (None, None) == stored(Doc, now, f"{name}-2")


def test_a_failed_write_leaves_the_instance_as_it_was(Doc, Counted, name, now, transact_write):
    """A save, a transaction, and one that has not begun."""
    doc, counted = Doc(id=name), Counted(id=f"{name}-2")
    with pytest.raises(ConditionCheckFailedError):
        doc.save(condition=Doc.attr.text == "x")
    with pytest.raises(ItemNotFoundError):
        doc.save(must_exist=True)
    with pytest.raises(TransactionCanceledError), transact_write() as tx:
        tx.put(doc, condition=Doc.attr.text == "x")

    def broken() -> None:
        with transact_write() as tx:
            tx.put(doc)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with pytest.raises(ConditionCheckFailedError):
        counted.save(condition=Counted.attr.text == "x")
    assert [(None, None)] * 2 == [times(now, doc), times(now, counted)]
    assert (0, set(), {"id"}) == (counted.version, counted.model_fields_set - {"id"}, doc.model_fields_set)


def test_a_written_frozen_instance_has_both_times(Counted, name, now):
    """As it has its version."""
    counted = Counted(id=name)
    counted.save()
    assert ((1, 1), 1, counted) == (times(now, counted), counted.version, Counted.get_item(name))
    counted.update(updates={Counted.attr.text: "x"})
    counted.save()
    assert ((1, 3), 3, counted) == (times(now, counted), counted.version, Counted.get_item(name))


def test_an_item_that_is_older_than_the_mark_gets_the_time_of_its_first_save(Doc, table, name, now):
    """As an item without a version gets the version 1. The next who has read it so is refused."""
    foreign(table, name)
    first, second = Doc.get_item(name), Doc.get_item(name)
    first.save()
    assert (1, 1) == stored(Doc, now, name)
    with pytest.raises(ItemExistsError):
        second.save()


def test_a_version_and_a_time_are_one_condition(Counted, table, name, now):
    """A new instance over an existing item is 409; an instance that was read has a version conflict."""
    Counted(id=name).save()
    mine = Counted.get_item(name)
    with pytest.raises(ItemExistsError) as caught:
        Counted(id=name).save()
    condition = "(attribute_not_exists(version) OR version = 0) AND attribute_not_exists(created_at)"
    assert (condition, None) == (repr(caught.value.condition), caught.value.item)
    Counted.update_item(name, updates={Counted.attr.text: "x"})
    with pytest.raises(VersionConflictError):
        mine.save()
    foreign(table, f"{name}-2", version=4)
    old, other = Counted.get_item(f"{name}-2"), Counted.get_item(f"{name}-2")
    with pytest.raises(VersionConflictError):
        Counted(id=f"{name}-2").save()
    old.save()
    with pytest.raises(VersionConflictError):
        other.save()
    assert (5, now(old.created_at)) == (old.version, stored(Counted, now, old.id)[0])


# --- one time for each request ---


def test_the_clock_is_asked_once_for_a_request(Doc, Counted, name, clock, transact_write):
    """Of one model or of several with one clock; a second request of an update has the time of the first."""
    asked = clock.asked
    doc = Doc(id=name)
    doc.save()
    with transact_write() as tx:
        tx.put(Doc(id=f"{name}-2"))
        tx.put(Counted(id=f"{name}-3"))
        tx.update(Doc.key(f"{name}-4"), updates=[Doc.attr.text.set("u")])
        tx.delete(doc)
    found = [Doc.get_item(f"{name}-{number}").updated_at for number in (2, 3, 4)]
    assert ({START + timedelta(hours=asked + 2)}, asked + 2) == ({*found}, clock.asked)
    docs = [Doc(id=f"{name}-{number}", created_at=START) for number in range(30)]
    with Doc.batch_writer() as writer:
        for each in docs:
            writer.put(each)
    expected = [START + timedelta(hours=asked + 3)] * 25 + [START + timedelta(hours=asked + 4)] * 5
    assert (expected, asked + 4) == ([each.updated_at for each in docs], clock.asked)


def test_without_a_clock_the_time_is_that_of_the_machine(PrimaryKeyModel, table, name):
    """In UTC, exactly as it is read back."""

    class Plain(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str
        made: Annotated[datetime | None, CreatedAt] = None

    before = datetime.now(timezone.utc)
    plain = Plain(id=name)
    plain.save()
    assert before <= plain.made <= datetime.now(timezone.utc)
    assert (timezone.utc, plain) == (plain.made.tzinfo, Plain.get_item(name))


@pytest.mark.parametrize(
    ("answer", "given"),
    [(datetime(2026, 1, 1), "one without a time zone"), ("now", "a value of type str")],  # noqa: DTZ001
)
def test_a_clock_without_a_time_zone_is_refused(*, PrimaryKeyModel, table, name, answer, given, requests_of):
    """Before anything is sent."""

    class Wrong(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table, clock=lambda: answer)

        id: Annotated[str, PartitionKey]
        at: Annotated[datetime | None, UpdatedAt] = None

    with requests_of(table) as requests, pytest.raises(ConfigurationError) as caught:
        Wrong(id=name).save()
    message = "Wrong: PydamoConfig(clock=...) returns a datetime with a time zone, such as datetime.now(timezone.utc); "
    assert (f"{message}got {given}", []) == (str(caught.value), requests)


# --- beside other words, in other forms ---


def test_line_a_save_that_must_be_new_needs_no_second_condition(Doc, name, now):
    """Without an item there is no time; a given time is kept."""
    Doc(id=name).save(must_be_new=True)
    with pytest.raises(ItemExistsError) as caught:
        Doc(id=name).save(must_be_new=True)
    assert ("attribute_not_exists(id)", (1, 1)) == (repr(caught.value.condition), stored(Doc, now, name))
    Doc(id=f"{name}-2", created_at=START).save(must_be_new=True)
    assert START == Doc.get_item(f"{name}-2").created_at


def test_line_a_save_that_must_exist_loses_no_time(Doc, table, name, now):
    """An existing item with a time is 412; one without stays without."""
    Doc(id=name).save()
    with pytest.raises(ConditionCheckFailedError) as caught:
        Doc(id=name, text="x").save(must_exist=True)
    assert (ConditionCheckFailedError, (1, 1)) == (type(caught.value), stored(Doc, now, name))
    foreign(table, f"{name}-2")
    Doc(id=f"{name}-2", text="x").save(must_exist=True)
    assert (None, 3) == stored(Doc, now, f"{name}-2")


def test_a_caller_s_own_condition_is_told_apart(Doc, name):
    """An existing item is 409 whatever the condition says; without an item, the condition is false."""
    Doc(id=name, text="x").save()
    for text in ("x", "y"):
        with pytest.raises(ItemExistsError) as caught:
            Doc(id=name).save(condition=Doc.attr.text == text, return_item_on_failure=True)
        assert "x" == caught.value.item.text
        with pytest.raises(ItemExistsError) as unasked:
            Doc(id=name).save(condition=Doc.attr.text == text)
        assert None is unasked.value.item
    with pytest.raises(ConditionCheckFailedError) as failed:
        Doc(id=f"{name}-2").save(condition=Doc.attr.text == "x")
    assert ConditionCheckFailedError is type(failed.value)


def test_times_are_keys_of_indexes_and_operands(Doc, name):
    """They are stored in the order of time."""
    kind = name
    docs = [Doc(id=f"{name}-{number}", kind=kind) for number in range(3)]
    for doc in docs:
        doc.save()
    docs[0].save()
    newest = Doc.query_first(kind, index_name="by-update", scan_index_forward=False)
    later = Doc.query_all(kind, index_name="by-update", filter_condition=Doc.attr.created_at > docs[1].created_at)
    assert (docs[0], [docs[2]]) == (newest, later)


def test_times_have_other_names_and_computed_fields(PrimaryKeyModel, table, clock, name):
    """A computed field is stored with the time that is written, not with the one before."""

    class Named(PrimaryKeyModel):
        model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)
        pydamo_config = PydamoConfig(table=table, clock=clock)

        id: str
        created: Annotated[datetime | None, CreatedAt, Attribute("c")] = None
        updated: Annotated[datetime | None, UpdatedAt] = Field(default=None, alias="u")

        @computed_field
        @property
        def hour(self) -> int:
            """The hour of the last write."""
            return -1 if self.updated is None else self.updated.hour

    named = Named(id=name)
    named.save()
    item = table.get_item(Key={"id": name})["Item"]
    assert ({"id", "c", "u", "hour"}, named.updated.hour) == (item.keys(), item["hour"])
    assert named == Named.get_item(name)
    Named.update_item(name, updates={Named.attr.created: START})
    assert START == Named.get_item(name).created


@pytest.fixture(scope="module")
def kinds(PrimaryKeyModel, make_table, clock) -> Any:
    """Define two models of a table whose keys are made by templates."""
    config = PydamoConfig(table=make_table("pk", "sk", global_indexes={"gsi1": ("gsi1pk", "gsi1sk")}), clock=clock)

    class Page(PrimaryKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("PAGE#{id}", "META")
        by_time = GlobalIndex("gsi1", partition_key="PAGES", sort_key="{updated}")

        kind: Literal["page"] = "page"
        id: str
        text: str = ""
        created: Annotated[datetime | None, CreatedAt] = None
        updated: Annotated[datetime | None, UpdatedAt] = None

    class Picture(PrimaryKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("PAGE#{id}", "PICTURE")

        kind: Literal["picture"] = "picture"
        id: str
        created: Annotated[datetime | None, CreatedAt] = None

    return Page, Picture


def test_made_keys_follow_the_times(kinds, name, now):
    """In saves and updates; updates of such models create no item, so that they set no time of creation."""
    Page, _ = kinds  # noqa: N806
    page = Page(id=name)
    page.save()
    Page.update_item(name, updates=[Page.attr.text.set("u")])
    item = Page.pydamo_config.table.get_item(Key={"pk": f"PAGE#{name}", "sk": "META"})["Item"]
    found = Page.get_item(Key.of(page), must_exist=True)
    assert (1, 2, item["updated"]) == (now(found.created), now(found.updated), item["gsi1sk"])
    with pytest.raises(ItemExistsError):
        Page(id=name).save()
    page.refresh()
    page.save()
    assert (1, page) == (now(page.created), Page.get_item(name))


def test_collections_write_times_too(kinds, collection, name, clock):
    """A batch of several models with one clock asks it once."""
    Page, Picture = kinds  # noqa: N806
    asked = clock.asked
    page, picture = Page(id=name, created=START), Picture(id=name, created=START)
    with collection(Page, Picture).batch_writer() as writer:
        writer.put(page)
        writer.put(picture)
        with pytest.raises(InvalidRequestError, match=r"Picture\.created is None"):
            writer.put(Picture(id=f"{name}-2"))
    found = Page.get_item(name), Picture.get_item(name)
    assert ((page, picture), asked + 1) == (found, clock.asked)


def test_a_block_with_another_table_has_the_clock(Doc, table, name, now, make_table):
    """`using` changes the table only."""
    other = make_table("id", global_indexes={"by-update": ("kind", "updated_at")})
    with Doc.pydamo_config.using(other):
        Doc(id=name).save()
        assert (1, 1) == stored(Doc, now, name)


class Small(BaseModel):
    updated_at: datetime | None = None


def test_updates_return_the_times(Doc, name, now):
    """By the names of the fields, as everything that an update changes."""
    Doc.update_item(name, updates=[Doc.attr.text.set("u")])
    changed = Doc.update_item(name, updates=[Doc.attr.text.set("u")], return_values="UPDATED_NEW")
    assert 2 == now(changed["updated_at"])
    new = Doc.update_item(name, updates=[Doc.attr.text.set("v")], return_values="ALL_NEW")
    assert ((1, 3), 3) == (times(now, new), now(Doc.get_item(name, projection=Small).updated_at))
