"""What importing the package loads, seen in fresh interpreters; no test looks at a clock."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydantic
import pytest

import pydamodb
from pydamodb import exceptions

LATE = [
    "aio",
    "aio_batch",
    "aio_collections",
    "aio_tables",
    "aio_transactions",
    "batch",
    "collections",
    "direct",
    "indexes",
    "items",
    "streams",
    "tables",
    "transactions",
]
FLOOR = """
import boto3, json, sys
from pydantic import BaseModel

class Floor(BaseModel):
    name: str = ""

before = set(sys.modules)
"""


def printed(program: str) -> Any:
    """Run a program in a fresh interpreter and read what it prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    return json.loads(done.stdout)


def added_by(statements: str) -> set[str]:
    """Name the modules that statements load beyond those of boto3 and Pydantic."""
    return set(printed(f"{FLOOR}{statements}\nprint(json.dumps(sorted(set(sys.modules) - before)))"))


def asynchronous(modules: set[str]) -> set[str]:
    """Name the modules of the asynchronous half, Python's and ours, among them."""
    tops = {"_asyncio", "asyncio"}
    return {name for name in modules if name.partition(".")[0] in tops or ".aio" in name or "async" in name}


@pytest.mark.parametrize(
    "statements",
    [
        "import pydamodb",
        "import pydamodb; dir(pydamodb); pydamodb.__all__",
        "from pydamodb import Attr, Field, PrimaryKeyModel, PydamoConfig, WriteTransaction, transact_get, exceptions",
        "import pydamodb.models, pydamodb.conditions, pydamodb.expressions, pydamodb.exceptions",
        """
from pydamodb import Attr, Field, PartitionKey, PrimaryKeyModel, PydamoConfig
class Character(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table="characters")
    name: Attr[str] = Field()
Character.attr.name == "Homer"
""",
    ],
)
def test_a_synchronous_program_loads_nothing_asynchronous(statements: str) -> None:
    """Neither asyncio nor our own half of it."""
    added = added_by(statements)
    assert (True, set()) == ("pydamodb.models" in added, asynchronous(added))


@pytest.mark.parametrize(
    "statements",
    [
        "from pydamodb import AsyncPrimaryKeyModel",
        "from pydamodb import aio",
        "from pydamodb import *",
        "import pydamodb.aio",
        "import pydamodb; pydamodb.aio.AsyncPKModel",
        "import pydamodb; pydamodb.transact_get_async",
    ],
)
def test_whatever_is_asynchronous_is_loaded_when_it_is_asked_for(statements: str) -> None:
    """In all the ways of asking."""
    added = asynchronous(added_by(statements))
    assert (True, True) == ("asyncio" in added, "pydamodb._models._async.models" in added)


BARE = """
import json, os, sys
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")
"""


@pytest.mark.parametrize(
    "statements",
    [
        "import pydamodb",
        "from pydamodb import *",
        "import pydamodb.aio, pydamodb.direct, pydamodb.tables",
        """
from pydamodb import DirectClient, PrimaryKeyModel, PydamoConfig
class Character(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table=DirectClient().table("characters"))
    name: str
Character.attr.name == "Homer"
""",
    ],
)
def test_boto3_is_not_loaded_before_a_client_of_it_is_needed(statements: str) -> None:
    """Nor what only boto3 needs."""
    loaded = printed(f"{BARE}{statements}\nprint(json.dumps(sorted(sys.modules)))")
    assert (True, set()) == ("pydamodb.models" in loaded, {"boto3", "s3transfer"} & {*loaded})


FIRST_GET = """
import asyncio
from typing import Annotated
from pydamodb import AsyncPrimaryKeyModel, DynamoDBClientError, PartitionKey, PrimaryKeyModel, PydamoConfig
os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = "http://127.0.0.1:9"  # nobody is there
class Character(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="characters", transport="{transport}")
    name: Annotated[str, PartitionKey]
class AsyncCharacter(AsyncPrimaryKeyModel):
    pydamo_config = PydamoConfig(table="characters")
    name: Annotated[str, PartitionKey]
try:
    {get}
except Exception as error:
    print(json.dumps(["boto3" in sys.modules, type(error).__name__]))
"""


@pytest.mark.parametrize(
    ("transport", "get", "expected"),
    [
        ("boto3", "Character.get_item('x')", True),
        ("direct", "Character.get_item('x')", False),
        ("direct", "asyncio.run(AsyncCharacter.get_item('x'))", False),
    ],
)
def test_only_the_transport_of_boto3_loads_boto3(transport: str, get: str, *, expected: bool) -> None:
    """The direct transport asks botocore, and does so in programs without boto3 alone."""
    environment = 'os.environ["AWS_MAX_ATTEMPTS"] = "1"\n'
    program = BARE + environment + FIRST_GET.replace("{transport}", transport).replace("{get}", get)
    assert [expected, "DynamoDBClientError"] == printed(program)


def test_transactions_are_loaded_when_they_are_asked_for() -> None:
    """Most programs have none."""
    loaded = [
        "pydamodb.transactions" in added_by(each) for each in ("import pydamodb", "from pydamodb import transact_get")
    ]
    assert [False, True] == loaded


MODEL = """
import pydamodb
from pydamodb import PrimaryKeyModel, PydamoConfig
class Character(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table=None)
    name: str
    age: int = 0
Character.attr.age > 3
"""
TEMPLATED = "type('Order', (PrimaryKeyModel,), {'__module__': '', 'pydamo_key': pydamodb.KeyTemplate('ORDER')})"
# The modules of features that many programs never use, and what loads them.
LATE_ROOMS = {
    "pydamodb.DirectClient": ["_client.direct.clients", "_client.direct.transports", "_client.direct.probes"],
    "pydamodb.GlobalIndex": ["_models.named_indexes"],
    "Character.batch_get(['Homer'])": ["_operations.batch_get", "_operations.kinds_table"],
    "Character.batch_writer()": ["_models._sync.batch", "_operations.batch_write"],
    "Character.from_item({})": ["_models.item_forms"],
    TEMPLATED: ["_codec.templated_keys", "_codec.key_templates", "_codec.template_parts"],
    "Character.from_stream_record({})": ["_models.streams"],
    "Character.query('Homer', index_name='i')": ["_operations.query", "_operations.pages", "_operations.cursors"],
    "Character.scan()": ["_operations.scan"],
    "Character.scan_all(total_segments=2)": ["_models._sync.segments"],
    "Character.__pydamo_index__('i')": ["_models._sync.indexes"],
    "Character.__pydamo_vector_index__(None)": ["_models._sync.vectors", "_operations.vector_search"],
}


def test_modules_of_features_that_a_program_does_not_use_are_not_loaded() -> None:
    """They are a third of the package."""
    late = {f"pydamodb.{name}" for names in LATE_ROOMS.values() for name in names}
    assert set() == added_by(MODEL) & late


@pytest.mark.parametrize(("use", "names"), LATE_ROOMS.items())
def test_modules_of_a_feature_are_loaded_by_its_use(use: str, names: list[str]) -> None:
    """Though the model has no table here."""
    added = added_by(f"{MODEL}\ntry:\n    {use}\nexcept pydamodb.PydamoError:\n    pass")
    assert set() == {f"pydamodb.{name}" for name in names} - added


def test_classes_of_late_modules_carry_their_public_name() -> None:
    """Also where the program has not imported the public module."""
    assert ["pydamodb.batch", "pydamodb.indexes", "pydamodb.indexes"] == printed(f"""{MODEL}
import json
made = Character.batch_writer(), Character.__pydamo_index__("i"), Character.__pydamo_vector_index__(None)
print(json.dumps([type(each).__module__ for each in made]))
""")


def test_parts_of_pydantic_that_a_model_need_not_have_are_not_loaded() -> None:
    """Those that are only named where a model has them."""
    needed = {"pydantic.functional_serializers", "pydantic.root_model", "pydantic.type_adapter"}
    assert set() == added_by("from pydamodb import PrimaryKeyModel") & needed


def test_all_public_names_are_there_before_anything_is_loaded() -> None:
    """They are listed, they resolve, and they are those of their modules."""
    listed, resolved, starred = printed("""
import json
import pydamodb
listed = dir(pydamodb)
resolved = {name: getattr(pydamodb, name).__module__ for name in pydamodb.__all__ if name != "Field"}
starred = {}
exec("from pydamodb import *", starred)
print(json.dumps([listed, resolved, [name for name in starred if not name.startswith("__")]]))
""")
    assert set() == {*pydamodb.__all__, *LATE} - set(listed)
    assert sorted(pydamodb.__all__) == sorted(starred)
    assert [name for name in pydamodb.__all__ if name != "Field"] == list(resolved)
    assert [] == [
        name
        for name, module in resolved.items()
        if getattr(pydamodb, name) is not getattr(importlib.import_module(module), name)
    ]


def test_all_names_at_once_leave_pydantics_validation_error_in_place() -> None:
    """`from pydamodb import *` does not replace it; ours is imported by its name."""
    names: dict[str, object] = {}
    exec("from pydantic import ValidationError\nfrom pydamodb import *", names)  # noqa: S102 - as a user writes it
    assert (pydantic.ValidationError, False) == (names["ValidationError"], "ValidationError" in pydamodb.__all__)
    exec("from pydamodb import ValidationError", names)  # noqa: S102 - as a user writes it
    assert exceptions.ValidationError is names["ValidationError"]


def test_a_name_is_looked_up_once() -> None:
    """From then on it is an attribute like any other."""
    assert [False, True] == printed("""
import json
import pydamodb
before = "AsyncPKModel" in vars(pydamodb)
pydamodb.AsyncPKModel
print(json.dumps([before, "AsyncPKModel" in vars(pydamodb)]))
""")


def test_there_is_nothing_else_in_the_package() -> None:
    """A name that is not there is missed as in any module."""
    with pytest.raises(AttributeError, match=r"^module 'pydamodb' has no attribute 'PrimaryModel'$"):
        pydamodb.PrimaryModel  # type: ignore[attr-defined]  # noqa: B018 - the look-up is tested
    with pytest.raises(ImportError, match="cannot import name 'AsyncModel' from 'pydamodb'"):
        exec("from pydamodb import AsyncModel")  # noqa: S102 - as a user writes it


def test_type_checkers_see_the_imports_that_are_made_late() -> None:
    """The statements for them and the table for Python name the same."""
    tree = ast.parse(Path(str(pydamodb.__file__)).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    told = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert told == {name: f"pydamodb.{module}" for name, module in vars(pydamodb)["_LATE"].items()}


def test_values_travel_to_a_process_that_has_not_used_their_classes_yet() -> None:
    """Unpickling calls no constructor: what comes out is compared, hashed, shown and frozen all the same."""
    assert ["GlobalIndex('i', 'a')", True, True, "cannot assign to field 'name'", "Key", True] == printed("""
import json, pickle, subprocess, sys
made = '''
import pickle, sys
from pydamodb import GlobalIndex, PartitionKey, VersionConflictError, AsyncPKModel, Key
sys.stdout.buffer.write(pickle.dumps([GlobalIndex("i", "a"), PartitionKey("i"), AsyncPKModel, Key]))
'''
index, mark, model, key = pickle.loads(subprocess.run([sys.executable, "-c", made], capture_output=True).stdout)
try:
    index.name = "j"
except AttributeError as error:
    refused = str(error)
shown = repr(index)
import pydamodb
print(json.dumps([
    shown.replace("name=", "").replace("partition_key=('a',), sort_key=(), projection='ALL', includes=()", "'a'"),
    index == pydamodb.GlobalIndex("i", "a"),
    hash(mark) == hash(pydamodb.PartitionKey("i")),
    refused,
    key.__name__,
    model is pydamodb.AsyncPKModel,
]))
""")


def test_the_bases_are_built_by_who_uses_them_themselves() -> None:
    """No import pays for it; whoever asks for their schema, or makes an instance, finds them as any model."""
    program = """
import json
from pydantic import TypeAdapter
from pydamodb import PrimaryKeyAndSortKeyModel, PrimaryKeyModel
before = [PrimaryKeyModel.__pydantic_complete__, PrimaryKeyAndSortKeyModel.__pydantic_complete__]
used = [PrimaryKeyModel.model_json_schema()["title"], PrimaryKeyModel() == PrimaryKeyModel.model_validate_json("{}")]
used.append(type(TypeAdapter(PrimaryKeyAndSortKeyModel).validate_python({})) is PrimaryKeyAndSortKeyModel)
print(json.dumps([before, used]))
"""
    assert [[False, False], ["PrimaryKeyModel", True, True]] == printed(program)


def test_a_start_of_pytest_loads_nothing_of_the_package(tmp_path: Path) -> None:
    """Nor what it stands on: pytest imports the plugin in every project that has the package."""
    seen = (
        "import sys, pathlib\ndef pytest_unconfigure():\n    pathlib.Path('seen').write_text(' '.join(sys.modules))\n"
    )
    (tmp_path / "conftest.py").write_text(seen, encoding="utf-8")
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass", encoding="utf-8")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # others load what they like
    command = [sys.executable, "-m", "pytest", "-p", "pydamodb_pytest"]
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=60)  # noqa: S603
    loaded = {name.partition(".")[0] for name in (tmp_path / "seen").read_text(encoding="utf-8").split()}
    heavy = {"aiobotocore", "asyncio", "boto3", "botocore", "moto", "pydamodb", "pydantic", "pydantic_core"}
    assert (True, set()) == ("pydamodb_pytest" in loaded, loaded & heavy)


def test_the_program_for_the_strict_style_is_not_loaded() -> None:
    """It runs once in the life of a project."""
    added = added_by("import pydamodb.models, pydamodb.fields; from pydamodb import *; pydamodb.aio; dir(pydamodb)")
    assert (True, set()) == ("pydamodb.models" in added, {name for name in added if "strict" in name})
