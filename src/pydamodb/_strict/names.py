"""Scopes: which names a file binds, and to what. Nothing here looks into other files."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from pydamodb._strict.sources import Source

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Imported(NamedTuple):
    """What an import statement binds: a module, or a name of a module; `level` counts the dots before it."""

    statement: ast.Import | ast.ImportFrom
    alias: ast.alias
    module: str
    level: int
    name: str | None


class Parameter(NamedTuple):
    """A parameter of a function; `method_of` is the class if it is the first one of a method."""

    name: str
    annotation: ast.expr | None
    method_of: ast.ClassDef | None
    function: FunctionNode


class Bound(NamedTuple):
    """What a name is bound to, and the node that binds it; an unknown value is None."""

    value: Imported | Parameter | ast.ClassDef | FunctionNode | ast.expr | None
    line: int
    is_for_checkers: bool


class Scope:
    """The names that a module, a class or a function binds."""

    def __init__(self, source: Source, node: ast.AST, parent: Scope | None) -> None:
        """Begin without names."""
        self.source = source
        self.node = node
        self.parent = parent
        self.bound: dict[str, list[Bound]] = {}
        self.stars: list[Imported] = []

    def find(self, name: str) -> tuple[Scope, list[Bound]] | None:
        """Find a name as Python does: a function inside of a class does not see the names of the class."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bound and (scope is self or not isinstance(scope.node, ast.ClassDef)):
                return scope, scope.bound[name]
            scope = scope.parent
        return None

    @property
    def module(self) -> Scope:
        """The scope of the module."""
        return self if self.parent is None else self.parent.module


class Names(ast.NodeVisitor):
    """All scopes of a file: `around[node]` is the scope in which a node is evaluated."""

    def __init__(self, source: Source) -> None:
        """Visit the whole tree."""
        self.source = source
        self.module = self._scope = Scope(source, source.tree, None)
        self.around: dict[ast.AST, Scope] = {}
        self.inside: dict[ast.AST, Scope] = {source.tree: self.module}
        self._for_checkers = False
        self.generic_visit(source.tree)

    @property
    def all_bound(self) -> set[str]:
        """The names that are bound anywhere in the file below its top level."""
        return {name for scope in self.inside.values() if scope is not self.module for name in scope.bound}

    def visit(self, node: ast.AST) -> None:
        """Note the scope of a node, and visit it."""
        self.around[node] = self._scope
        if isinstance(name := getattr(node, "name", None), str) and not isinstance(node, ast.alias):
            value = node if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) else None
            self._bind(name, value, node)
        super().visit(node)

    def _bind(
        self, name: str, value: Imported | Parameter | ast.ClassDef | FunctionNode | ast.expr | None, node: ast.AST
    ) -> None:
        line = getattr(node, "lineno", 0)
        self._scope.bound.setdefault(name, []).append(Bound(value, line, self._for_checkers))

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def _enter(
        self, node: ast.AST, parts: Iterable[ast.AST], parameters: Iterable[tuple[str, Parameter | None]] = ()
    ) -> None:
        outer = self._scope
        self._scope = self.inside[node] = Scope(self.source, node, outer)
        for name, parameter in parameters:
            self._bind(name, parameter, node)
        self._visit_all(parts)
        self._scope = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Visit the body in a scope of its own."""
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        self._enter(node, [*getattr(node, "type_params", ()), *node.body])

    def visit_FunctionDef(self, node: FunctionNode) -> None:
        """Visit the body in a scope of its own, with the parameters in it."""
        given = node.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, [given.vararg, given.kwarg])]
        annotations = [argument.annotation for argument in arguments]
        self._visit_all([*node.decorator_list, *given.defaults, *given.kw_defaults, *annotations, node.returns])
        owner = self._scope.node if isinstance(self._scope.node, ast.ClassDef) else None
        first = next(iter([*given.posonlyargs, *given.args]), None)
        named = [
            (each.arg, Parameter(each.arg, each.annotation, owner if each is first else None, node))
            for each in arguments
        ]
        self._enter(node, [*getattr(node, "type_params", ()), *node.body], named)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Visit the body in a scope of its own."""
        given = node.args
        self._visit_all([*given.defaults, *given.kw_defaults])
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, [given.vararg, given.kwarg])]
        self._enter(node, [node.body], [(argument.arg, None) for argument in arguments])

    def _visit_comprehension(self, node: ast.AST) -> None:
        self._enter(node, ast.iter_child_nodes(node))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def visit_If(self, node: ast.If) -> None:
        """Note what is bound for type checkers only."""
        before = self._for_checkers
        self.visit(node.test)
        self._for_checkers = before or "TYPE_CHECKING" in ast.unparse(node.test)
        self._visit_all(node.body)
        self._for_checkers = before
        self._visit_all(node.orelse)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Bind a name to the expression that is assigned."""
        self._visit_all([node.value])
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.around[target] = self._scope
                self._bind(target.id, node.value, target)
            else:
                self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Bind a name to the expression that is assigned, if there is one."""
        self._visit_all([node.annotation, node.value])
        if not isinstance(node.target, ast.Name):
            self.visit(node.target)
        elif node.value is not None:
            self._bind(node.target.id, node.value, node)

    def visit_Name(self, node: ast.Name) -> None:
        """Bind a name to something unknown, where it is not only read."""
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, None, node)

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        """Take a name that a function binds for one of the module."""
        for name in node.names:
            self.module.bound.setdefault(name, []).append(Bound(None, node.lineno, is_for_checkers=False))

    visit_Nonlocal = visit_Global  # noqa: N815

    def visit_Import(self, node: ast.Import) -> None:
        """Bind the modules."""
        for alias in node.names:
            top = alias.name.partition(".")[0]
            module = alias.name if alias.asname else top
            self._bind(alias.asname or top, Imported(node, alias, module, 0, None), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Bind the names."""
        for alias in node.names:
            found = Imported(node, alias, node.module or "", node.level, alias.name)
            if alias.name == "*":
                self._scope.stars.append(found)
            else:
                self._bind(alias.asname or alias.name, found, node)
