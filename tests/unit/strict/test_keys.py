"""The types of keys as parameters of the base class."""

from __future__ import annotations

import pytest
from rewriting import one, rewritten

HEAD = """\
from __future__ import annotations
from enum import Enum
from typing import Annotated, Generic, TypeVar
import pydamodb
from pydamodb import *
from pydantic import BaseModel, computed_field
K = TypeVar("K")
Id = Annotated[str, PartitionKey]
class Kind(str, Enum): ...
"""


def base_of(text: str, keys: dict[str, list[str]] | None = None) -> tuple[str, list[str]]:
    """Rewrite a class; return its bases and the notes."""
    new, notes = one(HEAD + text, keys)
    return new.partition("class Order(")[2].partition("):\n")[0], notes


@pytest.mark.parametrize(
    ("base", "fields", "after"),
    [
        ("PKModel", ["a: Annotated[str, PartitionKey]"], "PKModel[str]"),
        ("PKModel", ["a: Annotated[str, PartitionKey()]"], "PKModel[str]"),
        ("AsyncPKModel", ["a: Annotated[Kind, 1, PartitionKey]"], "AsyncPKModel[Kind]"),
        ("pydamodb.PKModel", ["a: Annotated[str, pydamodb.PartitionKey]"], "pydamodb.PKModel[str]"),
        ("PKSKModel", ["b: Annotated[int, SortKey]", "a: Annotated[str, PartitionKey]"], "PKSKModel[str, int]"),
        ("PKModel", ["a: Attr[Annotated[str, PartitionKey]]"], "PKModel[str]"),
        ("PKModel", ["a: Annotated[Attr[str], PartitionKey]"], "PKModel[str]"),
        ("PKModel", ["a: 'Annotated[str, PartitionKey]'"], "PKModel[str]"),
        ("PKModel", ["a: Id"], "PKModel[str]"),
        ("PKModel", ["a: Annotated[int, PartitionKey('x')]", "b: Annotated[str, PartitionKey]"], "PKModel[str]"),
        ("PKModel", ["a: Annotated[Later, PartitionKey]"], "PKModel['Later']"),
        ("PKModel", ["a: Annotated['Later', PartitionKey]"], "PKModel['Later']"),
        ("PKModel, Generic[K]", ["a: Annotated[K, PartitionKey]"], "PKModel[K], Generic[K]"),
        ("PKModel[str]", ["a: Annotated[str, PartitionKey]"], "PKModel[str]"),
        ("(PKModel)", ["a: Annotated[str, PartitionKey]"], "(PKModel[str])"),
    ],
)
def test_marked_fields_give_the_base_its_parameters(base: str, fields: list[str], after: str) -> None:
    """A type that is not known yet where the class begins is written as text."""
    lines = "".join(f"    {field}\n" for field in fields)
    assert (after, []) == base_of(f"class Order({base}):\n{lines}class Later(int): ...\n")


def test_a_type_for_checkers_only_is_written_as_text() -> None:
    """It is not there when the class is made."""
    text = "if TYPE_CHECKING:\n    from x import Y\nclass Order(PKModel):\n    a: Annotated[Y, PartitionKey]\n"
    assert ("PKModel['Y']", []) == base_of(text)


def test_a_mark_stands_in_a_mixin_a_computed_field_or_a_subclass() -> None:
    """The base of all is where the parameters stand."""
    text = """
class Named(BaseModel):
    name: Annotated[str, SortKey]
class Order(Named, PKSKModel):
    pass
class Sub(Order):
    @computed_field
    @property
    def pk(self) -> Annotated[int, PartitionKey]: ...
"""
    assert ("Named, PKSKModel[int, str]", []) == base_of(text)


def test_subclasses_that_differ_leave_the_base_alone() -> None:
    """There is no one type of the key."""
    text = "class Order(PKModel):\n    pass\n"
    text += "".join(f"class {name}(Order):\n    a: Annotated[{kind}, PartitionKey]\n" for name, kind in ("As", "Bi"))
    bases, notes = base_of(text.replace("[s,", "[str,").replace("[i,", "[int,"))
    assert ("PKModel", 1) == (bases, len(notes))


@pytest.mark.parametrize("fields", [["a", "b"], ["a", "label"]])
def test_names_of_key_fields_can_be_given(fields: list[str]) -> None:
    """For models whose fields have no marks."""
    text = "class Order(PKSKModel):\n    a: str\n    b: int\n    @computed_field\n    def label(self) -> int: ...\n"
    assert ("PKSKModel[str, int]", []) == base_of(text, {"Order": fields})


@pytest.mark.parametrize(
    ("base", "keys"), [("PKModel", []), ("PKSKModel", []), ("PKSKModel", ["a"]), ("PKModel", ["wrong"])]
)
def test_keys_that_are_not_known_leave_the_base_alone(base: str, keys: list[str]) -> None:
    """A note says what to write, or to run; the fields get Attr, which is right at run time in any case."""
    types = "<type of the partition key>" + ", <type of the sort key>" * (base == "PKSKModel")
    fields = "<partition key>" + ",<sort key>" * (base == "PKSKModel")
    note = (
        "shop.py:10: Order: type checkers do not know the types of its fields before they know those of its keys; "
        f"make {base}[{types}] its base, or run this again with --keys Order={fields}"
    )
    assert (base, [note]) == base_of(f"class Order({base}):\n    a: str\n", {"Order": keys})


def test_a_type_that_means_something_else_at_the_base_is_not_written_there() -> None:
    """It is a class inside of the model, or of another file."""
    inner = "class Order(PKModel):\n    class Id(str): ...\n    a: Annotated[Id, PartitionKey]\n"
    bases, notes = base_of(inner)
    assert ("PKModel", 1) == (bases, len(notes))
    imports = (
        "from typing import Annotated\nfrom pydantic import BaseModel\nfrom pydamodb import PartitionKey, PKModel\n"
    )
    mixin = f"{imports}class Id(str): ...\nclass Named(BaseModel):\n    a: Annotated[Id, PartitionKey]\n"
    for names, base in (("Named", "PKModel"), ("Id, Named", "PKModel[Id]")):
        model = f"{imports}from mixin import {names}\nclass Order(Named, PKModel):\n    pass\n"
        new, _ = rewritten({"mixin.py": mixin, "order.py": model})
        assert f"class Order(Named, {base}):" in new["order.py"]


def test_two_marks_of_one_kind_are_no_key() -> None:
    """A table has one partition key."""
    text = "class Order(PKModel):\n    a: Annotated[str, PartitionKey]\n    b: Annotated[str, PartitionKey]\n"
    bases, notes = base_of(text)
    assert ("PKModel", 1) == (bases, len(notes))
