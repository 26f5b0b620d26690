"""What an instance remembers of the key under which it was read."""

from __future__ import annotations

from datetime import datetime, timezone

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.key_values import remembered
from pydamodb._codec.stored_keys import stored_keys


class Timed(BaseModel):
    pk: str = "a"
    at: datetime


ITEM = {"pk": {"S": "a"}, "at": {"S": "2024-01-01T00:00:00Z"}}
NEW_YEAR = datetime(2024, 1, 1, tzinfo=timezone.utc)


def test_a_key_with_one_form_is_not_remembered() -> None:
    """Models with plain keys pay nothing."""
    assert stored_keys(Timed, ("pk",), record_schema_of(Timed)) is None


def test_a_value_of_a_key_knows_its_form() -> None:
    """It is forgotten after a delete."""
    keys = stored_keys(Timed, ("pk", "at"), record_schema_of(Timed))
    assert keys is not None
    event = Timed(at=NEW_YEAR)
    keys.remember(event, ITEM)
    found = keys.forms_of(event)
    assert found is not None
    assert (found, ITEM) == (remembered(event.at), found.stored)
    keys.forget(event)
    assert (None, Timed(at=NEW_YEAR)) == (keys.forms_of(event), event)


def test_a_value_that_cannot_be_written_has_no_stored_form() -> None:
    """The item can be read all the same."""
    keys = stored_keys(Timed, ("pk", "at"), record_schema_of(Timed))
    assert keys is not None
    event = Timed.model_construct(at="no time")
    keys.remember(event, ITEM)
    assert keys.forms_of(event) is None
