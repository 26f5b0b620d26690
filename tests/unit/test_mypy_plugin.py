"""The mypy plugin, run by mypy itself on a small program."""

import importlib
import re
import textwrap

import pytest
from mypy import api

import pydamodb.mypy as plugin_module

PROGRAM = """
from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, computed_field

from pydamodb import PrimaryKeyAndSortKeyModel, PrimaryKeyModel

T = TypeVar("T")


class Address(BaseModel):
    city: str


class Tagged(PrimaryKeyModel, Generic[T]):
    tag: T


class Character(Tagged[bytes]):
    name: str
    age: int
    address: Address | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def title(self) -> str:
        return self.name

    @property
    def plain(self) -> str:
        return self.name


class Member(PrimaryKeyAndSortKeyModel):
    family: str
    age: int


class Keyed(PrimaryKeyAndSortKeyModel[str, int]):
    family: str
    number: int
    total: int


class Other:
    attr: Other

    def update_item(self, *, updates: dict[object, object]) -> None: ...


reveal_type(Character.attr.age)  # R: pydamodb.fields.ExpressionField[int]
reveal_type(Character.attr.tag)  # R: pydamodb.fields.ExpressionField[bytes]
reveal_type(Character.attr.title)  # R: pydamodb.fields.ExpressionField[str]
reveal_type(Character.attr.address)  # R: pydamodb.fields.PathField[program.Address | None]
reveal_type(Character.attr.address.city)  # R: pydamodb.fields.ExpressionField[str]
reveal_type(Character.attr.address.city.exists())  # R: pydamodb.conditions.AttributeExists
Character.attr.nothing  # E: "Character" has no field "nothing"
Character.attr.address.street  # E: "Address" has no field "street"
Character.attr.plain  # E: "Character" has no field "plain"
Character.attr.save  # E: "Character" has no field "save"
Character.attr.age >= "x"  # E: Unsupported operand types for >= ("ExpressionField[int]" and "str")
Character(tag=b"", name="", age=1).save(condition=Character.attr.age >= 18)
Character.update_item("x", updates={Character.attr.age: 1, Character.attr.name: "y"})
Character.update_item("x", updates={Character.attr.age: "y"})  # E: the value has type "str", its field "int"
Character.update_item("x", updates={Character.attr.address: None, Character.attr.address.city: "x"})
Member.update_item("x", "y", updates={Member.attr.age: b"y"})  # E: the value has type "bytes", its field "int"
Keyed.get_item("x", 1)
Keyed.get_item("x", "y")  # E: Argument 2 to "get_item" of KEYED has incompatible type "str"; expected "int"
Keyed.delete_item(b"x", 1)  # E: Argument 1 to "delete_item" of KEYED has incompatible type "bytes"; expected "str"
Keyed.query("x", filter_condition=Keyed.attr.total.between(Keyed.attr.number, 5))
Keyed.query("x", filter_condition=Keyed.attr.total.in_(Keyed.attr.number))
Keyed.query("x", filter_condition=Character.attr.name.size() <= Character.attr.tag.size())
Other().update_item(updates={Character.attr.age: "y"})
""".replace("KEYED", '"PrimaryKeyAndSortKeyModel"')


def _expected(program: str) -> list[tuple[int, str]]:
    marks = (re.search(r"# [ER]: (.*)$", line) for line in program.splitlines())
    return [(number, mark[1]) for number, mark in enumerate(marks, start=1) if mark]


def _reported(output: str) -> list[tuple[int, str]]:
    lines = re.findall(
        r'^\S*program\.py:(\d+): (?:error|note): (?:Revealed type is "(.*)"|(.*?))(?:  \[.*\])?$', output, re.MULTILINE
    )
    return [(int(number), revealed or error) for number, revealed, error in lines]


@pytest.mark.parametrize(
    "plugins", [["pydamodb.mypy"], ["pydantic.mypy", "pydamodb.mypy"], ["pydamodb.mypy", "pydantic.mypy"]], ids="+".join
)
def test_plain_models_are_typed(tmp_path, plugins):
    """Fields of plain models get their types, alone and beside Pydantic's plugin, and nothing valid is an error."""
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(PROGRAM))
    settings = tmp_path / "mypy.ini"
    settings.write_text(f"[mypy]\nplugins = {', '.join(plugins)}\nstrict = true\n")
    output, problems, _ = api.run(
        ["--config-file", str(settings), "--cache-dir", str(tmp_path / "cache"), "--no-pretty", str(program)]
    )
    assert problems == ""
    assert _reported(output) == _expected(PROGRAM), output


@pytest.mark.parametrize("name", ["NAMESPACE", "FIELD", "DYNAMO_MODEL", "MODEL", "COMPUTED_FIELD"])
def test_names_in_the_plugin_lead_somewhere(name):
    """What the plugin names by its path is still there."""
    module, _, class_name = getattr(plugin_module, name).rpartition(".")
    assert callable(getattr(importlib.import_module(module), class_name))
