"""What an expression in a file means: a class of the given files, the `attr` of a model, or a name from elsewhere.

Only files that were given are known. An import of another module gives a dotted name, such as `pydantic.Field`.
Where there is more than one possible meaning there is none.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pydantic

import pydamodb
from pydamodb._strict.names import Bound, FunctionNode, Imported, Names, Parameter, Scope
from pydamodb._strict.sources import Source

DEEP = 20  # names may go in a circle
LIBRARIES = {*sys.stdlib_module_names, "pydamodb", "pydantic", "typing_extensions"}
STARS: Mapping[str, frozenset[str]] = {each.__name__: frozenset(vars(each)["__all__"]) for each in (pydamodb, pydantic)}


class Class(NamedTuple):
    """A class of the given files, and the scope of its body."""

    node: ast.ClassDef
    scope: Scope

    @property
    def source(self) -> Source:
        """The file that defines the class."""
        return self.scope.source

    @property
    def outer(self) -> Scope:
        """The scope in which the class is defined."""
        assert self.scope.parent is not None  # noqa: S101 - a class is inside of a module
        return self.scope.parent


class Function(NamedTuple):
    """A function of the given files, and the scope in which it is defined."""

    node: FunctionNode
    scope: Scope


class Module(NamedTuple):
    """A file that was given."""

    names: Names


class Instance(NamedTuple):
    """An instance of a class."""

    of: Class


class Fields(NamedTuple):
    """The `attr` of a class."""

    model: Class


Meaning: TypeAlias = str | Class | Function | Module | Instance | Fields | None


class Project:
    """The given files, and what their names mean."""

    def __init__(self, files: Sequence[Names]) -> None:
        """Find the files by their paths."""
        self.files: Mapping[Path, Names] = {names.source.path.resolve(): names for names in files}
        self._by_source = {names.source: names for names in files}
        self._paths: dict[str, list[Path]] = {}  # by the last part of the names of modules
        for path in self.files:
            self._paths.setdefault(path.parent.name if path.stem == "__init__" else path.stem, []).append(path)
        self._active: set[tuple[Scope, str]] = set()
        self._meanings: dict[tuple[Scope, str], Meaning] = {}
        self._modules: dict[tuple[str, int, Path | None], Names | None] = {}

    @property
    def classes(self) -> Iterator[Class]:
        """All classes, in the order of the files and of their lines."""
        for names in self.files.values():
            for node, scope in list(names.inside.items()):
                if isinstance(node, ast.ClassDef):
                    yield Class(node, scope)

    def names_of(self, source: Source) -> Names:
        """Return the scopes of a file."""
        return self._by_source[source]

    def meaning(self, node: ast.expr, scope: Scope) -> Meaning:
        """Return what an expression means in a scope, None if that is not known."""
        if isinstance(node, ast.Name):
            return self._named(node.id, scope)
        if isinstance(node, ast.Attribute):
            return self._member(self.meaning(node.value, scope), node.attr)
        if isinstance(node, ast.Subscript):  # a generic class with its parameters
            found = self.meaning(node.value, scope)
            return found if isinstance(found, (str, Class)) else None
        if isinstance(node, ast.Call) and len(node.args) == 1 and self.meaning(node.func, scope) == "builtins.type":
            found = self.meaning(node.args[0], scope)
            return found.of if isinstance(found, Instance) else None
        return None

    def _member(self, owner: Meaning, name: str) -> Meaning:
        if isinstance(owner, str):
            return self._imported_name(owner, 0, name, None)
        if isinstance(owner, Module):
            return self._named(name, owner.names.module)
        if isinstance(owner, Class) and name in owner.scope.bound and name != "attr":
            found = self._bound(owner.scope, name, owner.scope.bound[name])
            return found if isinstance(found, Class) else None
        if isinstance(owner, (Class, Instance)) and name == "attr":
            return Fields(owner.of if isinstance(owner, Instance) else owner)
        return None

    def _named(self, name: str, scope: Scope) -> Meaning:
        found = scope.find(name)
        if found is not None:
            return self._bound(found[0], name, found[1])
        for star in scope.module.stars:
            if name in STARS.get(star.module, ()):
                return f"{star.module}.{name}"
            inner = self._module(star.module, star.level, scope.source.path)
            if inner is not None and (meaning := self._named(name, inner.module)) is not None:
                return meaning
        return f"builtins.{name}" if hasattr(builtins, name) else None

    def _bound(self, scope: Scope, name: str, bound: Sequence[Bound]) -> Meaning:
        """Return the meaning that all bindings of a name share."""
        key = (scope, name)
        if key in self._active:
            return None
        if key not in self._meanings:
            self._active.add(key)
            meanings = [self._of_binding(each, scope) for each in bound]
            self._active.discard(key)
            self._meanings[key] = meanings[0] if all(each == meanings[0] for each in meanings) else None
        return self._meanings[key]

    def assigned(self, node: ast.expr, scope: Scope) -> tuple[ast.expr, Scope] | None:
        """Return the expression that is assigned to a name, once, in one of the given files."""
        for _ in range(DEEP):
            if isinstance(node, ast.Attribute) and isinstance(owner := self.meaning(node.value, scope), Module):
                node, scope = ast.Name(node.attr), owner.names.module
            found = scope.find(node.id) if isinstance(node, ast.Name) else None
            if found is None or len(found[1]) != 1:
                return None
            value = found[1][0].value
            if isinstance(value, ast.expr):
                return value, found[0]
            inner = value and isinstance(value, Imported) and self._module(value.module, value.level, scope.source.path)
            if not (isinstance(value, Imported) and value.name and inner):
                return None
            node, scope = ast.Name(value.name), inner.module
        return None

    def _of_binding(self, bound: Bound, scope: Scope) -> Meaning:
        value = bound.value
        if isinstance(value, Imported):
            return self._imported(value, scope)
        if isinstance(value, ast.ClassDef):
            return Class(value, self.names_of(scope.source).inside[value])
        if isinstance(value, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Function(value, scope)
        if isinstance(value, Parameter):
            return self._parameter(value, scope)
        return None if value is None else self.meaning(value, scope)

    def _imported(self, found: Imported, scope: Scope) -> Meaning:
        if found.name is not None:
            return self._imported_name(found.module, found.level, found.name, scope.source.path)
        inner = self._module(found.module, 0, scope.source.path)
        return found.module if inner is None else Module(inner)

    def _imported_name(self, module: str, level: int, name: str, importer: Path | None) -> Meaning:
        inner = self._module(module, level, importer) if module or level else None
        if inner is not None and (name in inner.module.bound or inner.module.stars):
            return self._named(name, inner.module)
        submodule = self._module(f"{module}.{name}" if module else name, level, importer)
        if submodule is not None:
            return Module(submodule)
        return None if inner is not None or level else f"{module}.{name}"

    def _module(self, name: str, level: int, importer: Path | None) -> Names | None:
        """Find the file of a module, if it was given."""
        key = (name, level, importer and importer.parent)
        if key not in self._modules:
            self._modules[key] = self._file(name, level, importer)
        return self._modules[key]

    def _file(self, name: str, level: int, importer: Path | None) -> Names | None:
        """Find a file; of several with this name, the one that is next to the importer."""
        parts = name.split(".") if name else []
        if level and importer is not None:
            folder = importer.resolve().parents[level - 1].joinpath(*parts)
            candidates = [path for path in (folder.with_suffix(".py"), folder / "__init__.py") if path in self.files]
            return self.files[candidates[0]] if candidates else None
        if not parts or parts[0] in LIBRARIES:
            return None
        tails = ([*parts[:-1], f"{parts[-1]}.py"], [*parts, "__init__.py"])
        found = [path for path in self._paths.get(parts[-1], ()) if any(_is_module(path, tail) for tail in tails)]
        if len(found) > 1 and importer is not None:
            home = importer.resolve()
            near = max(_shared(path, home) for path in found)
            found = [path for path in found if _shared(path, home) == near]
        return self.files[found[0]] if len(found) == 1 else None

    def _parameter(self, parameter: Parameter, scope: Scope) -> Meaning:
        if parameter.method_of is not None:
            return self._first_parameter(parameter, scope)
        annotation = parameter.annotation
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = expression(annotation.value)
        if annotation is None or scope.parent is None:
            return None
        if isinstance(annotation, ast.Subscript) and self.meaning(annotation.value, scope.parent) in {
            "builtins.type",
            "typing.Type",
        }:
            found = self.meaning(annotation.slice, scope.parent)
            return found if isinstance(found, Class) else None
        found = self.meaning(annotation, scope.parent)
        return Instance(found) if isinstance(found, Class) else None

    def _first_parameter(self, parameter: Parameter, scope: Scope) -> Meaning:
        assert parameter.method_of is not None  # noqa: S101 - asked before
        owner = Class(parameter.method_of, self.names_of(scope.source).inside[parameter.method_of])
        decorators = [self.meaning(each, owner.scope) for each in parameter.function.decorator_list]
        if "builtins.staticmethod" in decorators:
            return None
        implicit = {"__init_subclass__", "__class_getitem__", "__new__"}
        is_of_class = "builtins.classmethod" in decorators or parameter.function.name in implicit
        return owner if is_of_class or parameter.name == "cls" else Instance(owner)


def _is_module(path: Path, tail: Sequence[str]) -> bool:
    """Return True if a path ends like this, and begins in no package: a module of a package has a longer name."""
    size = len(tail)
    return list(path.parts[-size:]) == list(tail) and not (path.parents[size - 1] / "__init__.py").exists()


def _shared(path: Path, other: Path) -> int:
    """Count the folders that two paths share."""
    count = 0
    for mine, theirs in zip(path.parts, other.parts, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def expression(text: str) -> ast.expr | None:
    """Parse a text as Python does in parentheses, None if it is no expression."""
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return None


def is_name(meaning: Meaning, *names: str) -> bool:
    """Return True if a meaning is one of these names of a library, from any of its modules: `pydantic.Field`."""
    if not isinstance(meaning, str):
        return False
    package, name = meaning.partition(".")[0], meaning.rpartition(".")[2]
    package = "typing" if package == "typing_extensions" else package
    return f"{package}.{name}" in names
