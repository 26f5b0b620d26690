"""The bodies of models, statement by statement: what they are in the strict style."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rewriting import body, one

import pydamodb
from pydamodb._strict.declarations import ARGUMENTS

FIELD = "from pydantic import Field"
KEPT = "Order.a keeps its default, which may be a Field; if it is a value, write Field(default=...)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: str", "name: Attr[str]"),
        ("name:str", "name:Attr[str]"),
        ("name: 'Later'", "name: Attr['Later']"),
        ("age: int = 0", "age: Attr[int] = Field(default=0)"),
        ("age: int=0  # years", "age: Attr[int]=Field(default=0)  # years"),
        ("age : int = 0 ;  é: str = 'ü'", "age : Attr[int] = Field(default=0) ;  é: Attr[str] = Field(default='ü')"),
        ("tags: list[str] = []", "tags: Attr[list[str]] = Field(default=[])"),
        ("word: str = 'a' 'b'", "word: Attr[str] = Field(default='a' 'b')"),
        ("call: C = lambda x: x", "call: Attr[C] = Field(default=lambda x: x)"),
        ("some: S = (x for x in ())", "some: Attr[S] = Field(default=(x for x in ()))"),
        ("pair: P = 1, 2", "pair: Attr[P] = Field(default=(1, 2))"),
        ("pair: P = (1), (2)", "pair: Attr[P] = Field(default=((1), (2)))"),
        ("pair: P = (1, 2)", "pair: Attr[P] = Field(default=(1, 2))"),
        ("pair: P = ((1, 2))", "pair: Attr[P] = Field(default=(1, 2))"),
        ("pair: P = 1, *LIST", "pair: Attr[P] = Field(default=(1, *LIST))"),
        ("ring: Ring = 3", "ring: Attr[Ring] = Field(default=3)"),
        ("none: P = ()", "none: Attr[P] = Field(default=())"),
        ("age: int = (3)", "age: Attr[int] = Field(default=3)"),
        ("age: int = ((3))", "age: Attr[int] = Field(default=(3))"),
        ("age: int = (x := 3)", "age: Attr[int] = Field(default=(x := 3))"),
        ("age: int = ...", "age: Attr[int] = Field()"),
        ("age: (int) = 3", "age: (Attr[int]) = Field(default=3)"),
        ("age: (int  # = (\n     ) = (3)", "age: (Attr[int]  # = (\n     ) = Field(default=3)"),
        ("age: int = \\\n    3", "age: Attr[int] = \\\n    Field(default=3)"),
        ("age: int | \\\n    None", "age: Attr[int | \\\n    None]"),
        ("text: str = '''a\nb'''", "text: Attr[str] = Field(default='''a\nb''')"),
        (
            "a: int = (  # (why)\n    1 +\n    2  # b\n)",
            "a: Attr[int] = Field(  # (why)\n    default=1 +\n    2  # b\n)",
        ),
        ("a: int\nif True:\n    b: int = 1", "a: Attr[int]\nif True:\n    b: Attr[int] = Field(default=1)"),
    ],
)
def test_a_field_gets_attr_and_its_default_a_name(before: str, after: str) -> None:
    """Whatever is between the parts of the statement stays."""
    assert (after, []) == body(before, "Ring = Circle\nCircle = Ring")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: int = Field(0)", "a: Attr[int] = Field(default=0)"),
        ("a: int = Field(0, gt=1)", "a: Attr[int] = Field(default=0, gt=1)"),
        ("a: int = Field(gt=1)", "a: Attr[int] = Field(gt=1)"),
        ("a: int = Field(default_factory=int)", "a: Attr[int] = Field(default_factory=int)"),
        ("a: int = Field()", "a: Attr[int] = Field()"),
        ("a: int = Field(...)", "a: Attr[int] = Field()"),
        ("a: int = Field(\n    ...\n)", "a: Attr[int] = Field()"),
        ("a: int = Field(default=...)", "a: Attr[int] = Field()"),
        ("a: int = Field(..., gt=0)", "a: Attr[int] = Field(gt=0)"),
        ("a: int = Field(gt=0, default=...)", "a: Attr[int] = Field(gt=0)"),
        ("a: int = Field(gt=0, default=...,)", "a: Attr[int] = Field(gt=0, )"),
        ("a: int = Field(  # b\n    ...,  # c\n    gt=0,\n)", "a: Attr[int] = Field(  # b\n    # c\n    gt=0,\n)"),
        ("a: int = Field(  # b\n    ...\n)", "a: Attr[int] = Field(  # b\n\n)"),
        ("a: Annotated[int, Field(gt=1)] = 3", "a: Attr[Annotated[int, Field(gt=1)]] = Field(default=3)"),
    ],
)
def test_a_field_of_pydantic_becomes_one_of_ours(before: str, after: str) -> None:
    """Its default has a name; `...`, which some type checkers take for a default, is left out."""
    imports = f"{FIELD}\nfrom typing import Annotated"
    assert (after, []) == body(before, imports)


@pytest.mark.parametrize(
    "before",
    [
        "count: ClassVar[int] = 0",
        "count: 'ClassVar[int]' = 0",
        "count: t.ClassVar = 0",
        "count: Annotated[ClassVar[int], 'x'] = 0",
        "count: Shared = 0",
        "_cache: int = 0",
        "_cache: int = PrivateAttr(default=0)",
        "model_config: ConfigDict = {}",
        "pydamo_config = None",
        "pydamo_config: ClassVar[PydamoConfig] = None",
        "(a): int",
        "a.b: int = 3",
        "class Config:\n    a: int = 0",
        "def method(self):\n    a: int = 0",
        "a: Attr[int] = Field(default=0)",
        "a: Annotated[Attr[int], 'x']",
        "a: Key",
    ],
)
def test_what_is_no_field_and_what_is_strict_already_stays(before: str) -> None:
    """Class variables, private attributes, configuration, other classes, and fields with Attr."""
    imports = """
        import typing as t
        from typing import Annotated, ClassVar
        from pydantic import ConfigDict, PrivateAttr
        from pydamodb import Attr, Field
        Shared = ClassVar[int]
        Key = Attr[int]
    """
    assert (before, []) == body(before, imports)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: Attr[int] = 0", "a: Attr[int] = Field(default=0)"),
        ("a: Annotated[Attr[int], 'x'] = 0", "a: Annotated[Attr[int], 'x'] = Field(default=0)"),
        ("a: Attr[int] = pydantic.Field(0)", "a: Attr[int] = Field(default=0)"),
        ("a: Attr[int] = Field(0)", "a: Attr[int] = Field(default=0)"),
    ],
)
def test_a_strict_field_may_still_need_another_default(before: str, after: str) -> None:
    """Type checkers refuse a default without our Field beside Attr."""
    imports = "import pydantic\nfrom typing import Annotated\nfrom pydamodb import Attr, Field"
    assert (after, []) == body(before, imports)


VALUES = """
import math
import here
from elsewhere import NUMBER, Money, Status, given, settings
from pydantic import Field
import pydantic

OTHER = 3
AGAIN = OTHER
FIELD = Field(3)
TWICE = 1
TWICE = FIELD
LEFT = RIGHT
RIGHT = LEFT

def known() -> int: ...
def anything() -> Any: ...
def helper(): ...
class Own: ...
"""


@pytest.mark.parametrize(
    "value",
    [
        "known()",
        "known",
        "OTHER",
        "AGAIN",
        "Own()",
        "Own",
        "Own.make()",
        "Money(3)",
        "Money.zero()",
        "Status.OPEN",
        "int('3')",
        "int",
        "'a b'.split()",
        "f'{1}'.upper()",
        "math.pi",
        "math.floor(1.5)",
        "[given()]",
        "1 if given() else 2",
        "OTHER or 1",
        "-1",
    ],
)
def test_a_default_that_is_surely_a_value_is_given_to_field(value: str) -> None:
    """Literals, constants and functions of the given files, what Python has, and what classes make."""
    new, notes = body(f"a: int = {value}", VALUES)
    assert (f"a: Attr[int] = AttrField(default={value})", []) == (new, notes)


@pytest.mark.parametrize(
    "value",
    [
        "given()",
        "NUMBER",
        "settings.NUMBER",
        "helper()",
        "anything()",
        "FIELD",
        "TWICE",
        "LEFT",
        "unknown",
        "here.there()",
        "{}[0]",
        "(1 if OTHER else FIELD)",
        "(OTHER or FIELD)",
        "eval('1')",
        "pydantic.PrivateAttr()",
    ],
)
def test_a_default_that_may_be_a_field_stays(value: str) -> None:
    """Inside of `Field(default=...)` a Field would be a value; a note says what to do."""
    new, notes = body(f"a: int = {value}", VALUES)
    assert (f"a: Attr[int] = {value}", [KEPT]) == (new, notes)


@pytest.mark.parametrize("drops_metadata", [True, False])
@pytest.mark.parametrize(
    ("annotation", "metadata"),
    [("Annotated[int, Field(gt=0)]", 1), ("Annotated[int, Version, 1]", 2), ("Annotated[int, 1, Field(gt=0)]", 3)],
)
def test_no_metadata_is_lost_in_old_versions_of_pydantic(
    annotation: str, metadata: int, drops_metadata: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 2.12, two Fields of one field are merged, and the rest of the metadata with them."""
    monkeypatch.setattr("pydamodb._strict.declarations.DROPS_METADATA", drops_metadata)
    new, notes = body(f"a: {annotation} = 1", f"{FIELD}\nfrom typing import Annotated")
    kept = drops_metadata and metadata == 3
    assert (f"a: Attr[{annotation}] = {'1' if kept else 'Field(default=1)'}", kept) == (new, bool(notes))


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("a: Final = 3", "Order.a is Final: type checkers take it for no field of the model; leave Final out"),
        ("a: Final[int] = 3", "Order.a is Final: type checkers take it for no field of the model; leave Final out"),
    ],
)
def test_a_final_field_stays(line: str, note: str) -> None:
    """For type checkers it is no field."""
    assert (line, [note]) == body(line, "from typing import Final")


@pytest.mark.parametrize(
    ("call", "note"),
    [
        (
            "Field(gt=0,  # b\n    default=...)",
            "Order.a keeps `default=...`, as there is a comment before it: leave it out",
        ),
        ("Field(1, example=2)", "Order.a: the types of pydamodb's Field do not know example="),
        ("Field(*args)", "Order.a has a Field whose arguments are not written out: give its default by name"),
        ("Field(**kwargs)", "Order.a has a Field whose arguments are not written out: give its default by name"),
    ],
)
def test_arguments_that_do_not_fit_are_named(call: str, note: str) -> None:
    """Our Field is Pydantic's at run time, but its types know the documented arguments only."""
    new, notes = body(f"a: int = {call}", FIELD)
    assert (f"a: Attr[int] = {call.replace('(1,', '(default=1,')}", [note]) == (new, notes)


def test_the_arguments_of_our_field_are_those_that_its_types_know() -> None:
    """A new one in `attr.py` is known here too."""
    path = Path(str(pydamodb.__file__)).with_name("_models") / "attr.py"
    functions = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    ]
    field = next(node for node in functions if node.name == "Field")
    assert {*ARGUMENTS} == {each.arg for each in (*field.args.args, *field.args.kwonlyargs)}


COMPUTED = """
from functools import cached_property
from pydantic import computed_field
import pydantic as p
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@computed_field\n@property", "@computed_attr"),
        ("@computed_field()\n@property", "@computed_attr"),
        ("@p.computed_field\n@property", "@computed_attr"),
        ("@computed_field", "@computed_attr"),
        ("@computed_field  # why\n@property  # because", "@computed_attr  # why\n# because"),
        ("@computed_field\n# between\n@property", "@computed_attr\n# between"),
        ("@computed_field  # type: ignore[prop-decorator]\n@property", "@computed_attr"),
        ("@computed_field\n@property  # type: ignore[misc]", "@computed_attr"),
        ("@computed_field  # type: ignore[misc] # why\n@property", "@computed_attr  # type: ignore[misc] # why"),
        ("@computed_field\n@property\n@other", "@computed_attr\n@other"),
        ("@other\n@computed_field\n@property", "@other\n@computed_attr"),
    ],
)
def test_a_computed_field_becomes_a_computed_attr(before: str, after: str) -> None:
    """The property below it is a part of it; comments stay, those for mypy that are needless do not."""
    method = "def label(self) -> str: ..."
    assert (f"{after}\n{method}", []) == body(f"{before}\n{method}", COMPUTED)


@pytest.mark.parametrize(
    ("decorators", "reason"),
    [
        ("@computed_field(alias='x')\n@property", "computed_attr takes no arguments"),
        ("@computed_field\n@cached_property", "computed_attr is a property, and nothing else"),
        ("@computed_field\n@other", "computed_attr is a property, and nothing else"),
    ],
)
def test_a_computed_field_of_another_kind_stays(decorators: str, reason: str) -> None:
    """`computed_attr` is `computed_field` of a property, without options."""
    method = f"{decorators}\ndef label(self) -> str: ..."
    assert (method, [f"Order.label stays a computed_field: {reason}"]) == body(method, COMPUTED)


def test_a_computed_field_with_a_setter_stays() -> None:
    """For type checkers, `computed_attr` has none."""
    method = "@computed_field\n@property\ndef label(self) -> str: ...\n@label.setter\ndef label(self, value): ..."
    note = "Order.label stays a computed_field: computed_attr has no setter or deleter"
    assert (method, [note]) == body(method, COMPUTED)


def test_line_ends_tabs_and_form_feeds_stay() -> None:
    """And so do characters that Python does not take for line ends."""
    before = (
        "from pydamodb import PrimaryKeyModel\r\n\x0c\r\nclass Order(PrimaryKeyModel[str]):\r\n"
        "\ta: int = 0\r\n\x0c\tb: str = '\u2028\x85'\r\n\tc: str = 'é'; d: int = 1\r\n"
    )
    after = (
        "from pydamodb import Attr, Field, PrimaryKeyModel\r\n\x0c\r\nclass Order(PrimaryKeyModel[str]):\r\n"
        "\ta: Attr[int] = Field(default=0)\r\n\x0c\tb: Attr[str] = Field(default='\u2028\x85')\r\n"
        "\tc: Attr[str] = Field(default='é'); d: Attr[int] = Field(default=1)\r\n"
    )
    assert (after, []) == one(before)
