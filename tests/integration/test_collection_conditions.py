"""Conditions on the parts of several kinds of items, against brute force; kinds with and without a constant field."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime

from pydamodb import GlobalIndex, InvalidConditionError, InvalidItemError, KeyTemplate, PydamoConfig

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
TEXTS = ("a", "a#", "a\x00", "ab", "b", "ORDER#a", "~")
TIMES = [NOW + timedelta(hours=hours) for hours in (0, 5, 24, 30, 80)]


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table with an index that has the keys only."""
    return make_table("pk", "sk", global_indexes={"gsi1": ("gsi1pk", "gsi1sk")}, includes={"gsi1": []})


@pytest.fixture(scope="module", params=["marked", "unmarked"])
def kinds(request, table, PrimaryKeyModel, PrimaryKeyAndSortKeyModel) -> Any:
    """Define five kinds of items with parts of the same names, with a constant field each, or without."""
    shop = PydamoConfig(
        table=table,
        partition_key="pk",
        sort_key="sk",
        indexes=[GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk", projection="KEYS_ONLY")],
    )
    is_marked = request.param == "marked"

    def kind(name: str, sort_key: str, **annotations: Any) -> Any:
        """Make a model; the second text of its key says which one it is."""
        base = PrimaryKeyAndSortKeyModel if "{" in sort_key else PrimaryKeyModel
        namespace = {
            "__module__": __name__,
            "pydamo_config": shop,
            "pydamo_key": KeyTemplate("OWNER#{owner}", sort_key),
            "by_owner": GlobalIndex("gsi1", partition_key="ALL#{owner}", sort_key="{size:-04}"),
            "size": 0,
            "__annotations__": {"owner": str, "size": int, **annotations},
        }
        if is_marked:
            namespace["kind"] = name.lower()
            namespace["__annotations__"]["kind"] = Literal[name.lower()]
        return type(base)(name, (base,), namespace)

    return [
        kind("Profile", "PROFILE"),
        kind("Word", "WORD#{word}", word=str),
        kind("Pair", "PAIR#{word}#{number:-03}", word=str, number=int),
        kind("Count", "Q{number:-03}", number=int),
        kind("Visit", "PB{number:-03}#{at:%Y-%m-%d}#{word}", number=int, at=AwareDatetime, word=str),
    ]


@pytest.fixture(scope="module")
def items(kinds, collection, client, table) -> Any:
    """Store items of all kinds, and foreign ones between them; return them in the order of their keys."""
    for item in client.scan(TableName=table.name, ConsistentRead=True)["Items"]:
        client.delete_item(TableName=table.name, Key={name: item[name] for name in ("pk", "sk")})
    Profile, Word, Pair, Count, Visit = kinds  # noqa: N806 - they are classes
    made = [Profile(owner="o")]
    made += [Word(owner="o", word=word) for word in TEXTS]
    made += [Pair(owner="o", word=word, number=number) for word in TEXTS for number in (-2, 0, 1)]
    made += [Count(owner="o", number=number) for number in (-2, 0, 1)]
    made += [
        Visit(owner="o", number=number, at=at, word=word)
        for number in (0, 1)
        for position, at in enumerate(TIMES)
        for word in ("ab"[position % 2], f"b{position}")
    ]
    made += [Word(owner="p", word="a")]
    with collection(*kinds).batch_writer() as writer:
        for item in made:
            writer.put(item)
    for sort_key in ("A", "PAIR#a#MORE", "PBx", "Q", "QQ", "WORD", "PROFILES", "Z"):
        foreign = {"pk": {"S": "OWNER#o"}, "sk": {"S": sort_key}, "kind": {"S": "other"}}
        client.put_item(TableName=table.name, Item=foreign)
    stored = client.scan(TableName=table.name, ConsistentRead=True)["Items"]
    assert len(made) + 8 == len(stored)
    return made


OPERATORS = ("__eq__", "__lt__", "__le__", "__gt__", "__ge__", "between", "begins_with")
PARTS = {
    "Profile": (),
    "Word": ("word",),
    "Pair": ("word", "number"),
    "Count": ("number",),
    "Visit": ("number", "at", "word"),
}


def holds(value: Any, operator: str, *arguments: Any) -> bool:
    """Compare a value as a condition does."""
    if operator == "between":
        return bool(arguments[0] <= value <= arguments[1])
    if operator == "begins_with":
        return bool(value.startswith(arguments[0]))
    return bool(getattr(value, operator)(*arguments))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), forward=st.booleans())
def test_a_query_finds_what_its_condition_says(*, kinds, items, collection, data, forward) -> None:
    """Of each kind that has the parts, in the order of the keys; counts are right too."""
    chosen = data.draw(st.lists(st.sampled_from(kinds), min_size=1, unique=True), label="kinds")
    model = data.draw(st.sampled_from(chosen), label="model")
    parts = PARTS[model.__name__]
    values = {"word": st.sampled_from(TEXTS), "number": st.integers(-3, 2), "at": st.sampled_from(TIMES)}
    condition, terms = None, []
    for name in parts[: data.draw(st.integers(0, len(parts)), label="parts")]:
        operator = data.draw(st.sampled_from(OPERATORS), label=name)
        arguments = [data.draw(values[name])]
        if operator == "begins_with" and name != "word":
            operator = "__eq__"
        if operator == "between":
            arguments = sorted([*arguments, data.draw(values[name])])
        term = getattr(getattr(model.attr, name), operator)(*arguments)
        condition = term if condition is None else condition & term
        terms.append((name, operator, arguments))
        if operator != "__eq__":
            break
    wanted = [
        item
        for item in items
        if type(item) in chosen
        and item.owner == "o"
        and {name for name, *_ in terms} <= {*PARTS[type(item).__name__]}
        and all(holds(getattr(item, name), operator, *arguments) for name, operator, arguments in terms)
    ]
    several = collection(*chosen)
    found = error = None
    try:
        found = several.query_all("o", sort_key_condition=condition, scan_index_forward=forward)
    except InvalidConditionError as caught:
        error = str(caught)
    if error is not None:  # a gap, in another kind than that of the condition; or a filter for unmarked kinds
        assert "it needs" in error or "give" in error
        return
    assert sorted(each.model_dump_json() for each in wanted) == sorted(each.model_dump_json() for each in found)
    assert len(wanted) == several.query_count("o", sort_key_condition=condition)
    pages = several.query_iter("o", sort_key_condition=condition, scan_index_forward=forward, page_size=20)
    assert found == list(pages)


def test_items_are_in_the_order_of_their_keys(kinds, items, collection, client, table) -> None:
    """As DynamoDB has them."""
    rows = client.query(
        TableName=table.name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "OWNER#o"}},
        ConsistentRead=True,
    )["Items"]
    found = collection(*kinds).query_all("o")
    stored = [row["size"] and {*row} & {"word", "number", "at"} for row in rows if "size" in row]
    assert stored == [{*PARTS[type(each).__name__]} for each in found]
    assert len(items) - 1 == len(found)


def test_a_filter_of_one_kind_needs_a_constant_field(kinds, items, collection) -> None:
    """Where DynamoDB could not tell to which items it belongs."""
    Profile, Word, Pair, Count, Visit = kinds  # noqa: N806 - they are classes
    both = collection(Word, Pair)
    condition = Word.attr.word < "ab"
    wanted = [each for each in items if type(each) in {Word, Pair} and each.owner == "o" and each.word < "ab"]
    assert wanted
    if hasattr(Word.attr, "kind"):
        assert len(wanted) == len(both.query_all("o", sort_key_condition=condition))
    else:
        with pytest.raises(InvalidConditionError, match="cannot tell their items apart: give Word, Pair a constant"):
            both.query_all("o", sort_key_condition=condition)
    assert 4 == len(collection(Pair, Count).query_all("o", filter_condition=Count.attr.number < -1)[4:])
    assert [] == collection(Profile, Visit).query_all("o", filter_condition=Visit.attr.at < NOW)


def test_an_index_without_the_constant_fields(kinds, items, collection) -> None:
    """The keys of the table say of which kind an item is; a query of an index can count without reading items."""
    by_owner = collection(*(kind.by_owner for kind in kinds))
    assert (len(items) - 1, 1, 0) == tuple(by_owner.query_count(owner) for owner in ("o", "p", "q"))
    some = collection(*(kind.by_owner for kind in kinds[1:3]))
    assert len(TEXTS) * 4 == some.query_count("o", sort_key_condition=kinds[1].attr.size <= 0)
    assert 0 == some.query_count("o", sort_key_condition=kinds[1].attr.size < 0)


def test_an_item_of_two_kinds(PrimaryKeyAndSortKeyModel, table, collection, client) -> None:
    """If it lacks the constant field that would tell: an error that names both."""
    config = PydamoConfig(table=table)

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("OWNER#{owner}", "ORDER#{name}")
        kind: Literal["order"] = "order"
        owner: str
        name: str

    class Line(PrimaryKeyAndSortKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("OWNER#{owner}", "ORDER#{name}#LINE#{number:02}")
        kind: Literal["line"] = "line"
        owner: str
        name: str
        number: int

    Line(owner="two", name="x", number=1).save()
    both = collection(Order, Line)
    assert [Line(owner="two", name="x", number=1)] == both.query_all("two")
    key = {"pk": {"S": "OWNER#two"}, "sk": {"S": "ORDER#y#LINE#01"}}
    parts = {"owner": {"S": "two"}, "name": {"S": "y"}, "number": {"N": "1"}}
    client.put_item(TableName=table.name, Item={**key, **parts})
    record = {"eventName": "INSERT", "dynamodb": {"Keys": key, "SequenceNumber": "1"}}
    with pytest.raises(
        Exception, match="no constant field in the record says of which model the item is, Order and Lin"
    ):
        both.from_stream_record(record)
    assert [Line(owner="two", name="x", number=1)] == both.query_all("two")  # the filter has left the other one out
    client.put_item(TableName=table.name, Item={**key, "sk": {"S": "ORDER#a"}, "kind": {"S": "order"}, **parts})
    with pytest.raises(InvalidItemError, match="its fields make the key"):
        both.query_all("two")
    for item in client.scan(TableName=table.name, ConsistentRead=True)["Items"]:
        if item["pk"]["S"] == "OWNER#two":
            client.delete_item(TableName=table.name, Key={name: item[name] for name in ("pk", "sk")})
