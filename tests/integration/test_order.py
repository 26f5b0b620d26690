"""Stored order is value order: sort keys and conditions agree with Python's own comparisons, on the engine too."""

import operator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import one_in
from pydantic import create_model
from sample_values import ORDERED

from pydamodb import ConditionCheckFailedError, PydamoConfig

COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
partitions = map("partition-{}".format, count())


@pytest.fixture(scope="module")
def sorted_model(PrimaryKeyAndSortKeyModel, make_table):
    """Return what defines a model with a sort key of a type, and makes its table, once for each."""
    made = {}

    def make(kind):
        if kind not in made:
            annotation, tag, _ = ORDERED[kind]
            base = PrimaryKeyAndSortKeyModel
            made[kind] = create_model("Sorted", __base__=base, partition=(str, ...), value=(annotation, ...))
            made[kind].pydamo_config = PydamoConfig(table=make_table("partition", "value", types={"value": tag}))
        return made[kind]

    return make


@pytest.fixture(scope="module")
def plain_model(PrimaryKeyModel, make_table):
    """Return what defines a model with a field of a type that is no key."""
    table = make_table("key")
    made = {}

    def make(kind):
        if kind not in made:
            made[kind] = create_model("Plain", __base__=PrimaryKeyModel, key=(str, ...), value=(ORDERED[kind][0], ...))
            made[kind].pydamo_config = PydamoConfig(table=table)
        return made[kind]

    return make


@pytest.mark.parametrize("kind", ORDERED)
@one_in(10)
@given(data=st.data())
def test_a_query_returns_items_in_the_order_of_their_values(sorted_model, kind, data):
    """Save values in any order, and read them sorted, and between bounds."""
    model = sorted_model(kind)
    values = data.draw(st.lists(ORDERED[kind][2], min_size=3, max_size=12, unique=True))
    bound, other = data.draw(st.sampled_from(values)), data.draw(ORDERED[kind][2])
    low, high = sorted([bound, other])
    partition = next(partitions)
    with model.batch_writer() as writer:
        for value in values:
            writer.put(model(partition=partition, value=value))

    def read(condition=None):
        return [item.value for item in model.query_all(partition, sort_key_condition=condition)]

    field = model.attr.value
    assert sorted(values) == read()
    assert sorted(value for value in values if value < bound) == read(field < bound)
    assert sorted(value for value in values if value <= bound) == read(field <= bound)
    assert sorted(value for value in values if value > bound) == read(field > bound)
    assert sorted(value for value in values if value >= other) == read(field >= other)
    assert sorted(value for value in values if low <= value <= high) == read(field.between(low, high))
    assert [bound] == read(field == bound)


@pytest.mark.parametrize("kind", ORDERED)
@one_in(10)
@given(data=st.data())
def test_conditions_agree_with_python(plain_model, kind, data):
    """Compare a stored value with another one, in every way, as Python does."""
    model, values = plain_model(kind), ORDERED[kind][2]
    stored = data.draw(values)
    other = data.draw(values | st.just(stored))
    third = data.draw(values)
    low, high = sorted([other, third])
    item = model(key="k", value=stored)
    item.save()

    def holds(condition):
        try:
            item.save(condition=condition)
        except ConditionCheckFailedError:
            return False
        return True

    field = model.attr.value
    for compare in COMPARISONS:
        assert compare(stored, other) == holds(compare(field, other))
    assert (low <= stored <= high) == holds(field.between(low, high))
    assert (stored in {other, third}) == holds(field.in_(other, third))
