"""Fields have names of their own in all operations: only DynamoDB sees the names of attributes."""

from datetime import date, datetime, timezone
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, AliasGenerator, AliasPath, BaseModel, ConfigDict, Field, computed_field
from pydantic.alias_generators import to_pascal

from pydamodb import (
    Attribute,
    ConditionCheckFailedError,
    GlobalIndex,
    LocalIndex,
    PartitionKey,
    PydamoConfig,
    SortKey,
    TimeToLive,
)

KEYS = ("PK", "a-sort.key")
TYPES = {"a-sort.key": "N", "size": "N", "ttl": "N"}
INDEXES = {
    "global_indexes": {"by-job": ("the job", "size"), "by-label": ("#label",)},
    "local_indexes": {"by-birth": "Born", "by-expiry": "ttl"},
}
GENERATED = ("Family", "Number")
GENERATED_INDEXES = {
    "global_indexes": {"by-job": ("Job", "Age"), "by-label": ("Label",)},
    "local_indexes": {"by-birth": "Born", "by-expiry": "ExpiresAt"},
}


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    town: str = Field(alias="the town")
    lines: list[str] = Field([], alias="L")


class MarkedAddress(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal)

    town: Annotated[str, Attribute("the town")]
    lines: Annotated[list[str], Attribute("L")] = []


class Place(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal, populate_by_name=True, serialize_by_alias=True)

    town: str
    lines: list[str] = []


@pytest.fixture(scope="module", params=["declared", "asked", "generated", "marked"])
def Member(request, PrimaryKeyAndSortKeyModel, make_table):
    """Define a model whose attributes have other names than its fields; its keys are declared, or asked of the table.

    An attribute `age` is `size`, which is no field: names that are mixed up find nothing. Marked fields have three
    names: their own, that of the attribute, and an alias for validation.
    """
    declared = request.param != "asked"
    partition_key, sort_key = (PartitionKey, SortKey) if declared else ("none", "none")

    def mark(kind, index):
        return kind(index=index) if declared else "none"

    if request.param == "generated":
        table = make_table(*GENERATED, types={"Number": "N", "Age": "N", "ExpiresAt": "N"}, **GENERATED_INDEXES)
    else:
        table = make_table(*KEYS, types=TYPES, **INDEXES)
    indexes = [GlobalIndex("by-job", "job", "age"), LocalIndex("by-birth", "born")] if declared else []

    class Generated(PrimaryKeyAndSortKeyModel):
        model_config = ConfigDict(alias_generator=AliasGenerator(alias=to_pascal), serialize_by_alias=True)
        pydamo_config = PydamoConfig(table=table, indexes=indexes)

        family: Annotated[str, partition_key]
        number: Annotated[int, sort_key]
        age: int = 0
        job: str = "none"
        born: date | None = None
        nick: str | None = None
        address: Place | None = None
        tags: set[str] = Field(default_factory=set)
        scores: dict[str, int] = Field(default_factory=dict)
        expires_at: Annotated[datetime | None, TimeToLive, mark(SortKey, "by-expiry")] = None

        @computed_field
        @property
        def label(self) -> Annotated[str, mark(PartitionKey, "by-label")]:
            """Compute the key of an index."""
            return f"{self.family}#{self.number}"

    class Aliased(PrimaryKeyAndSortKeyModel):
        model_config = ConfigDict(serialize_by_alias=True)

        pydamo_config = PydamoConfig(table=table, indexes=indexes)

        family: Annotated[str, partition_key] = Field(alias="PK")
        number: Annotated[int, sort_key] = Field(serialization_alias="a-sort.key", validation_alias="a-sort.key")
        age: int = Field(0, serialization_alias="size", validation_alias=AliasChoices("years", "size"))
        job: str = Field("none", alias="the job")
        born: date | None = Field(None, alias="Born")
        nick: str | None = Field(None, alias="size()")
        address: Address | None = Field(None, alias="SET")
        tags: set[str] = Field(default_factory=set, alias="tag:s")
        scores: dict[str, int] = Field({}, alias=":v0")
        expires_at: Annotated[datetime | None, TimeToLive, mark(SortKey, "by-expiry")] = Field(None, alias="ttl")

        @computed_field(alias="#label")
        @property
        def label(self) -> Annotated[str, mark(PartitionKey, "by-label")]:
            """Compute the key of an index."""
            return f"{self.family}#{self.number}"

    class Marked(PrimaryKeyAndSortKeyModel):
        model_config = ConfigDict(alias_generator=to_pascal)
        pydamo_config = PydamoConfig(table=table, indexes=indexes)

        family: Annotated[str, partition_key, Attribute("PK")]
        number: Annotated[int, sort_key, Attribute("a-sort.key")]
        age: Annotated[int, Attribute("size")] = 0
        job: Annotated[str, Attribute("the job")] = "none"
        born: Annotated[date | None, Attribute("Born")] = None
        nick: Annotated[str | None, Attribute("size()")] = None
        address: Annotated[MarkedAddress | None, Attribute("SET")] = None
        tags: Annotated[set[str], Attribute("tag:s")] = Field(default_factory=set)
        scores: Annotated[dict[str, int], Attribute(":v0")] = Field(default_factory=dict)
        expires_at: Annotated[datetime | None, TimeToLive, mark(SortKey, "by-expiry"), Attribute("ttl")] = None

        @computed_field
        @property
        def label(self) -> Annotated[str, mark(PartitionKey, "by-label"), Attribute("#label")]:
            """Compute the key of an index."""
            return f"{self.family}#{self.number}"

    return {"generated": Generated, "marked": Marked}.get(request.param, Aliased)


NAMES = {
    "Generated": ("Family", "Number", "Age", "Job", "Born", "Nick", "Address", "Tags", "Scores", "ExpiresAt", "Label"),
    "Aliased": ("PK", "a-sort.key", "size", "the job", "Born", "size()", "SET", "tag:s", ":v0", "ttl", "#label"),
}
NAMES["Marked"] = NAMES["Aliased"]
ARGUMENTS = {**NAMES, "Marked": NAMES["Generated"]}
FIELDS = ("family", "number", "age", "job", "born", "nick", "address", "tags", "scores", "expires_at")


@pytest.fixture(scope="module")
def make(Member):
    """Return what makes a model from the names of its fields."""
    names = dict(zip(FIELDS, ARGUMENTS[Member.__name__], strict=False))
    generated = Member.__name__ != "Aliased"
    town = {"Town": "Oslo", "Lines": ["1"]} if generated else {"the town": "Oslo", "L": ["1"]}

    def make(family, number, **fields):
        fields = {"address": town, "tags": {"a", "b"}, "scores": {"x": 1}, **fields}
        return Member(**{names[name]: value for name, value in {"family": family, "number": number, **fields}.items()})

    return make


NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
FULL: dict[str, Any] = {"age": 30, "job": "chief", "born": date(1990, 1, 2), "nick": "x", "expires_at": NOON}


def test_all_attributes_have_their_names(Member, make):
    """In the item itself."""
    make("stored", 1, **FULL).save()
    item = Member.pydamo_config.table.get_item(Key=dict(zip(NAMES[Member.__name__][:2], ("stored", 1), strict=True)))[
        "Item"
    ]
    assert set(NAMES[Member.__name__]) == set(item)
    assert 2 == sum(name in {"the town", "Town", "L", "Lines"} for name in item[NAMES[Member.__name__][6]])


def test_an_item_is_saved_read_and_deleted(Member, make):
    """By its key, by its instance, and under conditions on any field."""
    member = make("single", 1, **FULL)
    attr = Member.attr
    member.save(condition=attr.family.not_exists())
    conditions = [
        attr.family == "single",
        attr.number.between(1, 2),
        attr.age >= 30,
        attr.job.begins_with("ch"),
        attr.born < date(2000, 1, 1),
        attr.nick.size() == 1,
        attr.address.town == "Oslo",
        attr("address.lines[0]") == "1",
        attr(lambda member: member.address.lines).contains("1"),
        attr.tags.contains("a"),
        attr.scores["x"] == 1,
        attr.expires_at > NOON.replace(hour=11),
        attr.label == "single#1",
        attr.age.in_(1, 30) & ~(attr.job == attr.nick),
    ]
    for condition in conditions:
        member.save(condition=condition)
        with pytest.raises(ConditionCheckFailedError):
            member.delete(condition=~condition)
    assert member == Member.get_item("single", 1, consistent_read=True)
    Member.delete_item("single", 1, condition=conditions[-1])
    assert None is Member.get_item("single", 1)
    member.delete()


def test_a_failed_condition_brings_the_item(Member, make):
    """As a model."""
    member = make("failed", 1, **FULL)
    member.save()
    with pytest.raises(ConditionCheckFailedError) as caught:
        member.save(condition=Member.attr.nick.not_exists(), return_item_on_failure=True)
    assert member == caught.value.item


def test_items_are_updated(Member, make):
    """By actions on all kinds of fields, and by a mapping; what is returned has the names of fields."""
    make("updated", 1, **FULL).save()
    attr = Member.attr
    updates = [
        attr.age.set(attr.age + 1),
        attr.job.set("cook"),
        attr.born.remove(),
        attr.address.town.set("Rome"),
        attr.address.lines.append("2"),
        attr.tags.delete({"a"}),
        attr.scores["y"].set(2),
        attr.expires_at.set(NOON.replace(hour=13)),
    ]
    returned = Member.update_item("updated", 1, updates=updates, return_values="UPDATED_NEW", must_exist=True)
    Member.update_item("updated", 1, updates={attr.nick: None}, condition=attr.age == 31)
    changed = {"age": 31, "job": "cook", "tags": {"b"}, "scores": {"x": 1, "y": 2}, "expires_at": NOON.replace(hour=13)}
    expected = make("updated", 1, **changed)
    expected.address.town = "Rome"
    expected.address.lines.append("2")
    assert expected == Member.get_item("updated", 1)
    assert {"age": 31, "job": "cook"} == {name: returned[name] for name in ("age", "job")}


def test_an_instance_is_updated(Member, make):
    """And refreshed."""
    member = make("instance", 1, **FULL)
    member.save()
    member.update(updates=[Member.attr.age.add(5)])
    assert make("instance", 1, **{**FULL, "age": 35}) == member


def test_many_items_are_written_and_read(Member, make):
    """In batches, by keys in the order of fields."""
    members = [make("batch", number, age=number) for number in range(3)]
    with Member.batch_writer() as writer:
        for member in members:
            writer.put(member)
        writer.put(make("batch", 3))
        writer.delete(make("batch", 3))
        writer.delete_item("batch", 4)
    assert [*members, None] == Member.batch_get([("batch", number) for number in range(4)])


@pytest.fixture(scope="module")
def members(Member, make):
    """Save members of one family, and one of another."""
    members = [
        make(
            "family",
            number,
            age=number,
            job="chief",
            born=date(2000, 1, number + 1),
            expires_at=NOON.replace(minute=number),
        )
        for number in range(4)
    ]
    with Member.batch_writer() as writer:
        for member in members:
            writer.put(member)
        writer.put(make("others", 1, job="cook"))
    return members


QUERIES = {
    "table": lambda attr: (("family",), {"sort_key_condition": attr.number >= 1}),
    "filter": lambda attr: (("family",), {"filter_condition": (attr.age >= 1) & (attr.address.town == "Oslo")}),
    "global index": lambda attr: (("chief",), {"index_name": "by-job", "sort_key_condition": attr.age.between(1, 9)}),
    "local index": lambda attr: (
        ("family",),
        {"index_name": "by-birth", "sort_key_condition": attr.born > date(2000, 1, 1), "consistent_read": True},
    ),
    "time to live": lambda attr: (
        ("family",),
        {"index_name": "by-expiry", "sort_key_condition": attr.expires_at > NOON},
    ),
    "index and filter": lambda attr: (
        ("chief",),
        {"index_name": "by-job", "filter_condition": (attr.number > 0) & attr.family.begins_with("fam")},
    ),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_items_are_queried_page_by_page(Member, members, query):
    """With what the last key says, which is a key of attributes."""
    arguments, options = query(Member.attr)
    found, start_key = [], None
    while True:
        page = Member.query(*arguments, **options, limit=2, exclusive_start_key=start_key)
        found += page.items
        start_key = page.last_evaluated_key
        if start_key is None:
            break
        assert set() == set(start_key) - set(NAMES[Member.__name__])
    assert [members[1:]] * 2 == [found, Member.query_all(*arguments, **options)]


def test_items_are_found_by_a_computed_key(Member, members):
    """Of an index."""
    assert [members[2]] == Member.query_all("family#2", index_name="by-label")


def test_the_keys_are_asked_for_only_if_they_are_not_declared(request, Member, make, open_resource, requests_of):
    """With a client that knows nothing yet."""
    config, table = Member.pydamo_config, open_resource().Table(Member.pydamo_config.table.name)
    Member.pydamo_config = PydamoConfig(table=table, indexes=config.indexes)
    with requests_of(table) as sent:
        Member.query("x", index_name="by-label")
        make("counted", 1).save()
    Member.pydamo_config = config
    asked = [] if config.indexes else ["DescribeTable"]
    assert [*asked, "Query", "PutItem"] == sent


def test_a_record_of_a_stream_has_attributes(Member, make):
    """As the item has them."""
    names = NAMES[Member.__name__]
    image = {names[0]: {"S": "f"}, names[1]: {"N": "1"}, names[6]: {"NULL": True}, names[9]: {"N": "1714564800"}}
    keys = {name: image[name] for name in names[:2]}
    record = {"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": image, "SequenceNumber": "1"}}
    read = Member.from_stream_record(record)
    expected = make("f", 1, address=None, tags=set(), scores={}, expires_at=NOON)
    assert ({names[0]: "f", names[1]: 1}, expected) == (read.keys, read.new_image)


class Brief(BaseModel):
    """Some fields, by the names that the model has for them."""

    family: str
    number: int
    job: str = Field(alias="as a profession")


def test_all_reads_know_the_fields(Member, members):
    """Scans, iterators, counts, cursors and smaller models."""
    attr = Member.attr
    condition = (attr.family == "family") & (attr.age >= 1) & (attr.label != "family#2")
    expected = [members[1], members[3]]
    page = Member.query("family", limit=2)
    brief = [Brief.model_validate({"family": "family", "number": n, "as a profession": "chief"}) for n in range(4)]
    assert (expected, expected, 2, members[2:], brief, brief[1:2]) == (
        sorted(Member.scan_all(filter_condition=condition, total_segments=2), key=lambda member: member.number),
        sorted(Member.scan_iter(filter_condition=condition, page_size=2), key=lambda member: member.number),
        Member.scan_count(filter_condition=condition),
        list(Member.query_iter("family", exclusive_start_key=page.cursor)),
        Member.query_all("family", projection=Brief),
        Member.batch_get([("family", 1)], projection=Brief),
    )


def test_transactions_know_the_fields(Member, make, transact_write, transact_get):
    """In keys, conditions and updates."""
    attr = Member.attr
    saved, gone = make("moved", 1, age=1), make("moved", 2)
    gone.save()
    with transact_write() as tx:
        tx.put(saved, condition=attr.family.not_exists())
        tx.delete(gone, condition=attr.number == 2)
    with transact_write() as tx:
        tx.update(
            Member.key("moved", 1),
            updates=[attr.age.add(1), attr.address.town.set("Bergen")],
            condition=attr.age == 1,
        )
    found, missing = transact_get(Member.key("moved", 1), Member.key("moved", 2))
    assert (2, "Bergen", None) == (found.age, found.address.town, missing)


# --- aliases that name no attributes ---


@pytest.fixture(scope="module")
def people(make_table):
    """Make a table whose keys are named as fields are."""
    return make_table("family_name", global_indexes={"by-first-name": ("first_name",)})


def test_aliases_for_an_api_do_not_reach_the_table(PrimaryKeyModel, people):
    """Neither generated ones, nor those for one direction only, also in foreign models."""

    class Inner(BaseModel):
        model_config = ConfigDict(alias_generator=to_pascal)

        zip_code: str

    class Person(PrimaryKeyModel):
        model_config = ConfigDict(alias_generator=to_pascal)
        pydamo_config = PydamoConfig(table=people)

        family_name: str
        first_name: str = Field(serialization_alias="N")
        home_town: Inner = Field(validation_alias="ht")

    made = Person.model_validate({"FamilyName": "Lee", "FirstName": "Ann", "ht": {"ZipCode": "1"}})
    made.save(condition=Person.attr.family_name.not_exists())
    Person.update_item(
        "Lee", updates={Person.attr.home_town.zip_code: "2"}, condition=Person.attr.home_town.zip_code == "1"
    )
    made.home_town.zip_code = "2"
    assert [made] * 4 == [
        Person.get_item("Lee"),
        *Person.query_all("Ann", index_name="by-first-name"),
        *Person.batch_get(["Lee"]),
        *Person.scan_all(filter_condition=Person.attr.home_town.zip_code == "2"),
    ]
    stored = {"family_name": "Lee", "first_name": "Ann", "home_town": {"zip_code": "2"}}
    assert stored == people.get_item(Key={"family_name": "Lee"})["Item"]


def test_validation_aliases_read_what_older_releases_have_stored(PrimaryKeyModel, people):
    """An update writes the new name, which is then read in the place of the old one."""

    class Person(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=people)

        family_name: str
        full_name: str = Field(default="", validation_alias=AliasChoices("name", "full_name"))

    people.put_item(Item={"family_name": "old", "name": "Ann"})
    before = Person.get_item("old")
    Person.update_item("old", updates={Person.attr.full_name: "Bob"})
    after = [Person.get_item("old"), *Person.batch_get(["old"])]
    assert ("Ann", ["Bob", "Bob"]) == (before.full_name, [each.full_name for each in after])


def test_a_projection_reads_what_older_releases_have_stored(PrimaryKeyModel, make_table):
    """Where the attribute is absent, as the model does; an index that has only the new names is read all the same."""

    class Person(PrimaryKeyModel):
        pydamo_config = PydamoConfig(
            table=make_table("id", global_indexes={"keys": ("group",)}, includes={"keys": ["full_name"]})
        )

        id: str
        group: str = "a"
        full_name: str = Field(default="", validation_alias=AliasChoices("name", "full_name"))
        tags: set[str] = Field(default=set(), validation_alias=AliasChoices("tags", AliasPath("meta", "tags")))

    class Brief(BaseModel):
        full_name: str
        tags: set[str]

    class Name(BaseModel):
        full_name: str

    table = Person.pydamo_config.table
    table.put_item(Item={"id": "old", "group": "a", "name": "Ann", "meta": {"tags": {"x"}}})
    expected = Brief(full_name="Ann", tags={"x"})
    assert [expected] * 3 == [
        Person.get_item("old", projection=Brief),
        *Person.scan_all(projection=Brief),
        *Person.batch_get(["old"], projection=Brief),
    ]
    Person.update_item("old", updates={Person.attr.full_name: "Bob", Person.attr.tags: {"y"}})
    assert Brief(full_name="Bob", tags={"y"}) == Person.get_item("old", projection=Brief)
    assert [Name(full_name="Bob")] == Person.query_all("a", index_name="keys", projection=Name)
