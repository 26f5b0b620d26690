"""Updates below maps that are not stored, driven by hand: which requests follow a refused one, and when it stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, field_serializer, model_validator
from typing_extensions import NotRequired, TypedDict

from pydamodb import Version
from pydamodb._operations import items
from pydamodb._operations.items import Update
from pydamodb._operations.keys import MISSING
from pydamodb._operations.requests import RequestFailed
from pydamodb.exceptions import ConditionCheckFailedError, ItemNotFoundError, VersionConflictError
from pydamodb.fields import AttributePath, raw_attribute


class Geo(BaseModel):
    latitude: float = 0.0
    label: str | None = None


class Profile(BaseModel):
    nick: str | None = None
    level: int = Field(default=1, le=10)
    seen: dict[str, int] = {}
    tags: list[str] = []
    groups: set[str] = set()
    geo: Geo | None = None
    geos: list[Geo] = []


class Loose(BaseModel):
    weight: float = 0
    name: str = ""


class Address(BaseModel):
    street: str
    city: str


class Ordered(BaseModel):
    low: int = 0
    high: int = 0

    @model_validator(mode="after")
    def _check(self) -> Ordered:
        if self.low > self.high:
            raise ValueError("low is greater than high")
        return self


class Marked(BaseModel):
    text: str = ""

    @model_validator(mode="before")
    @classmethod
    def _lower(cls, data: Any) -> Any:
        return {"text": data["text"].lower()} if isinstance(data, dict) and "text" in data else data


@dataclass
class Parcel:
    weight: int
    notes: list[str] = field(default_factory=list)


class Spot(TypedDict):
    name: str
    area: NotRequired[int]


class User(BaseModel):
    id: str
    profile: Profile | None = None
    second: Profile = Profile()
    home: Address | None = None
    parcel: Parcel | None = None
    spot: Spot | None = None
    stats: dict[str, int] = {}
    nested: dict[str, dict[str, Decimal]] = {}
    anything: Any = None
    untyped: dict[str, Any] = {}
    either: Profile | Ordered | None = None
    ordered: Ordered = Ordered()
    marked: Marked = Marked()
    loose: Loose | None = None
    written: Profile | None = None
    count: int = 0

    @field_serializer("written")
    def _write(self, value: Profile | None) -> Any:
        return value and {"text": "x"}


class Counted(BaseModel):
    id: str
    profile: Profile | None = None
    version: Annotated[int, Version] = 0


attr: Any = AttributePath(User)
INVALID = (
    "ValidationException",
    "The document path provided in the update expression is invalid for update",
    dict[str, Any](),
)
PROFILE = {"level": {"N": "1"}, "seen": {"M": {}}, "tags": {"L": []}, "geos": {"L": []}}


def failed(**item: Any) -> Any:
    """Return the failure of a condition, with the stored item."""
    return "ConditionalCheckFailedException", "The conditional request failed", {"Item": item} if item else {}


def readable(payload: Any) -> tuple[str, str | None, list[Any]]:
    """Return the update and the condition of a request with the names in them, and the values in their order."""
    names = payload.get("ExpressionAttributeNames", {})

    def filled(text: str | None) -> str | None:
        for placeholder, name in sorted(names.items(), reverse=True):
            text = text and text.replace(placeholder, name)
        return text

    values = list(payload.get("ExpressionAttributeValues", {}).values())
    return filled(payload["UpdateExpression"]) or "", filled(payload.get("ConditionExpression")), values


@pytest.fixture
def send(drive: Any, description: Any, table_for: Any) -> Any:
    """Return what updates the item "a" and answers its requests; it returns the requests and the result."""

    def make(updates: Any, *replies: Any, model: Any = User, **options: Any) -> Any:
        flow = items.update_item(table_for(model), "a", MISSING, Update(updates, **options))
        calls, pauses, result = drive(flow, description("id"), *replies)
        assert [] == pauses
        return [payload for operation, payload in calls if operation == "UpdateItem"], result

    return make


ABSENT = "attribute_not_exists(profile) OR profile = :v1"
MADE: dict[str, tuple[Any, str, str | None, list[Any]]] = {
    "a value of a model": (
        {attr.profile.nick: "x"},
        "SET profile = :v0",
        ABSENT,
        [{"M": {**PROFILE, "nick": {"S": "x"}}}, {"NULL": True}],
    ),
    "several values": (
        [attr.profile.nick.set("x"), attr.count.add(1), attr.profile.level.set(3)],
        "ADD count :v0 SET profile = :v1",
        "attribute_not_exists(profile) OR profile = :v2",
        [{"N": "1"}, {"M": {**PROFILE, "nick": {"S": "x"}, "level": {"N": "3"}}}, {"NULL": True}],
    ),
    "None and a value": (
        {attr.profile.nick: None, attr.profile.level: 3},
        "SET profile = :v0",
        ABSENT,
        [{"M": {**PROFILE, "level": {"N": "3"}}}, {"NULL": True}],
    ),
    "a map in a model": (
        {attr.profile.seen["x"]: 1},
        "SET profile = :v0",
        ABSENT,
        [{"M": {**PROFILE, "seen": {"M": {"x": {"N": "1"}}}}}, {"NULL": True}],
    ),
    "a model in a model": (
        {attr.profile.geo.label: "x"},
        "SET profile = :v0",
        ABSENT,
        [{"M": {**PROFILE, "geo": {"M": {"latitude": {"N": "0"}, "label": {"S": "x"}}}}}, {"NULL": True}],
    ),
    "a sum, elements and a removal": (
        [
            attr.profile.level.add(2),
            attr.profile.groups.add({"a", "b"}),
            attr.profile.tags.append("t"),
            attr.profile.nick.set(attr.profile.nick.if_not_exists("x")),
            attr.profile.geo.remove(),
        ],
        "SET profile = :v0",
        ABSENT,
        [
            {
                "M": {
                    **PROFILE,
                    "level": {"N": "2"},
                    "groups": {"SS": ["a", "b"]},
                    "tags": {"L": [{"S": "t"}]},
                    "nick": {"S": "x"},
                }
            },
            {"NULL": True},
        ],
    ),
    "a model that is never None": (
        {attr.second.nick: "x"},
        "SET second = :v0",
        "attribute_not_exists(second)",
        [{"M": {**PROFILE, "nick": {"S": "x"}}}],
    ),
    "a dict": (
        {attr.stats["a"]: 1, attr.stats["b"]: 2},
        "SET stats = :v0",
        "attribute_not_exists(stats)",
        [{"M": {"a": {"N": "1"}, "b": {"N": "2"}}}],
    ),
    "a dict of dicts": (
        {attr.nested["a"]["b"]: Decimal("1.5")},
        "SET nested = :v0",
        "attribute_not_exists(nested)",
        [{"M": {"a": {"M": {"b": {"N": "1.5"}}}}}],
    ),
    "a dataclass": (
        {attr.parcel.weight: 3},
        "SET parcel = :v0",
        "attribute_not_exists(parcel) OR parcel = :v1",
        [{"M": {"weight": {"N": "3"}, "notes": {"L": []}}}, {"NULL": True}],
    ),
    "a typed dict": (
        {attr.spot.name: "x"},
        "SET spot = :v0",
        "attribute_not_exists(spot) OR spot = :v1",
        [{"M": {"name": {"S": "x"}}}, {"NULL": True}],
    ),
    "a default of another type": (
        {attr.loose.name: "x"},
        "SET loose = :v0",
        "attribute_not_exists(loose) OR loose = :v1",
        [{"M": {"weight": {"N": "0"}, "name": {"S": "x"}}}, {"NULL": True}],
    ),
    "all required fields": (
        {attr.home.street: "Main Street 1", attr.home.city: "Oslo"},
        "SET home = :v0",
        "attribute_not_exists(home) OR home = :v1",
        [{"M": {"street": {"S": "Main Street 1"}, "city": {"S": "Oslo"}}}, {"NULL": True}],
    ),
    "values of any type in a dict": (
        {attr.untyped["a"]["b"]: 1},
        "SET untyped = :v0",
        "attribute_not_exists(untyped)",
        [{"M": {"a": {"M": {"b": {"N": "1"}}}}}],
    ),
    "one of two models": (
        {attr.either("nick"): "x"},
        "SET either = :v0",
        "attribute_not_exists(either) OR either = :v1",
        [{"M": {**PROFILE, "nick": {"S": "x"}}}, {"NULL": True}],
    ),
    "a map that may be another one": (
        {attr.profile.nick: "x", attr.home.city: "Oslo"},
        "SET profile = :v0, home.city = :v1",
        "attribute_not_exists(profile) OR profile = :v2",
        [{"M": {**PROFILE, "nick": {"S": "x"}}}, {"S": "Oslo"}, {"NULL": True}],
    ),
}


def sorted_sets(values: list[Any]) -> list[Any]:
    """Return encoded values, with the elements of the sets in their order."""
    return [
        {"M": {name: {"SS": sorted(part["SS"])} if "SS" in part else part for name, part in value["M"].items()}}
        if "M" in value
        else value
        for value in values
    ]


@pytest.mark.parametrize("name", MADE)
def test_an_absent_map_is_set_as_a_whole_in_a_second_request(send: Any, name: str) -> None:
    """The map is made from the given values alone, and only if the item still has none."""
    updates, text, condition, values = MADE[name]
    requests, result = send(updates, INVALID, {})
    assert result is None
    found = readable(requests[1])
    assert (text, condition, values) == (*found[:2], sorted_sets(found[2]))
    assert "ALL_OLD" == requests[1]["ReturnValuesOnConditionCheckFailure"]


KEPT = {
    "a value of any type": {attr.anything["a"]: 1},
    "an undeclared attribute": {raw_attribute("old")["a"]: 1},
    "a required field is missing": {attr.home.city: "Oslo"},
    "a typed dict without its required key": {attr.spot.area: 3},
    "a computed value": {attr.stats["a"]: attr.count},
    "a sum": {attr.stats["a"]: attr.stats["a"] + 1},
    "a default of another field": {attr.stats["a"]: attr.count.if_not_exists(1)},
    "an element of a list": [attr.profile.tags[0].set("x")],
    "an element of an absent list": [attr.profile.geos[0].label.set("x")],
    "a removal alone": [attr.profile.nick.remove()],
    "elements that leave a set": [attr.profile.groups.delete({"x"})],
    "a rule of the whole map": {attr.ordered.low: 3},
    "a constraint that the sum breaks": [attr.profile.level.add(11)],
    "a validator of the whole that changes the value": {attr.marked.text: "X"},
    "a union that chooses another model": {attr.either("high"): 3, attr.either("nick"): "x"},
}


@pytest.mark.parametrize("name", KEPT)
def test_a_map_that_cannot_be_made_is_the_error_of_the_first_request(send: Any, name: str) -> None:
    """Nothing more is sent, and the error names the path and the remedy."""
    requests, error = send(KEPT[name], INVALID)
    assert 1 == len(requests)
    assert isinstance(error, RequestFailed)
    assert "no map or list is stored on the way to" in error.message
    assert error.__context__ is None


def test_a_map_of_a_custom_serializer_is_not_made(send: Any) -> None:
    """Nothing is known of the form that it writes."""
    requests, _ = send([raw_attribute("written")["nick"].set("x")], INVALID)
    assert 1 == len(requests)


def test_an_update_that_succeeds_is_one_request(send: Any) -> None:
    """The usual case costs nothing."""
    requests, _ = send({attr.profile.nick: "x"}, {})
    assert [("SET profile.nick = :v0", None, [{"S": "x"}])] == list(map(readable, requests))
    assert "ReturnValuesOnConditionCheckFailure" not in requests[0]


def test_other_failures_are_not_repeated(send: Any) -> None:
    """Only DynamoDB's word that a path is invalid, and that nothing was written, leads to another request."""
    requests, error = send({attr.profile.nick: "x"}, "ValidationException")
    assert 1 == len(requests)
    assert "refused with ValidationException" == error.message


def test_the_options_of_the_caller_hold_in_each_request(send: Any) -> None:
    """The condition, must_exist and return_values go with the second request too."""
    options = {"condition": attr.count == 3, "must_exist": True, "return_values": "UPDATED_NEW"}
    requests, result = send(
        {attr.stats["a"]: 1}, INVALID, {"Attributes": {"stats": {"M": {"a": {"N": "1"}}}}}, **options
    )
    assert ("SET stats = :v0", "attribute_exists(id) AND attribute_not_exists(stats) AND count = :v1") == readable(
        requests[1]
    )[:2]
    assert {"stats": {"a": 1}} == result
    assert ["UPDATED_NEW"] * 2 == [each["ReturnValues"] for each in requests]


def test_a_map_that_is_stored_meanwhile_is_not_overwritten(send: Any) -> None:
    """The third request is the first one, because the item has the map now."""
    requests, result = send({attr.profile.nick: "x"}, INVALID, failed(id={"S": "a"}, profile={"M": {}}), {})
    assert result is None
    assert ("SET profile.nick = :v0", None, [{"S": "x"}]) == readable(requests[2])


def test_of_several_maps_only_the_absent_one_is_set(send: Any) -> None:
    """The failed condition shows the item, and the third request fits it."""
    updates = {attr.profile.nick: "x", attr.stats["a"]: 1, attr.profile.geo.label: "y"}
    item = {"id": {"S": "a"}, "profile": {"M": PROFILE}, "stats": {"M": {}}}
    requests, _ = send(updates, INVALID, failed(**item), {})
    text, condition, values = readable(requests[2])
    assert "SET profile.nick = :v0, stats.a = :v1, profile.geo = :v2" == text
    assert "(attribute_not_exists(profile.geo) OR profile.geo = :v3) AND attribute_exists(profile)" == condition
    assert {"M": {"latitude": {"N": "0"}, "label": {"S": "y"}}} == values[2]


def test_a_null_is_no_map(send: Any) -> None:
    """None may be stored as NULL: nobody's data is lost when a map takes its place."""
    updates = {attr.profile.nick: "x", attr.stats["a"]: 1}
    requests, _ = send(updates, INVALID, failed(id={"S": "a"}, profile={"NULL": True}, stats={"M": {}}), {})
    assert "SET stats.a = :v0, profile = :v1" == readable(requests[2])[0]


def test_a_map_inside_a_list_is_made(send: Any) -> None:
    """An element of a list may lack a map; a missing element is not made."""
    updates = {attr.profile.geos[0].label: "x"}
    present = {"M": {**PROFILE, "geos": {"L": [{"M": {}}]}}}
    assert 1 == len(send(updates, INVALID)[0])
    several = {**updates, attr.stats["a"]: 1}
    requests, _ = send(several, INVALID, failed(id={"S": "a"}, profile=present), {})
    assert "SET profile.geos[0].label = :v0, stats = :v1" == readable(requests[1])[0]
    requests, error = send(several, INVALID, failed(id={"S": "a"}, profile={"M": PROFILE}, stats={"M": {}}))
    assert 2 == len(requests)
    assert "no map or list is stored on the way" in error.message


def test_the_condition_of_the_caller_may_be_the_one_that_failed(send: Any) -> None:
    """The item has no map, so that the caller's own condition did not hold: the usual error, with that condition."""
    options = {"condition": attr.count == 3, "return_item_on_failure": True}
    requests, error = send({attr.profile.nick: "x"}, INVALID, failed(id={"S": "a"}, count={"N": "4"}), **options)
    assert 2 == len(requests)
    assert isinstance(error, ConditionCheckFailedError)
    assert options["condition"] == error.condition
    assert 4 == error.item.count


def test_an_item_that_must_exist_and_was_deleted_is_a_failed_condition(send: Any) -> None:
    """Without an item, its maps are absent, and `must_exist` is what failed."""
    requests, error = send({attr.profile.nick: "x"}, INVALID, failed(), must_exist=True)
    assert 2 == len(requests)
    assert isinstance(error, ItemNotFoundError)
    assert "attribute_exists(id)" == repr(error.condition)


def test_three_requests_are_the_most(send: Any) -> None:
    """An item that changes all the time ends with the first error."""
    with_profile = failed(id={"S": "a"}, profile={"M": {}})
    requests, error = send({attr.profile.geo.label: "x"}, INVALID, with_profile, failed(id={"S": "a"}))
    assert 3 == len(requests)
    assert INVALID[1] in error.message


def test_another_failure_of_a_later_request_is_its_own_error(send: Any) -> None:
    """It names the paths of the update as it was given."""
    assert "Throttled" == send({attr.profile.nick: "x"}, INVALID, "Throttled")[1].code
    _, error = send({attr.profile.nick: "x", attr.home.city: "y"}, INVALID, INVALID)
    assert "User.profile.nick, User.home.city" in error.message


def test_an_update_that_counts_twice_stays_one_that_is_not_repeated(table_for: Any, description: Any) -> None:
    """The second request may be sent again by botocore only if the first one might."""
    for updates, repeatable in (({attr.profile.nick: "x"}, True), ([attr.profile.level.add(1)], False)):
        flow = items.update_item(table_for(User), "a", MISSING, Update(updates))
        next(flow)
        first = flow.send(description("id"))
        second = flow.throw(RequestFailed(first, INVALID[0], INVALID[1], RuntimeError()))
        assert [repeatable] * 2 == [first.repeatable, second.repeatable]


def test_a_version_is_counted_and_expected_in_each_request(drive: Any, description: Any, table_for: Any) -> None:
    """The update of an instance must meet the version that was read."""
    fields: Any = AttributePath(Counted)

    def update(*replies: Any) -> Any:
        one = Counted(id="a", version=2)
        flow = items.update(table_for(Counted), one, Update({fields.profile.nick: "x"}))
        return *drive(flow, description("id"), INVALID, *replies), one

    item = {"id": {"S": "a"}, "profile": {"M": {"nick": {"S": "x"}}}, "version": {"N": "3"}}
    calls, _, _, one = update({"Attributes": item})
    text, condition, _ = readable(calls[2][1])
    assert "SET version = :v0, profile = :v1" == text
    assert "attribute_exists(id) AND version = :v2 AND (attribute_not_exists(profile) OR profile = :v3)" == condition
    assert (3, "x") == (one.version, one.profile and one.profile.nick)

    calls, _, error, _ = update(failed(**item))
    assert 3 == len(calls)
    assert isinstance(error, VersionConflictError)
    assert (2, 3) == (error.expected_version, error.actual_version)


def test_the_update_may_be_given_as_an_iterator(send: Any) -> None:
    """The actions are read once."""
    requests, _ = send(iter([attr.profile.nick.set("x")]), INVALID, {})
    assert 2 == len(requests)
