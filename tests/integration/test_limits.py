"""DynamoDB's limits of one expression: what fits is sent, what does not is refused before anything is sent."""

# ruff: noqa: RUF012 - fixtures give models, whose fields have defaults

import functools
import operator
from typing import Any

import pydantic
import pytest

from pydamodb import (
    And,
    ConditionCheckFailedError,
    DynamoDBClientError,
    InvalidConditionError,
    InvalidRequestError,
    InvalidUpdateError,
    ItemEncodingError,
    Not,
    Or,
    PydamoConfig,
    UnprocessedItemsError,
)


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table."""
    return make_table("name")


@pytest.fixture(scope="module")
def Wide(PrimaryKeyModel, table):
    """Define a model with a map and a number."""

    class Wide(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        name: str
        age: int = 0
        text: str = ""
        scores: dict[str, int] = {}

    return Wide


def joined(kind, parts):
    """Join conditions one by one, as a program does in a loop."""
    return functools.reduce(operator.and_ if kind is And else operator.or_, parts)


def conditions(Wide):
    """Return conditions with their operators: the most that fit, and one more."""
    age, text = Wide.attr.age, Wide.attr.text
    return {
        "and": (lambda count: joined(And, (age != number + 1 for number in range(count))), 150),
        "or": (lambda count: joined(Or, (age != number for number in range(count))), 150),
        "not": (lambda count: joined(And, (Not(age == -1 - number) for number in range(count))), 100),
        "size": (lambda count: joined(Or, (text.size() != number for number in range(count))), 100),
        "function": (lambda count: And(*(~text.begins_with(str(number)) for number in range(count))), 100),
        "in": (lambda count: joined(Or, (age.in_(0, number) for number in range(count))), 150),
        "nested": (lambda count: Or(*(And(age == 0, age != number + 1) for number in range(count))), 75),
    }


@pytest.mark.parametrize("name", ["and", "or", "not", "size", "function", "in", "nested"])
def test_a_condition_has_at_most_300_operators(Wide, table, requests_of, name):
    """DynamoDB counts AND, OR, NOT, each comparison and each function."""
    make, most = conditions(Wide)[name]
    Wide(name=name, text="x").save()
    Wide(name=name, text="x").save(condition=make(most))
    assert name in {each.name for each in Wide.scan_all(filter_condition=make(most))}
    with requests_of(table) as sent:
        for use in (
            lambda: Wide(name=name).save(condition=make(most + 1)),
            lambda: Wide.scan(filter_condition=make(most + 1)),
            lambda: Wide.update_item(name, updates={Wide.attr.age: 1}, condition=make(most + 1)),
        ):
            with pytest.raises(InvalidConditionError, match=r"300.*[Uu]se in_\(\)"):
                use()
    assert [] == sent


def test_what_is_added_to_a_condition_counts(Wide):
    """`must_exist` takes an operator and a function."""
    make, most = conditions(Wide)["and"]
    Wide(name="added").save()
    Wide.update_item("added", updates={Wide.attr.age: 0}, condition=make(most - 1), must_exist=True)
    with pytest.raises(InvalidConditionError, match=r"ConditionExpression has .* 301 operators"):
        Wide.update_item("added", updates={Wide.attr.age: 1}, condition=make(most), must_exist=True)


def test_a_condition_has_at_most_4_kb(Wide):
    """Operands of `in_` make it long without operators."""
    age = Wide.attr.age
    parts = [age.in_(*range(number, number + 100)) for number in range(6)]
    Wide(name="long").save()
    with pytest.raises(ConditionCheckFailedError):
        Wide(name="long").save(condition=joined(Or, parts[1:]))
    with pytest.raises(InvalidConditionError, match=r"4\d\d\d bytes .*4096 \(4 KB\)"):
        Wide(name="long").save(condition=joined(Or, parts))


def test_an_update_has_at_most_4_kb(Wide, table, requests_of, on_moto):
    """Each path and each value has a placeholder, so that long names do not count."""
    scores = Wide.attr.scores
    Wide(name="many").save()
    count = 50 if on_moto else 200  # moto recurses for each action
    Wide.update_item("many", updates={scores[f"{number}" * 50]: number for number in range(count)})
    assert count == len(Wide.get_item("many").scores)
    with requests_of(table) as sent:
        for count in (250, 16_000):
            with pytest.raises(InvalidUpdateError, match=r"4\d\d\d bytes .*4096 \(4 KB\).*divide the update"):
                Wide.update_item("many", updates={scores[f"{number}"]: number for number in range(count)})
    assert [] == sent


def test_removals_are_short(Wide, on_moto):
    """Several hundred of them fit."""
    scores = Wide.attr.scores
    count = 50 if on_moto else 370  # moto recurses for each action
    Wide(name="fewer", scores={f"{number}": 1 for number in range(count)}).save()
    Wide.update_item("fewer", updates=[scores[f"{number}"].remove() for number in range(count)])
    assert {} == Wide.get_item("fewer").scores
    with pytest.raises(InvalidUpdateError, match="4 KB"):
        Wide.update_item("fewer", updates=[scores[f"{number}"].remove() for number in range(450)])


def test_a_chain_of_many_conditions_ends_early(Wide):
    """It would be copied again with each condition."""
    with pytest.raises(InvalidConditionError, match=r"^Or: 151 conditions have more than 300 operators and functions"):
        joined(Or, (Wide.attr.age != number for number in range(1_000_000)))


def test_a_deep_condition_ends_early(Wide, table, requests_of):
    """And and Or in turns are nested: Python's own limit comes first."""
    condition = Wide.attr.age == 0
    for number in range(16_000):
        condition = (condition & (Wide.attr.age != number)) if number % 2 else (condition | (Wide.attr.age == number))
    with requests_of(table) as sent:
        for use in (lambda: Wide(name="x").save(condition=condition), lambda: Wide.scan(filter_condition=condition)):
            with pytest.raises(InvalidConditionError, match="nested too deep"):
                use()
    assert [] == sent


def test_a_projection_has_at_most_4_kb(PrimaryKeyModel, table, requests_of):
    """Names of several hundred fields do not fit."""
    fields = {f"field_{number}": (int, 0) for number in range(700)}
    many = pydantic.create_model("Many", __base__=PrimaryKeyModel, name=(str, ...), **fields)
    many.pydamo_config = PydamoConfig(table=table)
    few, all_of_them = (pydantic.create_model("Part", **dict(list(fields.items())[:count])) for count in (500, 700))
    many(name="many", field_1=5).save()
    assert 5 == many.get_item("many", projection=few).field_1
    with requests_of(table) as sent, pytest.raises(InvalidRequestError, match=r"ProjectionExpression .*fewer fields"):
        many.get_item("many", projection=all_of_them)
    assert [] == sent


def chain_of(count):
    """Return a chain of model types, each with the next one in an optional field, outermost first."""
    kinds = [pydantic.create_model("Last", level=(int, 0))]
    for number in range(1, count):
        kinds.append(pydantic.create_model(f"Level{number}", level=(int, number), below=(kinds[-1] | None, None)))
    return kinds[::-1]


@pytest.fixture(scope="module")
def Deep(PrimaryKeyModel, table):
    """Define a model with a chain of 200 types below it, and a value of any type."""
    try:
        first, *_ = chain_of(200)
    except RecursionError:
        pytest.skip("this Pydantic cannot make models of so many types")
    fields = {"name": (str, ...), "below": (first | None, None), "anything": (Any, None)}
    model = pydantic.create_model("Deep", __base__=PrimaryKeyModel, **fields)
    model.pydamo_config = PydamoConfig(table=table)
    return model


def test_a_chain_of_200_types_is_a_model(Deep):
    """It is stored, read and updated to DynamoDB's 32 levels."""
    data = None
    for _ in range(31):
        data = {"level": 3, "below": data}
    deep = Deep(name="chain", below=data)
    deep.save()
    assert deep == Deep.get_item("chain")
    path = Deep.attr(".".join(["below"] * 31 + ["level"]))
    Deep.update_item("chain", updates={path: 7}, condition=path == 3)
    assert 7 == functools.reduce(lambda value, _: value.below, range(31), Deep.get_item("chain")).level


@pytest.mark.parametrize("make", [lambda count: {"below": chained(count)}, lambda count: {"anything": listed(count)}])
def test_a_value_that_is_nested_too_deep_is_an_error_of_ours(Deep, make):
    """DynamoDB refuses what it gets, and what cannot even be sent is refused before; a batch reports what is left."""
    with pytest.raises((DynamoDBClientError, ItemEncodingError), match=r"Deep.*(nested too deep|Nesting Levels)"):
        Deep(name="deep", **make(199)).save()
    with pytest.raises((UnprocessedItemsError, ItemEncodingError)):
        put_all([Deep(name="deep", **make(199)), Deep(name="flat")])
    with pytest.raises((DynamoDBClientError, InvalidUpdateError, ItemEncodingError)):
        Deep.update_item("deep", updates={Deep.attr.anything: listed(300)})


def put_all(models):
    """Put models in one batch."""
    with type(models[0]).batch_writer() as writer:
        for model in models:
            writer.put(model)


def chained(count):
    """Return nested values for a chain of models."""
    return functools.reduce(lambda below, _: {"below": below}, range(count - 1), {})


def listed(count):
    """Return nested lists."""
    return functools.reduce(lambda inner, _: [inner], range(count), [])
