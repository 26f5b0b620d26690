"""What computed fields read, and their values from some fields only."""

# What the properties below return is of no interest to type checkers.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from functools import cached_property, partialmethod
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr, computed_field

from pydamodb._codec.computed_fields import NotKnown, compute, may_read, reads_of


def helper(order: Any) -> str:
    """Read a field of an object that is given."""
    return str(order.status)


class Base(BaseModel):
    status: str = "open"
    kind: str = "a"
    name: str = "x"
    secret: int = 1

    @property
    def inherited(self) -> str:
        """Read a field."""
        return self.status


class Order(Base):
    PREFIX: ClassVar[str] = "P"
    _seen: str = PrivateAttr(default="s")

    def method(self, more: str) -> str:
        """Read a field."""
        return self.kind + more

    @classmethod
    def of_class(cls) -> str:
        """Read no field."""
        return cls.PREFIX

    @staticmethod
    def static() -> str:
        """Read no field."""
        return "t"

    bound = partialmethod(method, "y")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def simple(self) -> str:
        """Read two fields."""
        return f"{self.status}#{self.kind.name if self.kind == 'enum' else self.kind}"  # type: ignore[attr-defined]

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def through(self) -> str:
        """Read by a method, a class method, a static method, another computed field."""
        return self.method("z") + self.of_class() + self.static() + self.PREFIX + self.inherited

    @computed_field  # type: ignore[prop-decorator]
    @property
    def closure(self) -> str:
        """Read in a generator and in a lambda."""
        named = filter(lambda each: each != self.name, [self.status])
        return "#".join(str(each) + self.kind for each in named)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def of_type(self) -> str:
        """Read the class."""
        return type(self).__name__ + self.__class__.PREFIX

    @computed_field  # type: ignore[prop-decorator]
    @property
    def private(self) -> str:
        """Read what is no field."""
        return self._seen

    @computed_field  # type: ignore[prop-decorator]
    @property
    def passed(self) -> str:
        """Give itself to a function."""
        return helper(self)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def printed(self) -> str:
        """Read all fields."""
        return f"{self}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def dumped(self) -> str:
        """Read all fields."""
        return str(self.model_dump(include={"status"}))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def by_partial(self) -> str:
        """Read by what is no function."""
        return self.bound()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def careful(self) -> str:
        """Catch the exception."""
        try:
            return self.status
        except Exception:  # noqa: BLE001 - the worst case
            return "?"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def failing(self) -> str:
        """Raise an exception."""
        return {}["x"]

    def no_arguments() -> str:  # type: ignore[misc]
        """Take nothing, not even itself."""
        return ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def strange(self) -> str:
        """Use it."""
        return self.no_arguments()  # type: ignore[call-arg, misc]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("simple", {"status", "kind"}),
        ("through", {"kind", "status"}),
        ("closure", {"kind", "status", "name"}),
        ("of_type", set[str]()),
        ("private", set[str]()),
        ("careful", {"status"}),
        ("failing", set[str]()),
    ],
)
def test_the_code_shows_what_a_property_reads(name: str, fields: set[str]) -> None:
    """Attributes of its values are no fields, whatever their names are."""
    found = reads_of(Order, name)
    assert found is not None
    assert fields == found & Order.model_fields.keys()


@pytest.mark.parametrize("name", ["passed", "printed", "dumped", "by_partial", "strange"])
def test_it_is_not_clear_what_other_code_reads(name: str) -> None:
    """All fields, as far as we know."""
    assert reads_of(Order, name) is None


@pytest.mark.parametrize(
    ("name", "known", "value"),
    [
        ("simple", {"status": "paid", "kind": "b"}, "paid#b"),
        ("through", {"status": "paid", "kind": "b"}, "bzPtPpaid"),
        ("of_type", {}, "OrderP"),
        ("passed", {"status": "paid"}, "paid"),
    ],
)
def test_a_property_is_computed_from_known_values(name: str, known: Any, value: str) -> None:
    """All that it reads is known."""
    found, read = compute(Order, name, known, {"secret"})
    assert (value, True) == (found, known.keys() <= read)


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("simple", "kind"),
        ("careful", "name"),
        ("private", "_seen"),
        ("printed", "the whole model"),
        ("dumped", "model_dump"),
    ],
)
def test_a_value_that_is_not_known_is_named(name: str, missing: str) -> None:
    """Also if the property catches the exception."""
    known = {"simple": {"status": "x"}, "careful": {}}.get(name, {"status": "x", "kind": "y", "name": "z"})
    with pytest.raises(NotKnown, match="status" if name == "careful" else missing):
        compute(Order, name, known, {"secret"})


def test_an_instance_knows_what_is_no_field() -> None:
    """Its private attributes, and its extra values that do not change."""

    class Open(Order):
        model_config = ConfigDict(extra="allow")

        @computed_field  # type: ignore[prop-decorator]
        @property
        def more(self) -> str:
            """Read an extra value."""
            return f"{self.extra}"  # type: ignore[attr-defined]

    order = Open(extra="e")  # type: ignore[call-arg]
    order._seen = "later"
    known = vars(order)
    assert ("later", "e") == tuple(compute(Open, name, known, {"secret"}, order)[0] for name in ("private", "more"))
    with pytest.raises(NotKnown, match="extra"):
        compute(Open, "more", known, {"extra"}, order)


def test_nothing_is_traced_if_everything_is_known() -> None:
    """A property that reads the whole model is computed."""
    order = Order(status="paid")
    value, read = compute(Order, "dumped", vars(order), set(), order)
    assert (str({"status": "paid"}), {*Order.model_fields}) == (value, read)


def test_an_exception_of_the_property_is_not_hidden() -> None:
    """Callers say which field it was."""
    with pytest.raises(KeyError):
        compute(Order, "failing", {}, {"secret"})


class Printed(BaseModel):
    status: str = "open"
    other: str = "o"

    def __str__(self) -> str:
        """Print a field."""
        return self.status

    @computed_field  # type: ignore[prop-decorator]
    @property
    def key(self) -> str:
        """Print itself."""
        return f"{self}"


def test_a_model_may_print_a_part_of_itself() -> None:
    """Its own special methods are used."""
    value, read = compute(Printed, "key", {"status": "paid"}, {"other"})
    assert ("paid", {"status"}) == (value, read & Printed.model_fields.keys())


@pytest.mark.parametrize(
    ("name", "changed", "expected"),
    [
        ("passed", "secret", False),
        ("passed", "status", True),
        ("by_partial", "secret", False),
        ("by_partial", "kind", True),
        ("dumped", "secret", True),
        ("printed", "secret", True),
        ("simple", "secret", True),  # a comparison with a value that is not known
        ("careful", "secret", False),
        ("failing", "secret", True),
    ],
)
def test_unknown_values_of_other_fields_need_not_be_known(name: str, changed: str, expected: bool) -> None:
    """A property that does not read what changes keeps its value, whatever the others are."""
    assert may_read(Order, name, {}, {changed}) is expected


@pytest.mark.parametrize(
    "use", [str, repr, lambda x: f"{x:>5}", lambda x: x.upper()[0] + "a", lambda x: "%s" % (x + 1)]
)
def test_an_unknown_value_can_be_printed(use: Any) -> None:
    """Nothing depends on what it is."""
    assert depends_on_secret(use) is False


@pytest.mark.parametrize(
    "use", [bool, len, int, hash, list, "a".startswith, "a".join, lambda x: x == 1, lambda x: 1 < x]
)
def test_nothing_depends_on_an_unknown_value(use: Any) -> None:
    """Its real value could lead to another field."""
    assert depends_on_secret(use) is True


def depends_on_secret(use: Any) -> bool:
    """Return whether a property that uses an unknown value in this way may read another field."""

    class Model(BaseModel):
        status: str = "open"
        secret: int = 1

        @computed_field  # type: ignore[prop-decorator]
        @property
        def key(self) -> Any:
            """Use a field."""
            return use(self.status)

    return may_read(Model, "key", {}, {"secret"})
