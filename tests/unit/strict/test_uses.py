"""Paths to values inside of fields: functions, with a new step where a value may be None or is not known."""

from __future__ import annotations

import pytest
from rewriting import one

HEAD = """\
from __future__ import annotations
import typing as t
from dataclasses import dataclass
from pydantic import BaseModel, computed_field
from pydamodb import Attr, PrimaryKeyModel
from elsewhere import Thing

class Geo(t.TypedDict):
    lat: int
@dataclass
class Street:
    name: str
    size: int
    geo: Geo
    others: list[str] | None
Streets = t.List[Street]
class Half(Thing):
    x: int
class Address(BaseModel):
    city: str
    street: Street
    streets: Streets
    by_name: dict[str, Street]
    perhaps: t.Optional[Street]
    union: t.Union[Street, None]
    some: t.Union[Street, Geo]
    unknown: "Unknown"
    half: Half
    pair: tuple[Street, Geo]
    many: tuple[Street, ...]
    loop: "Loop"
    @computed_field
    def first(self) -> Street: ...
Loop = t.Optional["Loop"]
class Order(PrimaryKeyModel[str]):
    id: Attr[str]
    address: Attr[Address | None]
    homes: Attr[list[Address]]
    thing: Attr[Thing]
    labels: Attr[dict[str, str]]
    from_: Attr[Address]
    count: Attr[int]
alias = Order.attr
address = Order.attr.address
home = Order.attr.homes[0]
street = Order.attr.address(lambda address: address.street)
again = address
ring = ring.attr
"""


def rewritten_use(use: str) -> tuple[str, list[str]]:
    """Rewrite an expression, or statements."""
    new, notes = one(f"{HEAD}{use}\n")
    assert HEAD == new[: len(HEAD)]
    return new[len(HEAD) : -1], [note.partition(": ")[2] for note in notes]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Order.attr.address.city == 'Oslo'", "Order.attr.address(lambda address: address.city) == 'Oslo'"),
        ("Order.attr.address.city.size()", "Order.attr.address(lambda address: address.city).size()"),
        ("Order.attr.address.street.size", "Order.attr.address(lambda address: address.street).size"),
        ("Order.attr.address.street.name", "Order.attr.address(lambda address: address.street.name)"),
        ("Order.attr.address.street.geo.lat", 'Order.attr.address(lambda address: address.street.geo["lat"])'),
        ("Order.attr.address.first.name", "Order.attr.address(lambda address: address.first.name)"),
        ("Order.attr.address.streets[0].name", "Order.attr.address(lambda address: address.streets[0].name)"),
        ("Order.attr.address.many[1].name", "Order.attr.address(lambda address: address.many[1].name)"),
        ("Order.attr.address.by_name['é'].name", "Order.attr.address(lambda address: address.by_name['é'].name)"),
        (
            "Order.attr.address.perhaps.name",
            "Order.attr.address(lambda address: address.perhaps)(lambda perhaps: perhaps.name)",
        ),
        (
            "Order.attr.address.union.name",
            "Order.attr.address(lambda address: address.union)(lambda union: union.name)",
        ),
        ("Order.attr.address.some.name", "Order.attr.address(lambda address: address.some)(lambda some: some.name)"),
        (
            "Order.attr.address.unknown.a.b",
            "Order.attr.address(lambda address: address.unknown)(lambda unknown: unknown.a)(lambda a: a.b)",
        ),
        ("Order.attr.address.half.x.y", "Order.attr.address(lambda address: address.half.x)(lambda x: x.y)"),
        ("Order.attr.address.half.z", "Order.attr.address(lambda address: address.half.z)"),
        (
            "Order.attr.address.pair[0].name",
            "Order.attr.address(lambda address: address.pair)[0](lambda item: item.name)",
        ),
        ("Order.attr.address.loop.x", "Order.attr.address(lambda address: address.loop)(lambda loop: loop.x)"),
        (
            "Order.attr.homes[0].street.others[0]",
            "Order.attr.homes[0](lambda item: item.street.others)[0]",
        ),
        ("Order.attr.homes[f(0)].city", "Order.attr.homes[f(0)](lambda item: item.city)"),
        (
            "[Order.attr.homes[item].city for item in ()]",
            "[Order.attr.homes[item](lambda item_: item_.city) for item in ()]",
        ),
        (
            "[Order.attr.address.streets[address + 1].name for address in ()]",
            "[Order.attr.address(lambda address_: address_.streets[address + 1].name) for address in ()]",
        ),
        ("Order.attr.thing.a.b", "Order.attr.thing(lambda thing: thing.a)(lambda a: a.b)"),
        ("Order.attr.from_.city", "Order.attr.from_(lambda from_: from_.city)"),
        ("Order.attr.import_.x", "Order.attr.import_(lambda import_: import_.x)"),
        ("(Order.attr\n    .address\n    .city)", "(Order.attr\n    .address(lambda address: address.city))"),
        (
            "Order.attr.address.city.set(Order.attr.address.street.name)",
            ("Order.attr.address(lambda address: address.city)"
            ".set(Order.attr.address(lambda address: address.street.name))"),
        ),
        ("Order.attr('id')", "Order.attr.id"),
        ("Order.attr('homes[0].city').exists()", "Order.attr.homes[0](lambda item: item.city).exists()"),
        ("Order.attr('address').city", "Order.attr.address(lambda address: address.city)"),
        ("Order.attr(lambda o: o.homes[0].street.size)", "Order.attr.homes[0](lambda item: item.street.size)"),
        ("Order.attr(lambda o: o.count) > 3", "Order.attr.count > 3"),
        ("Order.attr.address('street').name", "Order.attr.address('street')(lambda value: value.name)"),
        ("alias.address.city", "alias.address(lambda address: address.city)"),
        ("alias(lambda o: o.id)", "alias.id"),
        ("address.city", "address(lambda address: address.city)"),
        ("again.city", "again(lambda again: again.city)"),
        ("home.street.name", "home(lambda home: home.street.name)"),
        ("street.name", "street(lambda street: street.name)"),
    ],
)  # fmt: skip
def test_a_path_becomes_a_function(before: str, after: str) -> None:
    """Methods of fields stay methods."""
    assert (after, []) == rewritten_use(before)


@pytest.mark.parametrize(
    "use",
    [
        "Order.attr.address",
        "Order.attr.homes[0]",
        "Order.attr.labels['x'].begins_with('y')",
        "Order.attr.address('city')",
        "Order.attr.address(lambda a: a.city)",
        "Order.attr.address.__class__",
        "Order.attr.address.exists()",
        "Order.attr",
        "Order.attr._model",
        "Thing.attr.address.city",
        "Address.attr.address.city",
        "item.attr.address.city",
        "Order(address=None).address.city",
        "ring.city",
        "'Order.attr.address.city'  # Order.attr.address.city",
        "Order.attr.address(path, 3)",
        "Order.attr.address.city = 3",
        "del Order.attr.address.city",
        "match x:\n    case Order.attr.address.city: ...",
    ],
)
def test_what_is_no_path_into_a_field_stays(use: str) -> None:
    """Strict paths, methods, other classes, instances, and what is not known."""
    assert (use, []) == rewritten_use(use)


LAMBDA = "(lambda address: address.city)"


@pytest.mark.parametrize(
    ("owner", "function"),
    [
        ("m", "def f(m: type[Order]): return {}"),
        ("m", "def f(m: t.Type[Order]): return {}"),
        ("m", "def f(m: 'type[Order]'): return {}"),
        ("m", "async def f(*, m: Order): return {}"),
        ("type(m)", "def f(m: Order): return {}"),
        ("cls", "class Sub(Order):\n    @classmethod\n    def f(cls): return {}"),
        ("cls", "class Sub(Order):\n    @mine\n    def f(cls): return {}"),
        ("cls", "class Sub(Order):\n    def __init_subclass__(cls): return {}"),
        ("self", "class Sub(Order):\n    def f(self): return {}"),
        ("me", "class Sub(Order):\n    def f(me, /, *args, **kwargs): return {}"),
        ("Order", "class Sub(Order):\n    def f(self): return [{} for x in self]"),
        ("Outer.Inner", "class Outer:\n    class Inner(Order): ...\nx = {}"),
        ("Sub", "class Sub(Order, t.Generic[T]): ...\nx = {}"),
        ("Sub[int]", "class Sub(Order, t.Generic[T]): ...\nx = {}"),
    ],
)
def test_models_are_known_by_annotations_and_in_their_methods(owner: str, function: str) -> None:
    """Parameters, `cls` and `self`, classes in classes, generic classes."""
    before, after = (function.format(f"{owner}.attr.address{tail}") for tail in (".city", LAMBDA))
    assert (after, []) == rewritten_use(before)


@pytest.mark.parametrize(
    "function",
    [
        "def f(m): return m.attr.address.city",
        "def f(m: Unknown): return m.attr.address.city",
        "def f(m: type[Unknown]): return m.attr.address.city",
        "def f(m: '1 +'): return m.attr.address.city",
        "f = lambda m: m.attr.address.city",
        "class Sub(Order):\n    @staticmethod\n    def f(cls): return cls.attr.address.city",
        "type(Order, 3).attr.address.city",
        "type(Order).attr.address.city",
        "class Outer:\n    attr = 3\nOuter.attr.address.city",
        "class Outer:\n    def Inner(self): ...\nOuter.Inner.attr.address.city",
        "for m in [Order]: m.attr.address.city",
        "m, n = Order, 3\nm.attr.address.city",
        "m = n\nn = m\nm.attr.address.city",
    ],
)
def test_models_that_are_not_known_are_left_alone(function: str) -> None:
    """There is no way to see that they are models."""
    assert (function, []) == rewritten_use(function)


@pytest.mark.parametrize(
    ("use", "note"),
    [
        ("Order.attr.labels.x", "Order.attr.labels.x names no field that is known: it stays as it is"),
        ("Order.attr.address.nope", "Order.attr.address.nope names no field that is known: it stays as it is"),
        (
            "Order.attr(path)",
            "type checkers refuse Order.attr(path) in the strict style: write Order.attr.<field>(...)",
        ),
        (
            "Order.attr('labels[\"x\"]')",
            "type checkers refuse Order.attr('labels[\"x\"]') in the strict style: write Order.attr.<field>(...)",
        ),
        (
            "Order.attr('nope')",
            "type checkers refuse Order.attr('nope') in the strict style: write Order.attr.<field>(...)",
        ),
        (
            "Order.attr(lambda o, p=1: o.id)",
            "type checkers refuse Order.attr(lambda o, p=1: o.id) in the strict style: write Order.attr.<field>(...)",
        ),
        (
            "Order.attr(lambda o: [o.id])",
            "type checkers refuse Order.attr(lambda o: [o.id]) in the strict style: write Order.attr.<field>(...)",
        ),
        (
            "f'é {Order.attr.address.city} {f()}'",
            f"a path in an f-string stays as it is; write Order.attr.address{LAMBDA}",
        ),
        (
            "f'''{f'{x}'}{Order.attr.homes[0].city}'''",
            "a path in an f-string stays as it is; write Order.attr.homes[0](lambda item: item.city)",
        ),
        (
            "(Order.attr.address  # why\n    .city)",
            f"a path with a comment in it stays as it is; write Order.attr.address{LAMBDA}",
        ),
        (
            "(Order.attr.address).city",
            f"a path with parentheses in it stays as it is; write Order.attr.address{LAMBDA}",
        ),
        (
            "Order.attr.address.streets[f()].name",
            "Order.attr.address.streets[f()].name stays as it is: write its steps by hand",
        ),
        (
            "Order.attr.homes[Order.attr.address.city].city",
            "Order.attr.homes[Order.attr.address.city].city stays as it is: write its steps by hand",
        ),
        (
            "class A:\n    i = 1\n    x = Order.attr.address.streets[i].name",
            "Order.attr.address.streets[i].name stays as it is: write its steps by hand",
        ),
    ],
)
def test_a_path_that_is_not_clear_stays(use: str, note: str) -> None:
    """A note says what to write."""
    assert (use, [note]) == rewritten_use(use)


def test_paths_of_a_model_without_types_of_keys_stay() -> None:
    """In the plain style a function of the whole model has a type, and a field has none."""
    use = "class Sub(Plain): ...\nPlain.attr(lambda plain: plain.id)\nSub.attr.address.city"
    plain = f"class Plain(PrimaryKeyModel):\n    id: Attr[str]\n    address: Attr[Address]\n{use}"
    new, notes = rewritten_use(plain)
    assert (plain, 1) == (new, len(notes))
    new, notes = one(f"{HEAD}{plain}\n", {"Plain": ["id"]})
    assert f"Plain.attr.id\nSub.attr.address{LAMBDA}\n" == new[-len(f"Plain.attr.id\nSub.attr.address{LAMBDA}\n") :]
    assert [] == notes


def test_arguments_of_a_path_that_stays_are_rewritten() -> None:
    """The note is about the path itself."""
    new, notes = rewritten_use("Order.attr(f(Order.attr.address.city))")
    assert (f"Order.attr(f(Order.attr.address{LAMBDA}))", 1) == (new, len(notes))


@pytest.mark.parametrize(
    "use",
    [
        "Outer.attr.inner.size()",
        "Outer.attr.inners['x'][0].size()",
        "Outer.attr(lambda o: o.inner.size)",
        "Outer.attr('inner.size')",
        "Outer.attr.inner.key",
    ],
)
def test_the_new_path_is_the_same_at_run_time(use: str) -> None:
    """The old code and the new one give the same field, condition, or error."""
    head = (
        "from pydamodb import PrimaryKeyModel\nclass Inner(PrimaryKeyModel[str]):\n    size: str\n    key: str\n"
        "class Outer(PrimaryKeyModel[str]):\n    inner: Inner\n    inners: dict[str, list[Inner]]\n"
    )
    seen = []
    for text in (f"{head}found = {use}", one(f"{head}found = {use}")[0]):
        space: dict[str, object] = {"__name__": "shop"}
        exec(compile(text, "shop", "exec", dont_inherit=True), space)  # noqa: S102 - the program's own output
        seen.append(str(space["found"]))
    assert seen[0] == seen[1]
