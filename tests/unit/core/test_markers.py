"""Marks: given as a class or as an instance, found wherever Pydantic keeps them, and no part of a field's type."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError
from typing_extensions import TypeAliasType

from pydamodb import Attr, ConfigurationError, PartitionKey, SortKey, TimeToLive, Version
from pydamodb._codec.hints import is_marked, marks_of
from pydamodb.markers import EPOCH, LAST_SECOND, marks_among

Name = TypeAliasType("Name", Annotated[str, PartitionKey])
strict: Any = Attr


@pytest.mark.parametrize(
    ("annotation", "marks"),
    [
        (str, ()),
        (Annotated[str, "PartitionKey"], ()),
        (Annotated[str, PartitionKey], (PartitionKey(),)),
        (Annotated[str, PartitionKey()], (PartitionKey(),)),
        (Annotated[str, PartitionKey, SortKey("a")], (PartitionKey(), SortKey("a"))),
        (Annotated[str, PartitionKey("a"), PartitionKey(index="b")], (PartitionKey("a"), PartitionKey("b"))),
        (Annotated[str | None, SortKey("a")], (SortKey("a"),)),
        (Annotated[str, SortKey("a")] | None, (SortKey("a"),)),
        (Annotated[datetime, TimeToLive], (TimeToLive(),)),
        (Annotated[int, Version], (Version(),)),
        (Name, (PartitionKey(),)),
        (list[Annotated[datetime, TimeToLive]], ()),
        (strict[Annotated[str, PartitionKey]], (PartitionKey(),)),
        (Annotated[strict[str], PartitionKey], (PartitionKey(),)),
        (strict[Annotated[str, SortKey("a")] | None], (SortKey("a"),)),
    ],
)
def test_marks_are_found_where_they_may_stand(annotation: Any, marks: Any) -> None:
    """In the metadata of the field, of its alias, or of one of its options; not of what it contains."""

    class Model(BaseModel):
        field: annotation

    info = Model.model_fields["field"]
    assert (marks, bool(marks)) == (marks_of(info.annotation, info.metadata), is_marked(Model))


def test_all_other_metadata_are_no_marks() -> None:
    """Whatever they are."""
    assert (SortKey(),) == marks_among(("x", int, None, SortKey, [1]))


@pytest.mark.parametrize("mark", [PartitionKey, SortKey])
@pytest.mark.parametrize("index", ["", 1, b"x", str])
def test_an_index_has_a_name(mark: Any, index: Any) -> None:
    """A mark without one is the table's."""
    with pytest.raises(ConfigurationError) as caught:
        mark(index=index)
    expected = f"{mark.__name__}(index=...) takes an index name, got {index!r}; use {mark.__name__} for the table"
    assert expected == str(caught.value)


def test_marks_of_keys_change_nothing_for_pydantic() -> None:
    """The field validates and writes as it does without."""
    plain, marked = TypeAdapter(int), TypeAdapter(Annotated[int, PartitionKey, SortKey("a")])
    assert (plain.core_schema, plain.json_schema()) == (marked.core_schema, marked.json_schema())


AT = datetime(2024, 5, 1, 12, 30, 15, 999999, tzinfo=timezone.utc)
expiry: TypeAdapter[Any] = TypeAdapter(Annotated[datetime | None, TimeToLive])


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, None),
        (AT, AT.replace(microsecond=0)),
        (AT.astimezone(timezone(timedelta(hours=5, microseconds=1))), AT.replace(microsecond=0)),
        ("2024-05-01T14:30:15.5+02:00", AT.replace(microsecond=0)),
        (1714566615, AT.replace(microsecond=0)),
        (1714566615.75, AT.replace(microsecond=0)),
        (0, EPOCH),
        (LAST_SECOND, EPOCH + timedelta(seconds=LAST_SECOND)),
        (EPOCH + timedelta(seconds=LAST_SECOND, microseconds=999999), EPOCH + timedelta(seconds=LAST_SECOND)),
    ],
)
def test_a_time_to_live_is_brought_to_whole_seconds_of_utc(given: Any, read: Any) -> None:
    """As it is read back later: the same value in the same time zone."""
    value = expiry.validate_python(given)
    assert (read, read and timezone.utc) == (value, value and value.tzinfo)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (datetime(2024, 5, 1), "time_to_live_naive"),  # noqa: DTZ001 - it is the point
        ("2024-05-01T12:00:00", "time_to_live_naive"),
        (EPOCH - timedelta(microseconds=1), "time_to_live_range"),
        (-1, "time_to_live_range"),
        (EPOCH + timedelta(seconds=LAST_SECOND + 1), "time_to_live_range"),
        (datetime.max.replace(tzinfo=timezone.utc), "time_to_live_range"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), "time_to_live_range"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), "time_to_live_range"),
    ],
)
def test_a_time_to_live_that_would_read_back_as_another_is_refused(given: Any, kind: str) -> None:
    """Without a time zone it may be any time; far from now, Pydantic takes numbers for milliseconds."""
    with pytest.raises(ValidationError) as caught:
        expiry.validate_python(given)
    assert [kind] == [error["type"] for error in caught.value.errors()]


def test_the_json_form_of_a_time_to_live_stays_pydantics() -> None:
    """Only what is stored is a number."""
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[AwareDatetime, TimeToLive()])
    plain: TypeAdapter[Any] = TypeAdapter(AwareDatetime)
    assert (plain.json_schema(), b'"2024-05-01T12:30:15Z"') == (
        adapter.json_schema(),
        adapter.dump_json(adapter.validate_python(AT)),
    )
