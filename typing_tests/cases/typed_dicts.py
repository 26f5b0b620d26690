"""Keys of typed dicts in paths. No type system gives each key its own type here; a path by function does."""

from typing_extensions import NotRequired, TypedDict, reveal_type

from pydamodb import Attr, Condition, PrimaryKeyModel


class Spot(TypedDict):
    name: str
    area: NotRequired[int]


class Trip(PrimaryKeyModel[str]):
    id: Attr[str]
    spot: Attr[Spot]
    spots: Attr[list[Spot]]
    maybe: Attr[Spot | None]


class PlainTrip(PrimaryKeyModel):
    id: str
    spot: Spot
    spots: list[Spot]


def condition(*_: Condition) -> None: ...


reveal_type(Trip.attr.spot(lambda spot: spot["name"]))  # R: ExpressionField[str]
condition(Trip.attr.spot["name"] == "x", Trip.attr.spots[0]["area"] > 3, Trip.attr.maybe["name"].exists())
condition(PlainTrip.attr.spot["name"] == "x", PlainTrip.attr.spots[0]["area"] > 3)
Trip.update_item("x", updates=[Trip.attr.spot["name"].set("y"), Trip.attr.spots[0]["area"].remove()])
Trip.update_item("x", updates={Trip.attr.spot["name"]: "y"})
PlainTrip.update_item("x", updates={PlainTrip.attr.spot["name"]: "y", PlainTrip.attr.spots[0]["area"]: 3})

# The plugin for mypy makes every path below a typed dict one of an unknown type.
Trip.attr.spot[0]  # E: pyright, basedpyright, mypy, ty, pyrefly, zuban
