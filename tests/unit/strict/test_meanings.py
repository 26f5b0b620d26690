"""Imports between the given files: bases, mixins, nested models and uses in other files than their own."""

from __future__ import annotations

import pytest
from rewriting import rewritten

MODELS = """\
from pydantic import BaseModel
from pydamodb import PrimaryKeyModel
class Address(BaseModel):
    city: str
class Order(PrimaryKeyModel[str]):
    address: Address
OTHER = 3
"""
STRICT_MODELS = MODELS.replace("address: Address", "address: Attr[Address]").replace("import Pri", "import Attr, Pri")
USE = "{}.attr.address.city"
STRICT_USE = "{}.attr.address(lambda address: address.city)"


@pytest.mark.parametrize(
    ("models", "user", "statement", "name"),
    [
        ("models.py", "use.py", "from models import Order", "Order"),
        ("models.py", "use.py", "from models import Order as O", "O"),
        ("models.py", "use.py", "from models import *", "Order"),
        ("models.py", "use.py", "import models", "models.Order"),
        ("models.py", "use.py", "import models as m", "m.Order"),
        ("shop/models.py", "use.py", "from shop.models import Order", "Order"),
        ("shop/models.py", "use.py", "import shop.models", "shop.models.Order"),
        ("shop/models.py", "use.py", "from shop import models", "models.Order"),
        ("shop/models.py", "shop/use.py", "from .models import Order", "Order"),
        ("shop/models.py", "shop/use.py", "from . import models", "models.Order"),
        ("shop/models.py", "shop/sub/use.py", "from ..models import Order", "Order"),
        ("shop/models.py", "shop/sub/use.py", "from .. import models as m", "m.Order"),
        ("shop/models/__init__.py", "use.py", "from shop.models import Order", "Order"),
        ("shop/models/__init__.py", "shop/use.py", "from .models import Order", "Order"),
        ("src/shop/models.py", "tests/use.py", "from shop.models import Order", "Order"),
    ],
)
def test_a_model_is_known_where_it_is_imported(models: str, user: str, statement: str, name: str) -> None:
    """By absolute and relative imports, of names and of modules."""
    new, notes = rewritten({models: MODELS, user: f"{statement}\n{USE.format(name)}\n"})
    assert ({models: STRICT_MODELS, user: f"{statement}\n{STRICT_USE.format(name)}\n"}, []) == (new, notes)


def test_a_model_is_known_through_other_files() -> None:
    """A package that shows it, a constant, a condition."""
    files = {
        "shop/models.py": MODELS,
        "shop/__init__.py": "from .models import Order\ntry:\n    from .more import X\nexcept OSError:\n    X = 3\n",
        "use.py": f"from shop import Order, X\nimport shop\n{USE.format('Order')}\n{USE.format('shop.Order')}\n",
    }
    new, _ = rewritten(files)
    lines = (STRICT_USE.format("Order"), STRICT_USE.format("shop.Order"))
    assert "from shop import Order, X\nimport shop\n{}\n{}\n".format(*lines) == new["use.py"]


def test_the_module_next_to_the_importer_is_meant() -> None:
    """Two programs may each have a module of one name; a third one gets neither."""
    other = MODELS.replace("address: Address", "address: str")
    use = f"from models import Order\n{USE.format('Order')}\n"
    files = {"a/models.py": MODELS, "b/models.py": other, "a/use.py": use, "b/use.py": use, "use.py": use}
    new, _ = rewritten(files)
    strict = f"from models import Order\n{STRICT_USE.format('Order')}\n"
    assert (strict, strict, use) == (new["a/use.py"], new["b/use.py"], new["use.py"])


def test_a_module_of_a_package_has_a_longer_name(tmp_path) -> None:
    """`import models` does not mean `shop/models.py` of a package, nor does `import typing` mean a file."""
    (tmp_path / "__init__.py").touch()
    use = f"from models import Order\n{USE.format('Order')}\n"
    library = f"from typing import Order\n{USE.format('Order')}\n"
    files = {f"{tmp_path}/models.py": MODELS, "use.py": use, "typing.py": MODELS, "other.py": library}
    new, _ = rewritten(files)
    assert (use, library) == (new["use.py"], new["other.py"])


def test_bases_mixins_and_aliases_are_known_in_other_files() -> None:
    """They get Attr where they stand; a key of another file gives the base its parameter."""
    files = {
        "base.py": "from typing import Annotated\nfrom pydantic import BaseModel\n"
        "from pydamodb import PKModel, PartitionKey\nId = Annotated[str, PartitionKey]\nBase = PKModel\n"
        "class Mixin(BaseModel):\n    id: Id\n    n: int = 0\nclass Plain(BaseModel):\n    n: int = 0\n",
        "models.py": "import base\nfrom base import Base, Mixin, Plain\nDEFAULT = 3\n"
        "class Order(Mixin, Base):\n    plain: Plain\n    m: int = base.NUMBER\nclass Sub(Order):\n    k: int = 0\n",
    }
    new, notes = rewritten(files)
    assert (
        "from typing import Annotated\nfrom pydantic import BaseModel\n"
        "from pydamodb import Attr, Field, PKModel, PartitionKey\nId = Annotated[str, PartitionKey]\nBase = PKModel\n"
        "class Mixin(BaseModel):\n    id: Attr[Id]\n    n: Attr[int] = Field(default=0)\n"
        "class Plain(BaseModel):\n    n: int = 0\n"
    ) == new["base.py"]
    assert (
        "import base\nfrom base import Base, Mixin, Plain\nfrom pydamodb import Attr, Field\nDEFAULT = 3\n"
        "class Order(Mixin, Base):\n    plain: Attr[Plain]\n    m: Attr[int] = base.NUMBER\n"
        "class Sub(Order):\n    k: Attr[int] = Field(default=0)\n"
    ) == new["models.py"]
    assert ["models.py:6: Order.m keeps its default, which", "models.py:4: Order: type checkers do not"] == [
        " ".join(note.split()[:6]) for note in notes
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "from elsewhere import Order",
        "import elsewhere as models",
        "from . import Order",
        "from .models import Nothing as Order",
        "from models import OTHER as Order",
        "from models.Order import Order",
        "from import_circle import Order",
        "Order = Order",
    ],
)
def test_what_is_not_in_the_given_files_is_not_known(statement: str) -> None:
    """It is left alone."""
    use = f"{statement}\n{USE.format('Order')}\n"
    files = {"models.py": MODELS, "import_circle.py": "from import_circle import Order\n", "use.py": use}
    new, notes = rewritten(files)
    assert (use, []) == (new["use.py"], notes)


def test_defaults_of_other_files_are_followed() -> None:
    """A constant is a value; a Field is none."""
    files = {
        "here/defaults.py": "from pydantic import Field\nNUMBER = 3\nFIELD = Field(3)\n",
        "here/models.py": "from pydamodb import PKModel\nfrom .defaults import NUMBER, FIELD\nfrom . import defaults\n"
        "class Order(PKModel[int]):\n    a: int = NUMBER\n    b: int = FIELD\n    c: int = defaults.NUMBER\n"
        "    d: int = defaults.FIELD\n    e: int = defaults.NOTHING\n",
    }
    new, notes = rewritten(files)
    assert (
        "    a: Attr[int] = Field(default=NUMBER)\n    b: Attr[int] = FIELD\n"
        "    c: Attr[int] = Field(default=defaults.NUMBER)\n    d: Attr[int] = defaults.FIELD\n"
        "    e: Attr[int] = defaults.NOTHING\n"
    ) == new["here/models.py"].partition("[int]):\n")[2]
    assert ["Order.b", "Order.d", "Order.e"] == [note.split(": ")[1].partition(" ")[0] for note in notes]
