"""The uses of fields: `Order.attr.address.city` becomes `Order.attr.address(lambda address: address.city)`.

A function goes as far as the types are known and not optional. Where they are not, a new step begins: that is right in
any case. Paths in text and functions of the whole model, which the strict style has not, become such steps too. Without
the types of its keys a model stays in the plain style for type checkers, and its paths stay as they are.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Sequence
from types import NoneType
from typing import NamedTuple

from pydamodb._expressions.fields import ExpressionField
from pydamodb._strict.classes import Models
from pydamodb._strict.keys import Keys
from pydamodb._strict.meanings import Class, Fields, expression
from pydamodb._strict.sources import Source, has_comment
from pydamodb._strict.values import UNKNOWN, Known, Values

METHODS = frozenset(name for name in dir(ExpressionField) if not name.startswith("_"))
_TEXT = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[\d+\])*")
_STEP = re.compile(r"\w+")


class Step(NamedTuple):
    """A step of a path: the name of a field, or the expression of an index or a key."""

    name: str = ""
    key: ast.expr | None = None


class Chain(NamedTuple):
    """A field, and the steps from it: `root` stays as it is written, `begun` is written first behind it."""

    root: ast.expr
    begun: str
    label: str
    known: Known
    steps: tuple[Step, ...] = ()


class Unclear(Exception):  # noqa: N818 - caught where it is raised
    """A path that cannot be rewritten; the text says what to do by hand."""


class Uses(ast.NodeVisitor):
    """Rewrites the paths in a file."""

    def __init__(self, models: Models, keys: Keys, source: Source) -> None:
        """Rewrite with what is known of a project."""
        self.models = models
        self.keys = keys
        self.values = Values(models)
        self.source = source
        self.around = models.project.names_of(source).around
        self._is_in_text = False
        self._followed: list[ast.Name] = []

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Note that paths in an f-string stay: before Python 3.12 their places are not known."""
        before, self._is_in_text = self._is_in_text, True
        self.generic_visit(node)
        self._is_in_text = before

    def visit_MatchValue(self, node: ast.MatchValue) -> None:
        """Leave patterns alone: there is no call in a pattern."""

    def _visit_path(self, node: ast.Attribute | ast.Subscript | ast.Call) -> None:
        if not isinstance(getattr(node, "ctx", None), (ast.Load, NoneType)):
            return  # what is assigned or deleted
        try:
            chain = self._chain(node)
            if chain is not None and (chain.begun or any(step.name for step in chain.steps)):
                self._rewrite(node, chain)
        except Unclear as unclear:
            self.source.note(node, str(unclear))
            for argument in node.args if isinstance(node, ast.Call) else ():
                self.visit(argument)
            return
        if chain is None:
            self.generic_visit(node)
        else:  # the steps have no paths in them
            self.generic_visit(chain.root)

    visit_Attribute = visit_Subscript = visit_Call = _visit_path  # noqa: N815

    def _model(self, node: ast.expr) -> Class | None:
        """Return the model if an expression is its `attr`, and has types for checkers."""
        found = self.models.project.meaning(node, self.around[node])
        return found.model if isinstance(found, Fields) and self.keys.are_known(found.model) else None

    # --- from an expression to a chain ---

    def _chain(self, node: ast.expr) -> Chain | None:
        if isinstance(node, ast.Attribute):
            return self._chain_of_name(node)
        if isinstance(node, ast.Name):
            return self._chain_of_variable(node)
        if isinstance(node, ast.Subscript):
            inner = self._chain(node.value)
            return None if inner is None else inner._replace(steps=(*inner.steps, Step(key=node.slice)))
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            model = self._model(node.func)
            if model is not None:
                return self._chain_of_call(node, model)
            if self._chain(node.func) is not None:  # a field that is called already
                return Chain(node, "", "value", UNKNOWN)
        return None

    def _chain_of_name(self, node: ast.Attribute) -> Chain | None:
        name, model = node.attr, self._model(node.value)
        if name.startswith("_"):
            return None
        if model is not None:
            return Chain(node, "", name, self.values.field(model, name))
        inner = None if name in METHODS else self._chain(node.value)
        return None if inner is None else inner._replace(steps=(*inner.steps, Step(name)))

    def _chain_of_variable(self, node: ast.Name) -> Chain | None:
        """Read `address` where `address = Order.attr.address` is its only value."""
        found = self.models.project.assigned(node, self.around[node])
        if found is None or found[0] not in self.around:
            return None
        if any(each.id == node.id for each in self._followed):
            return None
        self._followed.append(node)
        inner = self._chain(found[0])
        self._followed.pop()
        if inner is None:
            return None
        known = inner.known
        for step in inner.steps:
            known = self.values.element(known) if step.key else self.values.inner(known, step.name) or UNKNOWN
        return Chain(node, "", node.id, known)

    def _chain_of_call(self, node: ast.Call, model: Class) -> Chain:
        """Read `Order.attr("address.city")` and `Order.attr(lambda order: order.address.city)`."""
        path = node.args[0]
        steps: Sequence[Step] | None = None
        if isinstance(path, ast.Constant) and isinstance(path.value, str) and _TEXT.fullmatch(path.value):
            parts = [each[0] for each in _STEP.finditer(path.value)]
            steps = [Step(key=ast.Constant(int(each))) if each.isdigit() else Step(each) for each in parts]
        elif isinstance(path, ast.Lambda) and ast.unparse(path.args).isidentifier():
            steps = list(_steps(path.body, path.args))
        if not steps or steps[0].name not in self.models.fields(model):
            example = f"{ast.unparse(node.func)}.<field>(...)"
            raise Unclear(f"type checkers refuse {ast.unparse(node)} in the strict style: write {example}")
        name = steps[0].name
        known = self.values.field(model, name)
        return Chain(node.func, f".{name}", name, known, tuple(steps[1:]))

    # --- from a chain to code ---

    def _rewrite(self, node: ast.expr, chain: Chain) -> None:
        code = f"{ast.unparse(chain.root)}{chain.begun}{self._code(node, chain)}"
        if self._is_in_text:
            raise Unclear(f"a path in an f-string stays as it is; write {code}")
        start, end = self.source.end(chain.root), self.source.end(node)
        if has_comment(self.source.text[start:end]):
            raise Unclear(f"a path with a comment in it stays as it is; write {code}")
        if expression(f"_{self.source.text[start:end]}") is None:
            raise Unclear(f"a path with parentheses in it stays as it is; write {code}")
        self.source.replace(start, end, chain.begun + self._code(node, chain))

    def _code(self, node: ast.expr, chain: Chain) -> str:
        keys = [each for step in chain.steps if step.key for each in ast.walk(step.key)]
        taken = {each.id for each in keys if isinstance(each, ast.Name)}
        code, body, known, label = "", "", chain.known, chain.label
        for step in chain.steps:
            if body and not known.sure:
                code, body = f"{code}({body})", ""
            if step.key is not None:
                key = f"[{self._key(step.key, node, is_inside=bool(body))}]"
                body, code = (body + key, code) if body else (body, code + key)
                known, label = self.values.element(known), "item"
                continue
            found = self.values.inner(known, step.name)
            if found is None:
                raise Unclear(f"{ast.unparse(node)} names no field that is known: it stays as it is")
            access = f'["{step.name}"]' if self.values.is_typed_dict(known) else f".{step.name}"
            if not body:
                while keyword.iskeyword(label) or label in taken:
                    label += "_"
                body = f"lambda {label}: {label}"
            body += access
            known, label = found, step.name
        return f"{code}({body})" if body else code

    def _key(self, key: ast.expr, node: ast.expr, *, is_inside: bool) -> str:
        """Return the code of an index or a key; a function of a class body would not see the names of the class."""
        scope, parts = self.around[node], list(ast.walk(key))
        simple = (ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop, ast.Load)
        hidden = isinstance(scope.node, ast.ClassDef) and any(
            isinstance(each, ast.Name) and each.id in scope.bound for each in parts
        )
        has_path = any(isinstance(each, ast.Attribute) and each.attr == "attr" for each in parts)
        if has_path or (is_inside and (hidden or not all(isinstance(each, simple) for each in parts))):
            raise Unclear(f"{ast.unparse(node)} stays as it is: write its steps by hand")
        return self.source.code(key) if key in self.around and not self._is_in_text else ast.unparse(key)


def _steps(body: ast.expr, parameters: ast.arguments) -> Iterator[Step]:
    """Yield the steps of `order.lines[0].name`, none if the expression is something else."""
    found: list[Step] = []
    while isinstance(body, (ast.Attribute, ast.Subscript)):
        if isinstance(body, ast.Attribute):
            found.append(Step(body.attr))
        else:
            found.append(Step(key=body.slice))
        body = body.value
    if isinstance(body, ast.Name) and body.id == ast.unparse(parameters):
        yield from reversed(found)
