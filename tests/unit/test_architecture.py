"""The laws of the package, read from its syntax trees."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pydantic
import pytest

import pydamodb

ROOT = Path(str(pydamodb.__file__)).parent
FILES = {
    ".".join(("pydamodb", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
# The plugin runs inside of mypy, which is no dependency of the package.
IMPORTABLE = [name for name in FILES if name != "pydamodb.mypy"]


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


def test_every_module_was_found() -> None:
    """The walk sees what Python sees."""
    known = {"pydamodb", *(module.name for module in pkgutil.walk_packages([str(ROOT)], "pydamodb."))}
    assert known == set(FILES)


def test_imports_have_no_circles() -> None:
    """They point downwards."""
    below = {name: {module for module in imports(name) if module in FILES} for name in FILES}
    while free := {name for name, needed in below.items() if not needed}:
        below = {name: needed - free for name, needed in below.items() if name not in free}
    assert {} == below


@pytest.mark.parametrize("name", FILES)
def test_no_import_hides_in_a_function(name: str) -> None:
    """A reader finds all of them at the top."""
    hidden = [
        ast.unparse(node)
        for function in ast.walk(TREES[name])
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert [] == hidden


@pytest.mark.parametrize("name", FILES)
def test_imports_are_absolute(name: str) -> None:
    """A module is called the same everywhere."""
    assert [] == [node.lineno for node in ast.walk(TREES[name]) if isinstance(node, ast.ImportFrom) and node.level]


# Pydantic has no public name for its metaclass, and type checkers must be told of it.
FOR_CHECKERS = "from pydantic._internal._model_construction import ModelMetaclass"


def test_pydantics_metaclass_is_where_type_checkers_are_told() -> None:
    """The one private name of Pydantic that is imported, by checkers alone, leads to the metaclass."""
    place: dict[str, object] = {}
    exec(FOR_CHECKERS, place)  # noqa: S102 - the statement itself is tested
    assert type(pydantic.BaseModel) is place["ModelMetaclass"]


# What the package itself imports when something of it is asked for: `test_imports.py` looks at how.
LATE = {"pydamodb.aio", "pydamodb.aio_batch", "pydamodb.aio_transactions", "pydamodb.transactions"}


@pytest.mark.parametrize("name", FILES)
def test_no_import_stands_under_type_checking(name: str) -> None:
    """Annotations can be resolved at run time; a private name that nothing may need there is no matter, nor is LATE."""
    hidden = {
        ast.unparse(each) if module not in LATE else module
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for each in ast.walk(node)
        for module in imported(each)
    }
    assert {"pydamodb": LATE, "pydamodb._declare": {FOR_CHECKERS}}.get(name, set()) == hidden


@pytest.mark.parametrize("name", sorted(set(FILES) - {"pydamodb._dataclasses"}))
def test_dataclasses_get_their_methods_at_first_use(name: str) -> None:
    """All of them, as `_dataclasses.py` has it."""
    decorators = {
        f"{node.module}.{alias.name}"
        for node in TREES[name].body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert "dataclasses.dataclass" not in decorators


def test_only_the_transport_and_the_endpoints_name_botocore() -> None:
    """They could be replaced in one place."""
    assert {"pydamodb._endpoints", "pydamodb._transport"} == {
        name for name in FILES if {"boto3", "botocore"} & tops(name)
    }


METHODS = {"_index_query_methods", "_query_methods", "_scan_methods", "_update_methods"}
SYNCHRONOUS_DOORS = {
    "_endpoints",
    "_transport",
    "_run",
    "_model",
    "_parallel",
    "batch",
    "models",
    "transactions",
} | METHODS
ASYNCHRONOUS_DOORS = {
    "_aio_parallel",
    "_awaited",
    "aio",
    "aio_batch",
    "aio_transactions",
    *(f"_aio{name}" for name in METHODS),
}
DOORS = {"pydamodb", *(f"pydamodb.{name}" for name in SYNCHRONOUS_DOORS | ASYNCHRONOUS_DOORS)}
OUTSIDE = {"asyncio", "http", "os", "requests", "select", "socket", "ssl", "subprocess", "threading", "time", "urllib"}


@pytest.mark.parametrize("name", sorted(set(FILES) - DOORS))
def test_only_the_doors_lead_outside(name: str) -> None:
    """Operations and all that they use never send, wait, or import what does."""
    assert set() == (imports(name) & DOORS) | (tops(name) & OUTSIDE)


def test_only_the_drivers_wait() -> None:
    """Everything else asks them to."""
    assert {"pydamodb._run"} == {name for name in FILES if "time" in imports(name)}


def test_the_synchronous_side_needs_nothing_of_the_asynchronous_one() -> None:
    """Neither asyncio nor a module that imports it; and nobody imports aiobotocore, which is an extra."""
    asynchronous = {f"pydamodb.{name}" for name in ASYNCHRONOUS_DOORS}
    needed = {name for name in set(FILES) - asynchronous - {"pydamodb"} if imports(name) & (asynchronous | {"asyncio"})}
    assert (set(), set()) == (needed, {name for name in FILES if {"aiobotocore", "aioboto3"} & tops(name)})


@pytest.mark.parametrize("name", FILES)
def test_a_module_opens_with_its_law(name: str) -> None:
    """What lives there, in a docstring."""
    assert True is bool(ast.get_docstring(TREES[name]))


@pytest.mark.parametrize("name", FILES)
def test_a_module_is_one_room(name: str) -> None:
    """One of more than 500 lines is two."""
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= 500


def exported(name: str) -> list[str] | None:
    """Read `__all__`, None if there is none."""
    for node in TREES[name].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(each) for each in ast.literal_eval(node.value)]
    return None


def defined(name: str) -> set[str]:
    """Name the public classes and functions that a module defines."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in TREES[name].body if isinstance(node, kinds) and not node.name.startswith("_")}


@pytest.mark.parametrize("name", [name for name in FILES if defined(name)])
def test_a_module_sorts_what_it_exports(name: str) -> None:
    """Once each, in the order in which ruff sorts them: constants, classes, the rest."""
    names = exported(name) or []
    order = sorted(set(names), key=lambda each: (0 if each.isupper() else 1 if each[0].isupper() else 2, each))
    assert order == names


@pytest.mark.parametrize("name", [name for name in IMPORTABLE if exported(name)])
def test_a_module_has_what_it_exports(name: str) -> None:
    """And nothing private among it."""
    module = importlib.import_module(name)
    assert [] == [each for each in exported(name) or [] if each.startswith("_") or not hasattr(module, each)]


@pytest.mark.parametrize(
    "name", [name for name in FILES if not any(part.startswith("_") for part in name.split(".")) and defined(name)]
)
def test_a_public_module_exports_all_that_it_defines_or_nobody_outside_needs_it(name: str) -> None:
    """A public function or class that is not exported serves the package alone, and no user's code."""
    hidden = defined(name) - set(exported(name) or [])
    used = {
        alias.name
        for other in FILES
        for node in ast.walk(TREES[other])
        if isinstance(node, ast.ImportFrom) and node.module == name
        for alias in node.names
    }
    inside = {each.id for each in ast.walk(TREES[name]) if isinstance(each, ast.Name)}
    assert set() == hidden - used - inside


@pytest.mark.parametrize("name", [name for name in FILES if name.rpartition(".")[2].startswith("_")])
def test_what_other_modules_import_from_a_private_one_is_exported(name: str) -> None:
    """`__all__` is complete: no module takes from it what it does not offer to the package."""
    offered = set(exported(name) or [])
    taken = {
        alias.name
        for other in FILES
        for node in ast.walk(TREES[other])
        if isinstance(node, ast.ImportFrom) and node.module == name
        for alias in node.names
        if f"{name}.{alias.name}" not in FILES
    }
    assert set() == taken - offered


def test_nothing_private_leaks_from_the_package() -> None:
    """Its names are the exported ones and its modules."""
    modules = {name.split(".")[1] for name in FILES if "." in name}
    public = {name for name in dir(pydamodb) if not name.startswith("_")} - modules
    assert set(pydamodb.__all__) == public


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
    assert set() == set(exported("pydamodb.conditions") or []) - set(pydamodb.__all__)


def test_pydantics_private_names_are_used_in_one_documented_place() -> None:
    """Where its releases may break us."""
    places: dict[str, set[str]] = {}
    for name, tree in TREES.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and "__pydantic_decorators__" in _code(function):
                places.setdefault(name, set()).add(function.name)
    assert {"pydamodb._compile": {"decorators_of"}} == places


def _code(function: ast.FunctionDef) -> str:
    """Show a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return "\n".join(map(ast.unparse, body))


@pytest.mark.parametrize("name", FILES)
def test_no_private_module_of_a_dependency_is_imported(name: str) -> None:
    """What starts with an underscore may go at any time; type checkers alone import one such module."""
    for_checkers = {"pydantic._internal._model_construction"} if name == "pydamodb._declare" else set()
    foreign = {
        module for module in imports(name) - for_checkers if module.partition(".")[0] not in {"pydamodb", "__future__"}
    }
    assert [] == [module for module in foreign if any(part.startswith("_") for part in module.split("."))]


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


@pytest.mark.parametrize("name", FILES)
def test_no_mark_for_a_type_checker_is_bare(name: str) -> None:
    """Each says which rule it is an exception to."""
    lines = FILES[name].read_text(encoding="utf-8").splitlines()
    assert [] == [line for line in lines if line.rstrip().endswith(("type: ignore", "# noqa", "pyright: ignore"))]


@pytest.mark.parametrize("name", [name for name in FILES if "._" not in name])
def test_every_class_and_function_of_a_public_module_is_documented(name: str) -> None:
    """One sentence at least."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    public = [node for node in TREES[name].body if isinstance(node, kinds) and not node.name.startswith("_")]
    marks = {id(node): [ast.unparse(mark) for mark in node.decorator_list] for node in public}
    assert [] == [node.name for node in public if not ast.get_docstring(node) and "overload" not in marks[id(node)]]


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
        for statement in TREES["pydamodb._endpoints"].body
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
