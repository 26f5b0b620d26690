"""Times to live: stored as DynamoDB wants them, and used as times."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import one_in
from pydantic import BaseModel, ConfigDict

from pydamodb import Attr, Field, ItemEncodingError, PartitionKey, PydamoConfig, SortKey, TimeToLive
from pydamodb.markers import EPOCH, LAST_SECOND

NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
HALF = timedelta(seconds=0.5)
times = st.datetimes(
    datetime(1970, 1, 3),  # noqa: DTZ001 - a bound
    datetime(2603, 10, 1),  # noqa: DTZ001 - a bound
    timezones=st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60)),
)


@pytest.fixture(scope="module")
def Session(PrimaryKeyAndSortKeyModel, make_table):
    """Define a model with an optional time to live, and a required one that is the key of an index."""

    class Session(PrimaryKeyAndSortKeyModel):
        model_config = ConfigDict(serialize_by_alias=True)

        pydamo_config = PydamoConfig(
            table=make_table("user", "number", types={"number": "N", "ttl": "N"}, local_indexes={"by-expiry": "ttl"})
        )

        user: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey] = 0
        expires_at: Annotated[datetime | None, TimeToLive, SortKey("by-expiry")] = Field(default=None, alias="ttl")

    return Session


def stored(client, model):
    """Return the attribute as DynamoDB has it."""
    item = client.get_item(
        TableName=model.pydamo_config.table.name, Key={"user": {"S": model.user}, "number": {"N": str(model.number)}}
    )["Item"]
    return item.get("ttl")


@one_in(4)
@given(value=times)
def test_any_time_reads_back_as_the_model_has_it(Session, client, value):
    """Save it, and look at the number that is stored."""
    session = Session(user="any", ttl=value)
    session.save()
    assert (session, {"N": str((value - EPOCH) // timedelta(seconds=1))}) == (
        Session.get_item("any", 0, consistent_read=True),
        stored(client, session),
    )


@pytest.mark.parametrize("value", [EPOCH, EPOCH + timedelta(seconds=LAST_SECOND)])
def test_the_first_and_the_last_second_read_back(Session, value):
    """Pydantic reads greater numbers as milliseconds."""
    session = Session(user="bounds", ttl=value)
    session.save()
    assert session == Session.get_item("bounds", 0)


def test_an_item_without_one_never_expires(Session, client):
    """The attribute is left out."""
    session = Session(user="forever")
    session.save()
    assert (session, None) == (Session.get_item("forever", 0), stored(client, session))


@pytest.fixture
def sessions(Session):
    """Save three sessions that end one second after the other."""
    sessions = [Session(user="ann", number=number, ttl=NOON + timedelta(seconds=number)) for number in range(3)]
    with Session.batch_writer() as writer:
        for session in sessions:
            writer.put(session)
    return sessions


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        (lambda ttl: ttl < NOON + HALF, [0]),
        (lambda ttl: ttl >= NOON + HALF, [1, 2]),
        (lambda ttl: ttl == NOON + timedelta(seconds=1), [1]),
        (lambda ttl: ttl == NOON + HALF, []),
        (lambda ttl: ttl <= (NOON + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=3))), [0, 1]),
        (lambda ttl: ttl.between(NOON + HALF, NOON + 3 * HALF), [1]),
        (lambda ttl: ttl > 1714564801, [2]),
        (lambda ttl: ttl > "2024-05-01T12:00:01.5Z", [2]),
    ],
)
def test_times_to_live_are_compared_exactly(Session, sessions, condition, numbers):
    """In the sort key of an index and in a filter, also with fractions of a second."""
    wanted = condition(Session.attr.expires_at)
    found = [
        Session.query_all("ann", index_name="by-expiry", sort_key_condition=wanted),
        Session.query_all("ann", filter_condition=wanted),
    ]
    assert [[sessions[number] for number in numbers]] * 2 == found


def test_pages_go_on_after_a_time_to_live(Session, sessions):
    """As the key of an index."""
    page = Session.query("ann", index_name="by-expiry", limit=2)
    rest = Session.query("ann", index_name="by-expiry", exclusive_start_key=page.last_evaluated_key)
    assert (sessions, 1714564801) == (page.items + rest.items, page.last_evaluated_key["ttl"])


def test_an_update_stores_whole_seconds(Session, sessions, client):
    """As validation does, or takes it away."""
    Session.update_item("ann", 0, updates={Session.attr.expires_at: NOON + HALF})
    Session.update_item("ann", 1, updates=[Session.attr.expires_at.set(None)])
    assert [{"N": "1714564800"}, None] == [stored(client, session) for session in sessions[:2]]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (NOON + HALF, "drop it with .replace(microsecond=0)"),
        (NOON.replace(tzinfo=None), "without a time zone"),
        (EPOCH - timedelta(seconds=1), "outside of the years 1970 to 2603"),
        (EPOCH + timedelta(seconds=LAST_SECOND + 1), "outside of the years 1970 to 2603"),
        (1714564800, "expected datetime, got int"),
    ],
)
def test_what_passed_by_validation_is_never_rounded(Session, value, reason):
    """An assignment is not validated; what would read back as another value is refused."""
    session = Session(user="assigned")
    session.expires_at = value
    with pytest.raises(ItemEncodingError, match=r"Session\.expires_at cannot be stored") as caught:
        session.save()
    assert (True, None, ("expires_at",)) == (
        reason in str(caught.value),
        Session.get_item("assigned", 0),
        caught.value.path,
    )


def test_a_default_is_whole_seconds_if_it_is_validated(PrimaryKeyModel, make_table):
    """As the error of one that is not says."""

    class Token(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"))

        id: Annotated[Attr[str], PartitionKey]
        expires_at: Attr[Annotated[datetime, TimeToLive]] = Field(
            default_factory=lambda: NOON + HALF, validate_default=True
        )

    token = Token(id="x")
    token.save()
    assert (token, NOON) == (Token.get_item("x"), token.expires_at)


def test_inside_of_an_item_it_is_a_number_too(PrimaryKeyModel, make_table, client):
    """In models and dataclasses; DynamoDB looks at the attributes of the item itself only."""

    @dataclass
    class Ticket:
        expires_at: Annotated[datetime, TimeToLive]

    class Visit(BaseModel):
        until: Annotated[datetime, TimeToLive]

    class Guest(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"))

        id: Annotated[str, PartitionKey]
        ticket: Ticket
        visits: list[Visit]

    guest = Guest(id="x", ticket=Ticket(NOON), visits=[Visit(until=NOON + HALF)])
    guest.save()
    item = client.get_item(TableName=Guest.pydamo_config.table.name, Key={"id": {"S": "x"}})["Item"]
    number = {"N": "1714564800"}
    assert (guest, {"M": {"expires_at": number}}, {"L": [{"M": {"until": number}}]}) == (
        Guest.get_item("x"),
        item["ticket"],
        item["visits"],
    )
    guest.ticket = Ticket(NOON + HALF)
    with pytest.raises(ItemEncodingError) as caught:
        guest.save()
    assert ("ticket", "expires_at") == caught.value.path
