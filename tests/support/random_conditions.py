"""Random conditions on random models, and Python's own verdict over an instance: an oracle for what the engine says.

A verdict follows docs/conditions.md: what is absent is neither less nor greater nor equal, None is absent or NULL.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import PurePosixPath
from random import Random
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import pydantic
from pydantic import AwareDatetime, BaseModel, Field
from random_classes import Mode, Size
from random_types import decimal, few, moment, number, real

from pydamodb import Attribute, Condition, ConfigurationError, TimeToLive

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
EMPTY: Any = type(
    "Empty", (), {"__repr__": lambda _: "EMPTY"}
)()  # an empty set, which is stored as an absent attribute
NULL: Any = type("Null", (), {"__repr__": lambda _: "NULL"})()

Verdict = Callable[[Any], bool]
Get = Callable[[Any], Any]
Operand = tuple[Any, Get]  # as it is given, and as it is in an instance


class Claim(NamedTuple):
    """A condition, and what Python says of an instance."""

    condition: Condition
    holds: Verdict


class Sort(NamedTuple):
    """A type of fields: its annotation, its values, and what may be asked of it: eq, order, begins, part, size."""

    annotation: Any
    value: Callable[[Random], Any]
    abilities: str


class Inner(BaseModel):
    """A model inside of the others."""

    count: int = 0
    name: Annotated[str, Attribute("n")] = ""
    maybe: int | None = None
    tags: set[str] = set()
    parts: list[int] = []


def short(random: Random) -> str:
    """Make a text that is often like another one."""
    return "".join(random.choice("ab~") for _ in range(random.randrange(4)))


def wide(random: Random) -> str:
    """Make a text with characters of one to four bytes. DynamoDB Local counts them in its own way."""
    return "".join(random.choice("aé€😀") for _ in range(random.randrange(4)))


def binary(random: Random) -> bytes:
    """Make some bytes."""
    return bytes(random.choice([0, 97, 255]) for _ in range(random.randrange(4)))


def inner(random: Random) -> Inner:
    """Make a model inside of another one."""
    maybe = random.choice([None, 1, 2])
    parts = few(random, number)
    return Inner(count=number(random), name=short(random), maybe=maybe, tags=set(few(random, short)), parts=parts)


def whole_moment(random: Random) -> datetime:
    """Make a point in time of whole seconds."""
    return moment(random).replace(microsecond=0)


SORTS = [
    Sort(int, number, "eq order"),
    Sort(Decimal, decimal, "eq order"),
    Sort(float, real, "eq order"),
    Sort(Size, lambda r: r.choice([*Size]), "eq order"),
    Sort(timedelta, lambda r: timedelta(seconds=number(r), microseconds=r.choice([0, 5])), "eq order"),
    Sort(Annotated[datetime, TimeToLive], whole_moment, "eq order"),
    Sort(str, short, "eq order begins part size"),
    Sort(Annotated[str, Field(max_length=9)], wide, "eq order begins part"),
    Sort(bytes, binary, "eq order begins part size"),
    Sort(AwareDatetime, moment, "eq order"),
    Sort(date, lambda r: date(2024, 1, r.randrange(1, 28)), "eq order"),
    Sort(UUID, lambda r: UUID(int=r.choice([1, 2**127, 10**30])), "eq order"),
    Sort(PurePosixPath, lambda r: PurePosixPath(short(r)), "eq"),
    Sort(Mode, lambda r: r.choice([*Mode]), "eq"),
    Sort(bool, lambda r: r.random() < 0.5, "eq"),
    Sort(list[int], lambda r: few(r, number), "eq element size"),
    Sort(list[str], lambda r: few(r, short), "eq element size"),
    Sort(tuple[Decimal, ...], lambda r: tuple(few(r, decimal)), "eq size"),
    Sort(set[str], lambda r: set(few(r, short)), "eq element size"),
    Sort(set[int], lambda r: set(few(r, number)), "eq element size"),
    Sort(frozenset[bytes], lambda r: frozenset(few(r, binary)), "eq element size"),
    Sort(dict[str, int], lambda r: dict.fromkeys(r.sample(["a", "b.c", "é"], r.randrange(3)), number(r)), "eq size"),
    Sort(Inner, inner, "eq"),
    Sort(list[Inner], lambda r: few(r, inner), "eq"),
]
BY_ANNOTATION = {int: SORTS[0], str: SORTS[6], set[str]: SORTS[18], list[int]: SORTS[15]}


class Place(NamedTuple):
    """A path, its type, what is there in an instance, and whether an absent attribute is an empty set."""

    field: Any
    sort: Sort
    get: Get
    has_empty: bool = False


class Conditioned(NamedTuple):
    """A model, and what makes its instances and its conditions."""

    model: Any
    value: Callable[[Random], Any]
    condition: Callable[[Random, list[Any]], Claim]


def model_with_conditions(random: Random, base: Any) -> Conditioned:
    """Make a model of a few fields, some of which may be absent or NULL."""
    while True:
        sorts = {f"f{index}": random.choice(SORTS) for index in range(random.randrange(2, 6))}
        sorts["g0"] = sorts["f0"]  # two fields that can be compared
        forms = {name: random.choice(["required", "required", "optional", "nullable", "default"]) for name in sorts}
        config: Any = random.choice([{}, {}, {"alias_generator": str.upper, "populate_by_name": True}])
        if config and random.random() < 0.5:
            config = {**config, "serialize_by_alias": True, "alias_generator": lambda name: name.replace("f", "F")}
        fields = {name: _definition(random, name, sort, forms[name]) for name, sort in sorts.items()}
        configured = type("Configured", (base,), {"model_config": config, "__module__": __name__})
        try:
            model = pydantic.create_model("Tested", __base__=configured, __module__=__name__, **fields)
        except ConfigurationError:  # two times to live
            continue
        places = _places(random, model, sorts, forms)
        return Conditioned(model, partial(_instance, model, sorts, forms), partial(_condition, places))


def _definition(random: Random, name: str, sort: Sort, form: str) -> Any:
    annotation = sort.annotation if form in {"required", "default"} else sort.annotation | None
    if random.random() < 0.2:
        annotation = Annotated[annotation, Attribute(f"{name} marked")]
    if form == "default":
        return annotation, Field(default_factory=lambda: sort.value(Random(0)))  # noqa: S311 - no secret
    return (annotation, None) if form == "optional" else (annotation, ...)


def _instance(model: Any, sorts: dict[str, Sort], forms: dict[str, str], random: Random) -> Any:
    values: dict[str, Any] = {}
    for name, sort in sorts.items():
        is_none = forms[name] in {"optional", "nullable"} and random.random() < 0.4
        value = None if is_none else sort.value(random)
        while _is_empty(value) and forms[name] != "required":
            value = sort.value(random)  # an empty set is stored where its absence reads as one
        values[name] = value
    return model.model_construct(**values)


def _places(random: Random, model: Any, sorts: dict[str, Sort], forms: dict[str, str]) -> list[Place]:
    places: list[Place] = []
    for name, sort in sorts.items():
        is_optional = forms[name] == "optional"

        def get(instance: Any, name: str = name, is_optional: bool = is_optional) -> Any:
            value = getattr(instance, name)
            return (ABSENT if is_optional else NULL) if value is None else _stored(value)

        field = getattr(model.attr, name) if random.random() < 0.7 else model.attr(name)
        places += [Place(field, sort, get, forms[name] == "required"), *_inside(field, sort, get)]
    return places


def _stored(value: Any) -> Any:
    return EMPTY if _is_empty(value) else value


def _inside(field: Any, sort: Sort, get: Get) -> list[Place]:
    def step(of: Callable[[Any], Any]) -> Get:
        def inside(instance: Any) -> Any:
            value = get(instance)
            try:
                found = of(value) if _is_value(value) else ABSENT
            except (IndexError, KeyError):
                return ABSENT
            return ABSENT if found is None else _stored(found)

        return inside

    if sort.annotation is Inner:
        names = {"count": int, "name": str, "maybe": int, "tags": set[str], "parts": list[int]}
        return [
            place
            for name, kind in names.items()
            for part in [Place(field(name), BY_ANNOTATION[kind], step(operator.attrgetter(name)), True)]
            for place in [part, *_inside(*part[:3])]
        ]
    if sort.annotation == list[Inner]:
        first = Place(field[0], SORTS[-2], step(operator.itemgetter(0)))
        return [first, *_inside(*first[:3])]
    if sort.annotation in (list[int], list[str]):
        element = BY_ANNOTATION[sort.annotation.__args__[0]]
        return [Place(field[index], element, step(operator.itemgetter(index))) for index in (0, 1)]
    if sort.annotation == dict[str, int]:
        return [Place(field[key], BY_ANNOTATION[int], step(operator.itemgetter(key))) for key in ("a", "b.c")]
    return []


def _is_absent(value: Any) -> bool:
    return value is ABSENT or value is EMPTY


def _is_value(value: Any) -> bool:
    return not _is_absent(value) and value is not NULL


# --- conditions ---


def _condition(places: list[Place], random: Random, instances: list[Any], depth: int = 0) -> Claim:
    choice = random.randrange(8) if depth < 3 else 7
    if choice == 0:
        one = _condition(places, random, instances, depth + 1)
        return Claim(~one.condition, lambda instance: not one.holds(instance))
    if choice in {1, 2, 3}:
        one, other = (_condition(places, random, instances, depth + 1) for _ in range(2))
        if choice == 1:
            return Claim(one.condition & other.condition, lambda item: one.holds(item) and other.holds(item))
        return Claim(one.condition | other.condition, lambda item: one.holds(item) or other.holds(item))
    return _comparison(random, places, instances)


def _operand(random: Random, place: Place, places: list[Place], instances: list[Any]) -> Operand:
    """Return a value or another field, as it is given and as it is in an instance."""
    others = [other for other in places if other.sort.annotation == place.sort.annotation and other is not place]
    if others and random.random() < 0.25:
        other = random.choice(others)
        return other.field, other.get
    value = place.get(random.choice(instances))
    while not _is_value(value) or random.random() < 0.4 or (_is_empty(value) and not place.has_empty):
        value = place.sort.value(random)
    return value, lambda _: value


def _is_empty(value: Any) -> bool:
    return isinstance(value, (set, frozenset)) and not value


def _comparison(random: Random, places: list[Place], instances: list[Any]) -> Claim:
    place = random.choice(places)
    kinds = ["exists", "none", "eq", "eq", "in", *2 * place.sort.abilities.split()]
    return KINDS[random.choice(kinds)](random, place, lambda: _operand(random, place, places, instances))


def _exists(random: Random, place: Place, _: Callable[[], Operand]) -> Claim:
    field, get = place.field, place.get
    return random.choice(
        [
            Claim(field.exists(), lambda item: not _is_absent(get(item))),
            Claim(field.not_exists(), lambda item: _is_absent(get(item))),
        ]
    )


def _none(random: Random, place: Place, _: Callable[[], Operand]) -> Claim:
    field, get = place.field, place.get
    return random.choice(
        [
            Claim(field == None, lambda item: not _is_value(get(item))),
            Claim(field != None, lambda item: _is_value(get(item))),
        ]
    )


def _equality(random: Random, place: Place, operand: Callable[[], Operand]) -> Claim:
    given, value = operand()

    def equal(item: Any) -> bool:
        found, other = place.get(item), value(item)
        if _is_empty(given):  # stored by leaving it out
            return _is_absent(found)
        return found is not ABSENT and other is not ABSENT and found == other  # also if both are EMPTY

    if random.random() < 0.5:
        return Claim(place.field == given, equal)
    return Claim(place.field != given, lambda item: not equal(item))


def _order(random: Random, place: Place, operand: Callable[[], Operand]) -> Claim:
    given, value = operand()
    if random.random() < 0.25:
        return _between(place, (given, value), operand())
    compare = random.choice([operator.lt, operator.le, operator.gt, operator.ge])

    def holds(item: Any) -> bool:
        found, other = place.get(item), value(item)
        return _both(found, other) and bool(compare(found, other))

    return Claim(compare(place.field, given), holds)


def _in(random: Random, place: Place, operand: Callable[[], Operand]) -> Claim:
    operands: list[Operand] = []
    while not operands:
        operands = [each for each in (operand() for _ in range(random.randrange(1, 4))) if not _is_empty(each[0])]

    def holds(item: Any) -> bool:
        found = place.get(item)
        others = (value(item) for _, value in operands)
        return not _is_absent(found) and any(not _is_absent(other) and found == other for other in others)

    return Claim(place.field.in_(*[given for given, _ in operands]), holds)


def _begins(random: Random, place: Place, _: Callable[[], Operand]) -> Claim:
    prefix = place.sort.value(random)[:2]

    def holds(item: Any) -> bool:
        found = place.get(item)
        return _is_value(found) and found.startswith(prefix)

    return Claim(place.field.begins_with(prefix), holds)


def _both(one: Any, other: Any) -> bool:
    return _is_value(one) and _is_value(other)


def _is_field(given: Any) -> bool:
    return hasattr(given, "not_exists")


def _between(place: Place, low: Operand, high: Operand) -> Claim:
    field, _, get, _ = place
    if not _is_field(low[0]) and not _is_field(high[0]) and low[0] > high[0]:
        low, high = high, low  # DynamoDB refuses such a range

    def holds(item: Any) -> bool:
        found, least, most = get(item), low[1](item), high[1](item)
        return _both(found, least) and _both(found, most) and least <= found <= most

    return Claim(field.between(low[0], high[0]), holds)


def _contains(random: Random, place: Place, _: Callable[[], Operand]) -> Claim:
    field, sort, get, _ = place
    values: Any = None
    while not values:
        values = sort.value(random)
    part = values[:1] if isinstance(values, (str, bytes)) else next(iter(values))
    return Claim(field.contains(part), lambda item: _is_value(get(item)) and part in get(item))


def _size(random: Random, place: Place, _: Callable[[], Operand]) -> Claim:
    compare = random.choice([operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
    size = random.randrange(4)

    def holds(item: Any) -> bool:
        value = place.get(item)
        if value is EMPTY:
            value = set()  # what the absent attribute stands for
        if not _is_value(value):
            return compare is operator.ne  # a size that is not there is another one
        return bool(compare(len(value), size))

    return Claim(compare(place.field.size(), size), holds)


KINDS: dict[str, Callable[[Random, Place, Callable[[], Operand]], Claim]] = {
    "exists": _exists,
    "none": _none,
    "eq": _equality,
    "order": _order,
    "in": _in,
    "begins": _begins,
    "part": _contains,
    "element": _contains,
    "size": _size,
}
