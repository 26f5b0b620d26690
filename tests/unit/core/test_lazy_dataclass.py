"""Frozen dataclasses that get their methods at first use: nobody can tell them from Python's."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import threading
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from pydamodb._core.lazy_dataclass import dataclass

T = TypeVar("T")
OPTIONS: list[dict[str, bool]] = [{}, {"repr": False}, {"eq": False}, {"kw_only": True}, {"repr": False, "eq": False}]


def point(decorator: Any, **options: bool) -> Any:
    """Make the same class with one decorator or the other."""

    @decorator(frozen=True, **options)
    class Point(Generic[T]):
        """A class with all that the package's have."""

        x: int
        label: str = dataclasses.field(compare=False)
        y: T | None = None
        hidden: int = dataclasses.field(default=7, repr=False)
        unit: ClassVar[str] = "m"

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("left of zero")

    return Point


def bare(decorator: Any) -> Any:
    """Make the same class with a constructor of its own."""

    @decorator(frozen=True, init=False, repr=False)
    class Bare:
        """Made without Python's constructor."""

        x: int

        def __init__(self, x: int) -> None:
            object.__setattr__(self, "x", x)

    return Bare


def unfinished(cls: type) -> bool:
    """Return True if a class waits for its first use."""
    return "__dataclass_fields__" in vars(cls) and not isinstance(vars(cls)["__dataclass_fields__"], dict)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_class_ends_up_with_what_pythons_decorator_makes(options: dict[str, bool]) -> None:
    """The same names, constructor, fields and parameters."""
    ours, pythons = point(dataclass, **options), point(dataclasses.dataclass, **options)
    assert (True, False) == (unfinished(ours), unfinished(pythons))
    assert inspect.signature(pythons) == inspect.signature(ours)
    assert False is unfinished(ours)
    assert sorted(vars(pythons)) == sorted(vars(ours))
    assert repr(pythons.__dataclass_params__) == repr(ours.__dataclass_params__)
    assert pythons.__match_args__ == ours.__match_args__
    assert [repr(each) for each in dataclasses.fields(pythons)] == [repr(each) for each in dataclasses.fields(ours)]
    assert (pythons.y, pythons.hidden, hasattr(pythons, "label")) == (ours.y, ours.hidden, hasattr(ours, "label"))
    methods = [name for name, each in vars(pythons).items() if inspect.isfunction(each)]
    expected = [vars(pythons)[name].__qualname__ for name in methods if name not in {"__setattr__", "__delattr__"}]
    assert expected == [vars(ours)[name].__qualname__ for name in methods if name not in {"__setattr__", "__delattr__"}]


USES: dict[str, Any] = {
    "instance": lambda cls: repr(cls(x=1, label="a")),
    "shown": lambda cls: repr(cls(1, "a", y=2)),
    "equal": lambda cls: (cls(1, "a") == cls(1, "b"), cls(1, "a") == cls(2, "a"), cls(1, "a") == 1),
    "hash": lambda cls: (hash(cls(1, "a")) == hash(cls(1, "b")), len({cls(1, "a"), cls(1, "b"), cls(2, "b")})),
    "is_dataclass": dataclasses.is_dataclass,
    "fields": lambda cls: [each.name for each in dataclasses.fields(cls)],
    "asdict": lambda cls: dataclasses.asdict(cls(1, "a")),
    "replace": lambda cls: vars(dataclasses.replace(cls(1, "a"), x=5)),
    "copy": lambda cls: vars(copy.deepcopy(cls(1, "a"))),
    "without a constructor": lambda cls: (cls.__new__(cls) == 1, cls.__new__(cls).hidden),
    "generic": lambda cls: vars(cls[int](1, "a", 2)),
    "match_args": lambda cls: cls.__match_args__,
    "subclass": lambda cls: vars(type("Sub", (cls,), {})(1, "a")),
    "dataclass of it": lambda cls: repr(
        dataclasses.dataclass(frozen=True)(type("Sub", (cls,), {"__annotations__": {"z": "int"}, "z": 3}))(1, "a")
    ),
    "late dataclass of it": lambda cls: repr(
        dataclass(frozen=True)(type("Sub", (cls,), {"__annotations__": {"z": "int"}, "z": 3}))(1, "a")
    ),
    "signature": lambda cls: str(inspect.signature(cls)),
    "doc": inspect.getdoc,
}


@pytest.mark.parametrize("use", USES)
def test_any_use_may_be_the_first(use: str) -> None:
    """Whatever is done with a new class, it does what Python's does."""
    assert USES[use](point(dataclasses.dataclass)) == USES[use](point(dataclass))


REFUSALS: dict[str, Any] = {
    "a missing argument": lambda cls: cls(),
    "an unknown argument": lambda cls: cls(1, "a", z=1),
    "what __post_init__ refuses": lambda cls: cls(-1, "a"),
    "an assignment": lambda cls: setattr(cls(1, "a"), "x", 2),
    "an assignment to no field": lambda cls: setattr(cls(1, "a"), "z", 2),
    "a deletion": lambda cls: delattr(cls(1, "a"), "x"),
    "a field of a subclass": lambda cls: setattr(type("Sub", (cls,), {})(1, "a"), "x", 2),
    "before there is an instance with values": lambda cls: setattr(cls.__new__(cls), "x", 2),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_pythons_refuse_is_refused(refusal: str) -> None:
    """With the same error."""
    errors = []
    for decorator in (dataclasses.dataclass, dataclass):
        with pytest.raises((TypeError, ValueError, AttributeError)) as caught:
            REFUSALS[refusal](point(decorator))
        errors.append((type(caught.value), str(caught.value)))
    assert errors[0] == errors[1]


def test_a_subclass_may_have_attributes_of_its_own() -> None:
    """Only the fields are frozen there."""
    instance = type("Sub", (point(dataclass),), {})(1, "a")
    instance.extra = 3
    assert 3 == instance.extra
    del instance.extra
    assert False is hasattr(instance, "extra")


def test_a_class_with_its_own_constructor_is_frozen_and_comparable_from_the_beginning() -> None:
    """No instance waits for a look at its class."""
    first, second = bare(dataclass), bare(dataclass)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first(1).x = 2
    assert (True, False) == (second(1) == second(1), second(1) == second(2))


def test_threads_may_use_a_class_for_the_first_time_together() -> None:
    """None of them sees it half-made."""
    for _ in range(40):
        cls, start, problems = point(dataclass), threading.Barrier(6), []

        def use(cls: Any = cls, start: threading.Barrier = start, problems: list[str] = problems) -> None:
            start.wait()
            try:
                if cls(1, "a") != cls(1, "b") or hash(cls(1, "a")) != hash(cls(1, "b")):
                    problems.append("unequal")
            except Exception as error:  # noqa: BLE001 - any is a failure
                problems.append(repr(error))

        threads = [threading.Thread(target=use) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [] == problems
        assert [False, True] == [each.compare for each in dataclasses.fields(cls)][1:3]
