"""Values of keys that know their stored form: in all other respects they are plain values."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, TypeAdapter

from pydamodb._codec import attribute_values
from pydamodb._codec.annotations import storage_type_of
from pydamodb._codec.key_values import KeyForms, as_stored, plain, remembered, remembering

FORMS = KeyForms({"pk": {"S": "written"}}, {"pk": {"S": "stored"}})
NOON = datetime(2024, 5, 1, 12, 30, 1, 5, tzinfo=timezone(timedelta(hours=2)), fold=1)
VALUES = [NOON, NOON.replace(tzinfo=None), NOON.date(), NOON.timetz(), time(1, 2, fold=1), UUID(int=10**38), "Ann"]


@pytest.fixture(params=VALUES, ids=[str(each) for each in VALUES])
def value(request: pytest.FixtureRequest) -> Any:
    """Return a plain value."""
    return request.param


def test_a_value_is_equal_to_the_plain_one(value: Any) -> None:
    """Neither comparisons, nor hashes, nor texts show a difference."""
    known = remembering(value, FORMS)
    assert (known, value, True) == (value, known, isinstance(known, type(value)))
    assert (hash(value), repr(value), str(value), f"{value}") == (hash(known), repr(known), str(known), f"{known}")
    assert (FORMS, None) == (remembered(known), remembered(value))
    assert [getattr(value, name, None) for name in ("fold", "is_safe")] == [
        getattr(known, name, None) for name in ("fold", "is_safe")
    ]


def test_the_plain_value_is_of_the_plain_type(value: Any) -> None:
    """Nothing of a stored form is left in it."""
    back = plain(remembering(value, FORMS))
    assert (type(value), value, repr(value)) == (type(back), back, repr(back))
    assert value is plain(value)


def through_pickle(value: Any) -> Any:
    """Return a value as another process gets it."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - its own bytes


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, through_pickle])
def test_copies_know_the_stored_form(value: Any, make: Any) -> None:
    """They may be saved by another process."""
    made = make(remembering(value, FORMS))
    assert (FORMS, value) == (remembered(made), made)


def test_pydantic_keeps_the_value_and_its_form(value: Any) -> None:
    """A dump in Python has it, JSON has the plain text."""
    adapter: TypeAdapter[Any] = TypeAdapter(type(value))
    known = remembering(value, FORMS)
    assert FORMS == remembered(adapter.dump_python(known, warnings="error"))
    assert adapter.dump_json(value) == adapter.dump_json(known, warnings="error")
    assert value == adapter.validate_python(known)


def test_what_is_computed_from_it_is_plain() -> None:
    """A later time is another key."""
    known = remembering(NOON, FORMS)
    day, clock = remembering(NOON.date(), FORMS), remembering(NOON.timetz(), FORMS)
    text = remembering("Ann", FORMS)
    made = [
        *(known + timedelta(1), timedelta(1) + known, known - timedelta(1), known.replace(day=2), known.date()),
        *(known.astimezone(timezone.utc), known.timetz(), type(known).fromisoformat("2024-01-01"), known - NOON),
        *(day + timedelta(1), day.replace(day=2), type(day).fromordinal(1), clock.replace(hour=1), clock.isoformat()),
        *(
            type(clock).fromisoformat("01:02"),
            text + "x",
            text.lower(),
            text[:],
            str(text),
            json.loads(json.dumps(text)),
        ),
    ]
    plain_types: set[type] = {datetime, date, time, timedelta, str}
    assert [] == [each for each in made if type(each) not in plain_types]


@pytest.mark.parametrize("other", [1, Decimal(1), b"x", None, True])
def test_other_types_have_no_such_values(other: Any) -> None:
    """The instance remembers their stored form."""
    assert (None, other) == (remembering(other, FORMS), plain(other))


def test_every_field_stores_the_plain_value(value: Any) -> None:
    """A value of a key may be assigned to any other field."""
    storage, known = storage_type_of(type(value)), remembering(value, FORMS)
    assert storage.encode(value) == storage.encode(known)
    assert attribute_values.encode(value) == attribute_values.encode(known)


@pytest.mark.parametrize(
    ("steps", "written", "expected"),
    [
        (("pk",), {"S": "written"}, {"S": "stored"}),
        (("pk",), {"S": "other"}, {"S": "other"}),
        (("sk",), {"S": "written"}, {"S": "written"}),
        (("pk", "x"), {"S": "written"}, {"S": "written"}),
    ],
)
def test_only_its_own_attribute_has_the_stored_form(steps: Any, written: Any, expected: Any) -> None:
    """Other fields are compared with the form that they store."""
    assert expected == as_stored(remembering("x", FORMS), steps, written)


def test_a_model_keeps_the_value() -> None:
    """Assignments and copies do not lose it."""

    class Event(BaseModel):
        at: datetime

    event = Event(at=remembering(NOON, FORMS))
    assert FORMS == remembered(event.model_copy(deep=True).at)
