"""Whole programs: what a rewritten model is at run time, and which classes are models at all."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from rewriting import one, rewritten

from pydamodb._codec.items import encode_item
from pydamodb._strict.uses import Uses

HEAD = """\
import enum
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Generic, Literal, Optional, TypeVar, Union

import pydantic
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, computed_field, field_validator

from pydamodb import PartitionKey, PrimaryKeyModel, TimeToLive, Version


class Kind(enum.Enum):
    A = "a"


class Inner(BaseModel):
    number: int = Field(3, ge=0)
    text: str | None = None


T = TypeVar("T")
LIMIT = 7
"""


def module_of(text: str) -> dict[str, Any]:
    """Run the text of a module."""
    space: dict[str, Any] = {"__name__": __name__}
    exec(compile(text, "shop.py", "exec", dont_inherit=True), space)  # noqa: S102 - the program's own output
    return space


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Say what Pydantic knows of a model: all but the mark that Attr leaves."""
    fields = {
        name: (
            field.annotation,
            [repr(each) for each in field.metadata if each != "pydamodb.Attr"],
            field.alias,
            field.title,
            field.is_required(),
            repr(field.default_factory),
            repr(field.default),
        )
        for name, field in model.model_fields.items()
    }
    return {
        "fields": [(name, str(each[0]), *each[1:]) for name, each in fields.items()],
        "computed": sorted(model.model_computed_fields),
        "schema": model.model_json_schema(mode="serialization"),
        "private": sorted(model.__private_attributes__),
        "class": sorted(model.__class_vars__),
    }


# (annotation, default, a value)
FIELDS = [
    ("str", "'a'", "'b'"),
    ("int", "0", "4"),
    ("Decimal", "Decimal(0)", "Decimal('1.5')"),
    ("float | None", "None", "1.5"),
    ("Optional[date]", "None", "date(2024, 1, 2)"),
    ("list[str]", "[]", "['x']"),
    ("dict[str, int]", "{}", "{'x': 1}"),
    ("set[str]", "set()", "{'x'}"),
    ("tuple[int, str]", "1, 'x'", "(2, 'y')"),
    ("Kind", "Kind.A", "Kind.A"),
    ("Inner", "Inner(number=4)", "Inner(number=5)"),
    ("list[Inner]", "[Inner()]", "[Inner(text='x')]"),
    ("'Inner | None'", "None", "Inner()"),
    ("Annotated[int, Field(gt=0)]", "3", "4"),
    ("Annotated[str, Field(max_length=5)]", "'abc'", "'abcd'"),
    ("Annotated[int, Field(title='T')]", "3", "3"),
    ("Literal['x', 'y']", "'x'", "'y'"),
    ("Union[int, str]", "'x'", "3"),
    ("timedelta", "timedelta(seconds=3)", "timedelta(days=1)"),
    ("Any", "...", "{'x': [1]}"),
    ("int", "Field(0)", "4"),
    ("int", "Field(..., gt=1)", "4"),
    ("int", "Field(default=..., le=9)", "4"),
    ("int", "pydantic.Field(2, title='Two', multiple_of=2)", "4"),
    ("list[int]", "Field(default_factory=list, max_length=3)", "[1]"),
    ("str", "Field('abc', min_length=2, pattern='^a', description='d')", "'abd'"),
    ("int", "(LIMIT)", "8"),
    ("int", "LIMIT + 1", "8"),
    ("int | None", "(None if LIMIT else 3)", "8"),
]
LAYOUTS = [
    "{name}: {kind} = {default}",
    "{name}:{kind}={default}",
    "{name} : {kind} = {default}  # é",
    "{name}: ({kind}) = {default}",
]
LAYOUTS += ["{name}: {kind} = \\\n        {default}", "{name}: {kind} = {default}; _{name}: int = 3"]


@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.booleans(), st.sampled_from(LAYOUTS)), max_size=6))
def test_a_rewritten_model_is_the_same_model_at_run_time(fields: list[Any]) -> None:
    """Fields, defaults, metadata, JSON schemas, private attributes; equal instances are stored as equal items."""
    lines = ["    id: Annotated[str, PartitionKey]"]
    values = {"id": "'i'"}
    for number, ((kind, default, value), has_default, layout) in enumerate(fields):
        shown = layout if has_default else "{name}: {kind}"
        lines.append("    " + shown.format(name=f"field_{number}", kind=kind, default=default))
        values[f"field_{number}"] = value
    lines += ["    @computed_field", "    @property", "    def label(self) -> str:", "        return self.id + '!'"]
    plain = HEAD + "class Order(PrimaryKeyModel):\n" + "\n".join(lines) + "\n"
    strict, notes = one(plain)
    arguments = ", ".join(f"{name}={value}" for name, value in values.items())
    before, after = (module_of(f"{text}order = Order({arguments})\n") for text in (plain, strict))
    assert ([], True) == (notes, "PrimaryKeyModel[str]" in strict)
    assert described(before["Order"]) == described(after["Order"])
    assert encode_item(before["order"]) == encode_item(after["order"])
    assert before["order"].model_dump_json() == after["order"].model_dump_json()


@pytest.mark.parametrize(
    "text",
    [
        """
        class Base(PrimaryKeyModel):
            id: Annotated[str, PartitionKey] = "x"
            version: Annotated[int, Version] = 0
            other: Annotated[int, Field(title="T", alias="Other")] = 3
            count: ClassVar[int] = 0
            _cache: dict[str, int] = PrivateAttr(default_factory=dict)
        class Order(Base):
            id: str = "y"
            n: int = Field(1, validate_default=True)
            @field_validator("n")
            @classmethod
            def more(cls, value): return abs(value)
        """,
        """
        class Mixin(BaseModel):
            id: str = "a"
            when: date = date(2024, 1, 1)
            @computed_field
            @property
            def both(self) -> str: return f"{self.id}{self.when}"
        class Order(Mixin, PrimaryKeyModel):
            model_config = ConfigDict(title="X", validate_assignment=True)
        """,
        """
        class Stored(PrimaryKeyModel, Generic[T]):
            id: str = "a"
            payload: T | None = None
        class Order(Stored[int]):
            inner: Inner = Inner()
        """,
        """
        def make():
            class Order(PrimaryKeyModel):
                id: str = "a"
                inner: Inner = Inner()
            return Order
        Order = make()
        """,
        """
        class Order(PrimaryKeyModel, title="T"):
            class Kind(enum.Enum):
                X = "x"
            id: str = "a"
            kind: Kind = Kind.X
            if LIMIT > 3:
                more: int = 3
        """,
    ],
    ids=["inheritance", "a mixin", "generics", "a function", "inner classes"],
)
def test_models_of_all_kinds_are_the_same_at_run_time(text: str) -> None:
    """Inheritance, mixins, generics, classes in functions and in classes."""
    plain = HEAD + dedent(text)
    before, after = module_of(plain)["Order"], module_of(one(plain)[0])["Order"]
    assert described(before) == described(after)
    assert encode_item(before()) == encode_item(after())
    assert before().model_dump_json() == after().model_dump_json()


@pytest.mark.parametrize(
    "text",
    [
        "class A(BaseModel):\n    a: int = 0\n",
        "class A:\n    a: int = 0\n",
        "class A(Unknown):\n    a: int = 0\n",
        "class A(PrimaryKeyModel()):\n    a: int = 0\n",
        "from elsewhere import PrimaryKeyModel\nclass A(PrimaryKeyModel):\n    a: int = 0\n",
        "class A(A):\n    a: int = 0\n",
        "class A(B): ...\nclass B(A):\n    a: int = 0\n",
    ],
)
def test_other_classes_stay(text: str) -> None:
    """Nested models, plain classes, classes of others, classes that inherit from themselves."""
    assert (f"{HEAD}{text}", []) == one(f"{HEAD}{text}")


def test_a_mixin_that_is_no_model_is_named() -> None:
    """Its fields have no Attr, so type checkers take them for plain values."""
    mixins = "class Mixin:\n    a: int = 0\nclass Empty: ...\n"
    text = f"{mixins}class Order(Mixin, Empty, PrimaryKeyModel[str]):\n    id: str\n"
    new, notes = one(HEAD + text)
    assert "class Mixin:\n    a: int = 0\n" in new
    assert ["Mixin is no Pydantic model: its fields stay as they are; make BaseModel its base"] == [
        note.partition(": ")[2] for note in notes
    ]


def test_a_model_whose_base_was_not_given_is_named() -> None:
    """A class with a configuration of pydamodb has a model as its base."""
    text = f"{HEAD}from elsewhere import Base\nclass Order(Base):\n    pydamo_config = None\n    a: int = 0\n"
    note = "Order stays as it is: its base is not known; give the file that defines it too"
    new, notes = one(text)
    assert (text, [note]) == (new, [each.partition(": ")[2] for each in notes])


def test_a_file_that_is_nested_too_deeply_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are rewritten."""

    def visit(uses: Uses, tree: object) -> None:
        if "deep" in str(uses.source.path):
            raise RecursionError

    monkeypatch.setattr(Uses, "visit", visit)
    text = "from pydamodb import PKModel\nclass Order(PKModel[str]):\n    id: str\n"
    new, notes = rewritten({"a.py": text, "deep.py": text})
    note = "deep.py:1: this file stays as it is: its expressions are nested too deeply"
    assert (text, [note], True) == (new["deep.py"], notes, "Attr[str]" in new["a.py"])
