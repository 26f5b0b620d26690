"""Where the names of the strict style come from, and what they are called in each file."""

from __future__ import annotations

import pytest
from rewriting import one, rewritten

ORDER = "class Order(PrimaryKeyModel[str]):\n    a: int = 0\n"
STRICT = "class Order(PrimaryKeyModel[str]):\n    a: Attr[int] = Field(default=0)\n"
UNDER_ANOTHER_NAME = STRICT.replace("Field", "AttrField")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from pydamodb import PrimaryKeyModel", "from pydamodb import Attr, Field, PrimaryKeyModel"),
        (
            "from pydamodb import Condition, PrimaryKeyModel, transact_get",
            "from pydamodb import Attr, Condition, Field, PrimaryKeyModel, transact_get",
        ),
        ("from pydamodb import PrimaryKeyModel, Eq", "from pydamodb import PrimaryKeyModel, Eq, Attr, Field"),
        ("from pydamodb import Field, PrimaryKeyModel", "from pydamodb import Attr, Field, PrimaryKeyModel"),
        ("from pydamodb import (PrimaryKeyModel)  # a", "from pydamodb import (Attr, Field, PrimaryKeyModel)  # a"),
        ("from pydamodb import (PrimaryKeyModel, Eq,)", "from pydamodb import (PrimaryKeyModel, Eq, Attr, Field,)"),
        ("from pydamodb import \\\n    PrimaryKeyModel", "from pydamodb import \\\n    Attr, Field, PrimaryKeyModel"),
        (
            "from pydamodb import (\n    Key,  # b\n    PrimaryKeyModel,\n)",
            "from pydamodb import (\n    Attr,\n    Field,\n    Key,  # b\n    PrimaryKeyModel,\n)",
        ),
        (
            "from pydamodb import (\n    PrimaryKeyModel,\n    Eq\n)",
            "from pydamodb import (\n    PrimaryKeyModel,\n    Eq,\n    Attr,\n    Field\n)",
        ),
        (
            "from pydamodb import (\n    PrimaryKeyModel,\n    Eq  # c\n)",
            "from pydamodb import (\n    PrimaryKeyModel,\n    Eq,  # c\n    Attr,\n    Field,\n)",
        ),
        (
            "from pydamodb import (\n    PrimaryKeyModel,\n    Eq,  # c\n)",
            "from pydamodb import (\n    PrimaryKeyModel,\n    Eq,  # c\n    Attr,\n    Field,\n)",
        ),
        ("from pydamodb import *", "from pydamodb import *"),
        (
            "from pydamodb.models import PrimaryKeyModel",
            "from pydamodb.models import PrimaryKeyModel\nfrom pydamodb import Attr, Field",
        ),
        (
            "from pydamodb.models import PrimaryKeyModel; text = '''\n'''",
            "from pydamodb.models import PrimaryKeyModel; text = '''\n'''\nfrom pydamodb import Attr, Field",
        ),
        (
            "import os\ntry:\n    from pydamodb import PrimaryKeyModel\nexcept ImportError:\n    raise",
            (
                "import os\nfrom pydamodb import Attr, Field\n"
                "try:\n    from pydamodb import PrimaryKeyModel\nexcept ImportError:\n    raise"
            ),
        ),
        (
            "from pydantic import BaseModel, Field\nfrom pydamodb import PrimaryKeyModel",
            "from pydantic import BaseModel\nfrom pydamodb import Attr, Field, PrimaryKeyModel",
        ),
        (
            "from pydantic import Field\nfrom pydamodb import PrimaryKeyModel",
            "from pydamodb import Attr, Field, PrimaryKeyModel",
        ),
        (
            "from pydantic import (\n    BaseModel,\n    Field,\n)\nfrom pydamodb import PrimaryKeyModel",
            "from pydantic import (\n    BaseModel,\n)\nfrom pydamodb import Attr, Field, PrimaryKeyModel",
        ),
    ],
)
def test_names_are_imported_from_pydamodb(before: str, after: str) -> None:
    """In the statement that imports the model, in its order, or else in a new one; Pydantic's Field is not needed."""
    assert (f"{after}\n{STRICT}", []) == one(f"{before}\n{ORDER}")


@pytest.mark.parametrize(
    "imports",
    [
        "from pydantic import *\nfrom pydamodb import PrimaryKeyModel",
        "from pydantic import Field  # why\nfrom pydamodb import PrimaryKeyModel",
        "from pydantic import BaseModel, Field  # why\nfrom pydamodb import PrimaryKeyModel\nx = Field(3)",
        "from pydantic import (BaseModel, # a\n   Field)\nfrom pydamodb import PrimaryKeyModel",
        "if True:\n    from pydantic import Field\nfrom pydamodb import PrimaryKeyModel",
        "from dataclasses import field as Field\nfrom pydamodb import PrimaryKeyModel",
        "def Field(): ...\nfrom pydamodb import PrimaryKeyModel",
        "from pydamodb import PrimaryKeyModel\ndef f(Field): ...",
        "from pydamodb import PrimaryKeyModel\ndef f():\n    global Field\n    Field = 3",
        (
            "from pydantic import BaseModel, Field\nfrom pydamodb import PrimaryKeyModel\n"
            "class Plain(BaseModel):\n    a: int = Field(3)"
        ),
    ],
)
def test_another_field_of_the_file_keeps_its_name(imports: str) -> None:
    """Ours is called AttrField there."""
    names = "from pydamodb import PrimaryKeyModel"
    after = imports.replace(names, "from pydamodb import Attr, Field as AttrField, PrimaryKeyModel")
    assert (f"{after}\n{UNDER_ANOTHER_NAME}", []) == one(f"{imports}\n{ORDER}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import pydamodb\nclass O(pydamodb.PKModel[int]):\n    a: int = 0",
            "import pydamodb\nclass O(pydamodb.PKModel[int]):\n    a: pydamodb.Attr[int] = pydamodb.Field(default=0)",
        ),
        (
            "import pydamodb as p\nclass O(p.models.PKModel[int]):\n    a: int = 0",
            "import pydamodb as p\nclass O(p.models.PKModel[int]):\n    a: p.Attr[int] = p.Field(default=0)",
        ),
        (
            "import pydamodb.aio\nclass O(pydamodb.aio.AsyncPKModel[int]):\n    a: int",
            "import pydamodb.aio\nclass O(pydamodb.aio.AsyncPKModel[int]):\n    a: pydamodb.Attr[int]",
        ),
        (
            "from pydamodb import PKModel as P, Attr as A\nclass O(P[int]):\n    a: int\n    b: A[int]",
            "from pydamodb import PKModel as P, Attr as A\nclass O(P[int]):\n    a: A[int]\n    b: A[int]",
        ),
        (
            "from pydamodb import PKModel\nclass Attr: ...\nclass O(PKModel[int]):\n    a: int",
            (
                "from pydamodb import Attr as PydamoAttr, PKModel\nclass Attr: ...\nclass O(PKModel[int]):\n"
                "    a: PydamoAttr[int]"
            ),
        ),
        (
            "from pydamodb import PKModel\nclass Attr: ...\nPydamoAttr = 3\nclass O(PKModel[int]):\n    a: int",
            (
                "from pydamodb import Attr as PydamoAttr_, PKModel\nclass Attr: ...\nPydamoAttr = 3\n"
                "class O(PKModel[int]):\n    a: PydamoAttr_[int]"
            ),
        ),
        (
            (
                "from pydamodb import PKModel\nif TYPE_CHECKING:\n    from pydamodb import Attr\n"
                "class O(PKModel[int]):\n    a: int"
            ),
            (
                "from pydamodb import Attr as PydamoAttr, PKModel\nif TYPE_CHECKING:\n    from pydamodb import Attr\n"
                "class O(PKModel[int]):\n    a: PydamoAttr[int]"
            ),
        ),
        (
            "def f():\n    from pydamodb import PKModel\n    class O(PKModel[int]):\n        a: int",
            (
                "from pydamodb import Attr\ndef f():\n    from pydamodb import PKModel\n    class O(PKModel[int]):\n"
                "        a: Attr[int]"
            ),
        ),
        (
            (
                "#!python\n'''Doc.'''\n@mark\ndef f():\n    import pydamodb\n"
                "    class O(pydamodb.PKModel[int]):\n        a: int"
            ),
            (
                "#!python\n'''Doc.'''\nfrom pydamodb import Attr\n@mark\ndef f():\n    import pydamodb\n"
                "    class O(pydamodb.PKModel[int]):\n        a: Attr[int]"
            ),
        ),
        (
            "#!python\n@mark\ndef f():\n    import pydamodb\n    class O(pydamodb.PKModel[int]):\n        a: int",
            (
                "#!python\nfrom pydamodb import Attr\n@mark\ndef f():\n    import pydamodb\n"
                "    class O(pydamodb.PKModel[int]):\n        a: Attr[int]"
            ),
        ),
    ],
)
def test_a_file_keeps_its_own_names(before: str, after: str) -> None:
    """Those of modules, those that are imported under another name, and those that mean something else."""
    assert (f"{after}\n", []) == one(f"{before}\n")


COMPUTED = "    @computed_field\n    @property\n    def b(self) -> int: ...\n"


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        (
            "from pydantic import BaseModel, Field, computed_field\nfrom pydamodb import PrimaryKeyModel",
            "from pydantic import BaseModel\nfrom pydamodb import Attr, Field, PrimaryKeyModel, computed_attr",
            "",
        ),
        (
            "from pydantic import Field, BaseModel, computed_field, Tag\nfrom pydamodb import PrimaryKeyModel",
            "from pydantic import BaseModel, Tag\nfrom pydamodb import Attr, Field, PrimaryKeyModel, computed_attr",
            "",
        ),
        (
            "from pydantic import Field, computed_field\nfrom pydamodb import PrimaryKeyModel",
            "from pydamodb import Attr, Field, PrimaryKeyModel, computed_attr",
            "",
        ),
        (
            "from pydantic import computed_field\nfrom pydamodb import PrimaryKeyModel",
            "from pydantic import computed_field\nfrom pydamodb import Attr, Field, PrimaryKeyModel, computed_attr",
            "x = computed_field",
        ),
        (
            "from pydantic import computed_field\nfrom pydamodb import PrimaryKeyModel",
            "from pydantic import computed_field\nfrom pydamodb import Attr, Field, PrimaryKeyModel, computed_attr",
            "__all__ = ['computed_field']",
        ),
    ],
)
def test_pydantics_computed_field_is_imported_as_long_as_something_uses_it(before: str, after: str, more: str) -> None:
    """Or exports it."""
    strict = f"{after}\n{STRICT}    @computed_attr\n    def b(self) -> int: ...\n{more}"
    assert (strict, []) == one(f"{before}\n{ORDER}{COMPUTED}{more}")


def test_a_name_that_another_file_imports_from_a_file_stays_there() -> None:
    """Although nothing uses it there any longer."""
    imports = "from pydantic import computed_field\nfrom pydamodb import PrimaryKeyModel\n"
    other = "from shop import computed_field\n"
    new, _ = rewritten({"shop.py": f"{imports}{ORDER}{COMPUTED}", "other.py": other})
    assert (True, other) == ("from pydantic import computed_field\n" in new["shop.py"], new["other.py"])


def test_a_file_without_models_stays() -> None:
    """Even if it imports what models need."""
    imports = "from pydamodb import PrimaryKeyModel\nfrom pydantic import BaseModel, Field\n"
    text = f"{imports}class A(BaseModel):\n    a: int = 0\n"
    assert (text, []) == one(text)


def test_an_import_is_the_last_line_of_a_file() -> None:
    """Without a line end, it gets one first."""
    before = "class O:\n    from pydamodb import PKModel\n    class P(PKModel[int]):\n        a: int"
    assert (f"from pydamodb import Attr\n{before[:-3]}Attr[int]", []) == one(before)
