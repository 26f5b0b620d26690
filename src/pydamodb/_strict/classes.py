"""The classes of the given files: which are models, which bases they have, and which fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydamodb._strict.meanings import DEEP, Class, Meaning, Project, expression, is_name
from pydamodb._strict.names import FunctionNode, Scope

ONE_KEY = ("pydamodb.PrimaryKeyModel", "pydamodb.PKModel", "pydamodb.AsyncPrimaryKeyModel", "pydamodb.AsyncPKModel")
TWO_KEYS = (
    "pydamodb.PrimaryKeyAndSortKeyModel",
    "pydamodb.PKSKModel",
    "pydamodb.AsyncPrimaryKeyAndSortKeyModel",
    "pydamodb.AsyncPKSKModel",
)
COMPUTED = ("pydantic.computed_field", "pydamodb.computed_attr")
NO_FIELDS = {"model_config", "pydamo_config", "attr"}


class Declared(NamedTuple):
    """A field or computed field: its annotation, the scope that the annotation is written in, and its class."""

    annotation: ast.expr
    scope: Scope
    owner: Class


class Models:
    """What is known of the classes of a project."""

    def __init__(self, project: Project) -> None:
        """Find the models, and the mixins that give them fields."""
        self.project = project
        self._ancestors: dict[Class, Sequence[Class]] = {}
        self._fields: dict[Class, dict[str, Declared]] = {}
        self.all = list(project.classes)
        self.models = [each for each in self.all if self.is_model(each)]
        inherited = {base for model in self.models for base in self.ancestors(model)[1:]}
        self.mixins = [each for each in self.all if each in inherited and not self.is_model(each)]

    def bases(self, cls: Class) -> Iterator[tuple[ast.expr, Meaning]]:
        """Yield the bases of a class, and what they mean."""
        for base in cls.node.bases:
            yield base, self.project.meaning(base, cls.outer)

    def ancestors(self, cls: Class) -> Sequence[Class]:
        """Return a class and the classes of the given files that it inherits from, the nearest first."""
        if cls not in self._ancestors:
            found = [cls]
            for each in found:
                found += [base for _, base in self.bases(each) if isinstance(base, Class) and base not in found]
            self._ancestors[cls] = found
        return self._ancestors[cls]

    def inherits(self, cls: Class, *names: str) -> bool:
        """Return True if a class inherits from one of these classes of a library."""
        return any(is_name(base, *names) for each in self.ancestors(cls) for _, base in self.bases(each))

    def is_model(self, cls: Class) -> bool:
        """Return True for a model of pydamodb."""
        return self.inherits(cls, *ONE_KEY, *TWO_KEYS)

    def is_pydantic(self, cls: Class) -> bool:
        """Return True for any model of Pydantic."""
        return self.is_model(cls) or self.inherits(cls, "pydantic.BaseModel", "pydantic.RootModel")

    def has_unknown_base(self, cls: Class) -> bool:
        """Return True if a class may inherit fields that are not in the given files."""
        known = ("pydantic.BaseModel", "typing.Generic", "typing.TypedDict", "typing.Protocol", "builtins.object")
        return any(
            not isinstance(base, Class) and not is_name(base, *known, *ONE_KEY, *TWO_KEYS)
            for each in self.ancestors(cls)
            for _, base in self.bases(each)
        )

    def fields(self, cls: Class) -> dict[str, Declared]:
        """Return the fields and computed fields of a class, also the inherited ones."""
        if cls in self._fields:
            return self._fields[cls]
        found = self._fields[cls] = {}
        for each in self.ancestors(cls):
            for statement in annotated(each):
                found.setdefault(target(statement), Declared(statement.annotation, each.scope, each))
            for function in methods(each):
                if function.returns is not None and self._is_computed(function, each.scope):
                    found.setdefault(function.name, Declared(function.returns, each.scope, each))
        return found

    def _is_computed(self, function: FunctionNode, scope: Scope) -> bool:
        marks = [mark.func if isinstance(mark, ast.Call) else mark for mark in function.decorator_list]
        return any(is_name(self.project.meaning(mark, scope), *COMPUTED) for mark in marks)


def statements(cls: Class) -> Iterator[ast.stmt]:
    """Yield the statements of the body of a class, also those inside of `if`, `try` and `with`."""
    waiting: list[ast.stmt] = list(reversed(cls.node.body))
    while waiting:
        statement = waiting.pop()
        yield statement
        if not isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.stmt)]
            waiting += reversed(inner)


def annotated(cls: Class) -> Iterator[ast.AnnAssign]:
    """Yield the statements of a class that may declare a field."""
    for statement in statements(cls):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.simple:
            name = statement.target.id
            if not name.startswith("_") and name not in NO_FIELDS:
                yield statement


def target(statement: ast.AnnAssign) -> str:
    """Return the name that a statement of `annotated` declares."""
    assert isinstance(statement.target, ast.Name)  # noqa: S101 - they are
    return statement.target.id


def methods(cls: Class) -> Iterator[FunctionNode]:
    """Yield the methods of a class."""
    return (each for each in statements(cls) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))


class Annotation(NamedTuple):
    """A part of an annotation, and the scope that it is written in."""

    node: ast.expr
    scope: Scope


class Types:
    """Reads annotations."""

    def __init__(self, project: Project) -> None:
        """Read with the meanings of a project."""
        self.project = project

    def special(self, node: ast.expr, scope: Scope) -> str:
        """Return the name of a form of `typing` or of ours that an annotation is or has outermost, "" for others."""
        meaning = self.project.meaning(node.value if isinstance(node, ast.Subscript) else node, scope)
        names = ("ClassVar", "Final", "Annotated", "Optional", "Union", "InitVar")
        if is_name(meaning, "pydamodb.Attr"):
            return "Attr"
        return next((name for name in names if is_name(meaning, f"typing.{name}", f"dataclasses.{name}")), "")

    def unquoted(self, node: ast.expr) -> ast.expr:
        """Return the expression inside of the quotes of an annotation."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return expression(node.value) or node
        return node

    def plain(self, found: Annotation) -> tuple[Annotation, list[ast.expr]]:
        """Take off `Attr` and `Annotated`, also in an alias; return the type, and the metadata."""
        node, scope = self.unquoted(found.node), found.scope
        metadata: list[ast.expr] = []
        for _ in range(DEEP):
            if isinstance(node, ast.Subscript) and self.special(node, scope) == "Attr":
                node = self.unquoted(node.slice)
            elif (
                isinstance(node, ast.Subscript)
                and self.special(node, scope) == "Annotated"
                and isinstance(node.slice, ast.Tuple)
            ):
                metadata += node.slice.elts[1:]
                node = self.unquoted(node.slice.elts[0])
            elif (alias := self.alias(node, scope)) is not None and self.special(*alias) == "Annotated":
                node, scope = alias
            else:
                break
        return Annotation(node, scope), metadata

    def alias(self, node: ast.expr, scope: Scope) -> Annotation | None:
        """Return the type that a name is an alias of."""
        found = self.project.assigned(node, scope)
        return None if found is None else Annotation(*found)

    def form(self, found: Annotation) -> str:
        """Return which form a field has: "Attr", "ClassVar", "Final", "InitVar", or "" for all others."""
        node, scope = self.unquoted(found.node), found.scope
        for _ in range(DEEP):
            form = self.special(node, scope)
            if form == "Annotated" and isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
                node = self.unquoted(node.slice.elts[0])
            elif form or (alias := self.alias(node, scope)) is None:
                return form if form in {"Attr", "ClassVar", "Final", "InitVar"} else ""
            else:
                node, scope = alias
        return ""
