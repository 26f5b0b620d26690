"""Which keys may have another form than their model writes, and what an instance remembers of a computed one."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from pydantic import BaseModel, computed_field

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import Unstorable
from pydamodb._codec.stored_keys import forget_key, forms_of, stored_keys

NEW_YEAR = datetime(2024, 1, 1, tzinfo=timezone.utc)
WRITTEN = "2024-01-01T00:00:00.000000Z"


class Timed(BaseModel):
    pk: str = "a"
    at: datetime = NEW_YEAR
    number: Decimal = Decimal(1)

    @computed_field
    @property
    def sk(self) -> str:
        """Compute the sort key."""
        return f"{1 / self.number:05}"


def test_a_key_with_one_form_is_not_compared() -> None:
    """Models with plain keys pay nothing; numbers have one form, too."""
    assert stored_keys(Timed, ("pk", "number"), record_schema_of(Timed)) is None


@pytest.mark.parametrize("stored", ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000000+0000", "2024-01-01"])
def test_a_value_of_another_form_is_refused(stored: str) -> None:
    """With the form that the model writes."""
    keys = stored_keys(Timed, ("pk", "at"), record_schema_of(Timed))
    assert keys is not None
    assert keys.accept(Timed(), {"at": {"S": WRITTEN}})
    with pytest.raises(Unstorable) as caught:
        keys.check(Timed(), {"at": {"S": stored}})
    assert (WRITTEN in caught.value.reason, False) == (True, keys.accept(Timed(), {"at": {"S": stored}}))


def test_only_an_item_with_another_key_is_left_to_the_careful_way() -> None:
    """Also if its key is absent: the others of the page cost what they did."""
    keys = stored_keys(Timed, ("pk", "at"), record_schema_of(Timed))
    assert keys is not None
    stored = [{"at": {"S": WRITTEN}}, {"at": {"S": "2024-01-01"}}, {}, {"at": {"S": WRITTEN}}]
    assert [1, 2] == keys.refused([Timed() for _ in stored], stored)
    assert [] == keys.refused([Timed()], stored[:1])


def test_a_computed_key_of_another_form_is_remembered_until_it_is_deleted() -> None:
    """As long as the key of the instance is the same."""
    keys = stored_keys(Timed, ("pk", "sk"), record_schema_of(Timed))
    assert keys is not None
    item = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    timed = Timed()
    keys.check(timed, item)
    written = {"pk": {"S": "a"}, "sk": {"S": "00001"}}
    forms = forms_of(timed, written)
    assert forms is not None
    assert ((written, item), None, Timed()) == (forms, forms_of(timed, {**written, "pk": {"S": "b"}}), timed)
    forget_key(timed)
    assert None is forms_of(timed, written)


def test_a_computed_key_that_raises_is_not_compared() -> None:
    """The item can be read all the same."""
    keys = stored_keys(Timed, ("pk", "sk"), record_schema_of(Timed))
    assert keys is not None
    assert keys.accept(Timed(number=Decimal(0)), {"pk": {"S": "a"}, "sk": {"S": "1"}})


def test_a_value_that_cannot_be_written_is_refused() -> None:
    """Its item could not be found."""
    keys = stored_keys(Timed, ("pk", "at"), record_schema_of(Timed))
    assert keys is not None
    with pytest.raises(Unstorable, match="expected datetime"):
        keys.check(Timed.model_construct(at="no time"), {"at": {"S": WRITTEN}})
