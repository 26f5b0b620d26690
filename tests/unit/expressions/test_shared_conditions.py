"""Conditions on several models: what each model gets of them, by the names of fields."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb import Condition, InvalidConditionError, PrimaryKeyModel, raw_attribute
from pydamodb._expressions.shared_conditions import check_models, condition_for, paths_of


class Base(PrimaryKeyModel):
    """A base of both models."""

    name: str


class Inner(BaseModel):
    """A part of a model."""

    city: str


class Order(Base):
    total: int = 0
    address: Inner | None = None


class Person(Base):
    age: int = 0


class Odd(Condition):
    """A condition that nobody knows."""


total, age, name = Order.attr.total, Person.attr.age, Order.attr.name


@pytest.mark.parametrize(
    ("condition", "of_order", "of_person"),
    [
        (total > 5, "total > 5", None),
        (name == "x", "name == 'x'", "name == 'x'"),
        (Base.attr.name == "x", "name == 'x'", "name == 'x'"),
        ((total > 5) | (age > 1), "total > 5", "age > 1"),
        ((total > 5) | (total < 1) | (age > 1), "(total > 5) | (total < 1)", "age > 1"),
        ((total > 5) & (name == "x"), "(total > 5) & (name == 'x')", None),
        ((total > 5) & (age > 1), None, None),
        (((total > 5) | (age > 1)) & (name == "x"), "(total > 5) & (name == 'x')", "(age > 1) & (name == 'x')"),
        (~(total > 5), "~(total > 5)", None),
        (name.size() > 1, "size(name) > 1", "size(name) > 1"),
        (total.exists(), "exists", None),
        (total.between(1, 2), "between", None),
        (total.in_(1, 2), "in", None),
        (total > age, None, None),
        (Order.attr.address.city == "x", "address.city == 'x'", None),
        (raw_attribute("total") == 5, "total == 5", "raw"),
        (raw_attribute("total")["x"] == 5, None, "raw"),
    ],
)
def test_each_model_gets_what_is_about_its_fields(condition: Any, of_order: str | None, of_person: str | None) -> None:
    """And nothing where the condition says nothing of its items."""
    for model, expected in ((Order, of_order), (Person, of_person)):
        found = condition_for(model, condition)
        assert (expected is None) == (found is None), model
        if found is not None:
            assert {model} == {path.model for path in paths_of(found)}


def test_an_unknown_condition_stays() -> None:
    """Whoever renders it refuses it."""
    odd = Odd()
    assert odd is condition_for(Order, odd)


def test_fields_of_other_models_are_refused() -> None:
    """Those of a base are fields of the model."""
    condition = (total > 5) | ~(Base.attr.name == "x") | (raw_attribute("x") == 1)
    check_models([Order], "Order", condition)
    with pytest.raises(
        InvalidConditionError, match=r"^Person: Order\.total is a field of none of them; use the fields of"
    ):
        check_models([Person], "Person", condition)
