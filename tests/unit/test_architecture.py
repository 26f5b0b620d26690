"""The laws of the package, read from its syntax trees. Each test looks at all modules and lists what breaks its law."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pydantic

import pydamodb

ROOT = Path(str(pydamodb.__file__)).parent
FILES = {
    ".".join(("pydamodb", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
# The plugin runs inside of mypy, which is no dependency of the package.
IMPORTABLE = [name for name in FILES if name != "pydamodb.mypy"]

# From the lowest room to the highest; above them are the public modules.
ROOMS = ["_core", "_codec", "_expressions", "_operations", "_client", "_models"]


def floor(name: str) -> int:
    """Return the number of the room that a module is in."""
    room = name.split(".")[1] if "." in name else ""
    return ROOMS.index(room) if room in ROOMS else len(ROOMS)


def imported(node: ast.AST) -> list[str]:
    """Name what an import statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in FILES else str(node.module) for name in names]
    return []


def imports(name: str) -> set[str]:
    """Name the modules that a module imports, wherever the statement stands."""
    return {module for node in ast.walk(TREES[name]) for module in imported(node)}


def tops(name: str) -> set[str]:
    """Name the top-level packages among them."""
    return {module.partition(".")[0] for module in imports(name)}


def walk() -> Iterator[tuple[str, ast.AST]]:
    """Yield all nodes of all modules."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            yield name, node


def test_every_module_was_found() -> None:
    """The walk sees what Python sees."""
    known = {"pydamodb", *(module.name for module in pkgutil.walk_packages([str(ROOT)], "pydamodb."))}
    assert known == set(FILES)


def test_imports_lead_downwards() -> None:
    """A room imports from itself and from the rooms below it."""
    upwards = [
        (name, module) for name in FILES for module in imports(name) if module in FILES and floor(module) > floor(name)
    ]
    assert [] == upwards


def test_the_program_for_the_strict_style_stands_apart() -> None:
    """Only its own modules import it; of the library it needs the names that a field has."""
    own = {name for name in FILES if name.startswith("pydamodb._strict") or name == "pydamodb.strict"}
    users = {name for name in set(FILES) - own if imports(name) & own}
    needed = {module for name in own for module in imports(name) if module in FILES} - own
    assert (set(), {"pydamodb", "pydamodb._expressions.fields"}) == (users, needed)


# What tests of users stand on: it opens clients and starts servers, and imports what only tests need.
FOR_TESTS = {name for name in FILES if name.startswith("pydamodb._testing") or name == "pydamodb.testing"}
OF_EXTRAS = {"pydamodb._testing.async_clients": "aiobotocore", "pydamodb._testing.moto_engine": "moto"}


def test_what_tests_stand_on_stands_apart() -> None:
    """The library imports nothing of it; aiobotocore and moto are imported by one module each, which nobody imports."""
    users = {name for name in set(FILES) - FOR_TESTS if imports(name) & FOR_TESTS}
    of_extras = {name: top for name in FILES for top in tops(name) & {"aioboto3", "aiobotocore", "moto", "pytest"}}
    assert (set(), OF_EXTRAS) == (users, of_extras)
    assert set() == {name for name in FILES if imports(name) & set(OF_EXTRAS)}


def test_imports_have_no_circles() -> None:
    """Inside a room they lead downwards too."""
    below = {name: {module for module in imports(name) if module in FILES} for name in FILES}
    while free := {name for name, needed in below.items() if not needed}:
        below = {name: needed - free for name, needed in below.items() if name not in free}
    assert {} == below


# What is different for synchronous and asynchronous models: how they wait for each other.
DRIVERS = {f"pydamodb._models.{name}" for name in ("_async.batch", "_async.segments", "_sync.segments")}
OUTSIDE = {"asyncio", "boto3", "botocore", "http", "os", "requests", "select", "socket", "ssl", "subprocess"}
OUTSIDE |= {"concurrent", "threading", "time", "urllib"}


def test_only_the_client_room_sends_or_waits() -> None:
    """All other rooms ask it to."""
    outside = {
        name for name in set(FILES) - FOR_TESTS if tops(name) & OUTSIDE and floor(name) != ROOMS.index("_client")
    }
    assert DRIVERS == outside


def test_the_synchronous_side_needs_nothing_of_the_asynchronous_one() -> None:
    """Neither asyncio nor a module that imports it."""
    asynchronous = {name for name in FILES if "async" in name or ".aio" in name}
    synchronous = set(FILES) - FOR_TESTS - asynchronous - {"pydamodb"}
    assert set() == {name for name in synchronous if imports(name) & (asynchronous | {"asyncio"})}


def test_no_import_hides_in_a_function() -> None:
    """A reader finds all of them at the top."""
    hidden = [
        (name, ast.unparse(node))
        for name, function in walk()
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert [] == hidden


def test_imports_are_absolute() -> None:
    """A module is called the same everywhere."""
    assert [] == [(name, node.lineno) for name, node in walk() if isinstance(node, ast.ImportFrom) and node.level]


# Pydantic has no public name for its metaclass, and type checkers must be told of it.
FOR_CHECKERS = "from pydantic._internal._model_construction import ModelMetaclass"


def test_pydantics_metaclass_is_where_type_checkers_are_told() -> None:
    """The one private name of Pydantic that is imported, by checkers alone, leads to the metaclass."""
    place: dict[str, object] = {}
    exec(FOR_CHECKERS, place)  # noqa: S102 - the statement itself is tested
    assert type(pydantic.BaseModel) is place["ModelMetaclass"]


# What the package itself imports when something of it is asked for: `test_imports.py` looks at how.
LATE = {"pydamodb.aio", "pydamodb.aio_batch", "pydamodb.aio_collections", "pydamodb.aio_tables"}
LATE |= {
    "pydamodb.aio_transactions",
    "pydamodb.batch",
    "pydamodb.collections",
    "pydamodb.direct",
    "pydamodb.indexes",
    "pydamodb.items",
    "pydamodb.streams",
    "pydamodb.tables",
    "pydamodb.transactions",
}


def test_no_import_stands_under_type_checking() -> None:
    """Annotations can be resolved at run time; a private name that nothing may need there is no matter, nor is LATE."""
    hidden = {
        (name, ast.unparse(each) if module not in LATE else module)
        for name, node in walk()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for each in ast.walk(node)
        for module in imported(each)
    }
    assert {*(("pydamodb", module) for module in LATE), ("pydamodb._models.attr", FOR_CHECKERS)} == hidden


def test_dataclasses_get_their_methods_at_first_use() -> None:
    """All of them, as `lazy_dataclass` has it."""
    decorated = {
        name
        for name, node in walk()
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        for alias in node.names
        if alias.name == "dataclass"
    }
    assert {"pydamodb._core.lazy_dataclass"} == decorated


def test_a_module_opens_with_its_law() -> None:
    """What lives there, in a docstring."""
    assert [] == [name for name, tree in TREES.items() if not ast.get_docstring(tree)]


def lines_of(name: str) -> list[str]:
    """Return the lines of a module."""
    return FILES[name].read_text(encoding="utf-8").splitlines()


def test_a_module_that_is_kept_by_hand_is_short() -> None:
    """One of more than 400 lines has two jobs."""
    long = {name: len(lines_of(name)) for name in FILES if "do not edit" not in lines_of(name)[0]}
    assert {} == {name: lines for name, lines in long.items() if lines > 400}


PUBLIC = [name for name in IMPORTABLE if not any(part.startswith("_") for part in name.split("."))]


def test_public_modules_list_what_they_show() -> None:
    """In `__all__`: nothing private, nothing that is not there."""
    modules = {name: importlib.import_module(name) for name in PUBLIC}
    wrong = [
        (name, each)
        for name, module in modules.items()
        for each in module.__all__
        if each.startswith("_") or not hasattr(module, each)
    ]
    assert [] == wrong


def test_classes_of_public_modules_carry_their_name() -> None:
    """In `repr` and in pickles, whatever private module they are written in."""
    hidden = [
        (name, each)
        for name in PUBLIC
        if name != "pydamodb"
        for each in importlib.import_module(name).__all__
        if inspect.isclass(found := getattr(importlib.import_module(name), each)) and found.__module__ != name
    ]
    assert [] == hidden


def test_nothing_private_leaks_from_the_package() -> None:
    """Its names are the exported ones, its modules, and `ValidationError`, which `import *` leaves to Pydantic."""
    modules = {name.split(".")[1] for name in FILES if "." in name}
    # pytest rewrites the assertions of an installed package that has a plugin, and adds names with an "@"
    public = {name for name in dir(pydamodb) if not name.startswith(("_", "@"))} - modules
    assert {*pydamodb.__all__, "ValidationError"} == public


def test_the_contracts_import_paths_are_public() -> None:
    """Names of the contract are found where it says."""
    wanted = {
        "models": {"PrimaryKeyModel", "PrimaryKeyAndSortKeyModel", "PKModel", "PKSKModel"},
        "conditions": {"Eq", "Ne", "Lt", "Lte", "Gt", "Gte", "Between", "BeginsWith", "Contains", "In", "Size"}
        | {"AttributeExists", "AttributeNotExists", "And", "Or", "Not"},
        "exceptions": {"PydamoError", "OperationError", "ValidationError"},
        "expressions": {"ExpressionBuilder"},
    }
    missing = {
        f"{module}.{name}"
        for module, names in wanted.items()
        for name in names
        if not hasattr(importlib.import_module(f"pydamodb.{module}"), name)
    }
    assert set() == missing


def test_the_exported_conditions_are_public_in_the_package_too() -> None:
    """A condition is imported from where the models are."""
    assert set() == set(importlib.import_module("pydamodb.conditions").__all__) - set(pydamodb.__all__)


def test_pydantics_private_names_are_used_in_one_documented_place() -> None:
    """Where its releases may break us."""
    places: dict[str, set[str]] = {}
    for name, tree in TREES.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and "__pydantic_decorators__" in _code(function):
                places.setdefault(name, set()).add(function.name)
    assert {"pydamodb._codec.serializers": {"decorators_of"}} == places


def _code(function: ast.FunctionDef) -> str:
    """Show a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return "\n".join(map(ast.unparse, body))


def test_no_private_module_of_a_dependency_is_imported() -> None:
    """What starts with an underscore may go at any time; type checkers alone import one such module."""
    private = {
        (name, module)
        for name in FILES
        for module in imports(name)
        if module.partition(".")[0] not in {"pydamodb", "__future__"}
        if any(part.startswith("_") for part in module.split("."))
    }
    assert {("pydamodb._models.attr", "pydantic._internal._model_construction")} == private


def test_reasons_of_deprecation_are_written_out() -> None:
    """Type checkers read them from a literal only; mypy ignores a deprecation with anything else."""
    reasons = [
        mark.args[0]
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "deprecated"
    ]
    assert (True, []) == (len(reasons) >= 4, [each for each in reasons if not isinstance(each, ast.Constant)])


def test_no_mark_for_a_type_checker_is_bare() -> None:
    """Each says which rule it is an exception to."""
    bare = ("type: ignore", "# noqa", "pyright: ignore")
    assert [] == [(name, line) for name in FILES for line in lines_of(name) if line.rstrip().endswith(bare)]


def test_every_public_class_and_function_is_documented() -> None:
    """One sentence at least."""
    undocumented = [
        (name, each)
        for name in PUBLIC
        for each in importlib.import_module(name).__all__
        if inspect.isclass(found := getattr(importlib.import_module(name), each)) or inspect.isfunction(found)
        if not found.__doc__
    ]
    assert [] == undocumented


def test_the_names_in_the_mypy_plugin_exist() -> None:
    """A class that moves takes its name along; a class for checkers alone is looked up in the syntax tree."""
    constants = {
        node.targets[0].id: str(ast.literal_eval(node.value))
        for node in TREES["pydamodb.mypy"].body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and str(node.value.value).startswith(("pydamodb.", "pydantic."))
    }
    missing = []
    for path in constants.values():
        module, _, name = path.rpartition(".")
        in_tree = module in TREES and any(
            isinstance(node, ast.ClassDef) and node.name == name for node in ast.walk(TREES[module])
        )
        if not in_tree and not hasattr(importlib.import_module(module), name):
            missing.append(path)
    assert (True, []) == (len(constants) > 3, missing)


def test_importing_the_package_opens_nothing() -> None:
    """No module calls boto3 at its top."""
    calls = [
        ast.unparse(node)
        for statement in TREES["pydamodb._client.clients"].body
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("boto3")
    ]
    assert [] == calls


def test_the_package_says_that_it_is_typed() -> None:
    """With the marker that checkers look for."""
    assert True is (ROOT / "py.typed").exists()


def test_the_package_is_documented_in_one_sentence() -> None:
    """What `help(pydamodb)` starts with."""
    assert "Pydantic models with DynamoDB powers." == inspect.getdoc(pydamodb)
