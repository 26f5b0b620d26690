"""The types of values at paths, as far as annotations in the given files show them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from pydamodb._strict.classes import Annotation, Models, Types
from pydamodb._strict.meanings import DEEP, Class

LISTS = {"list", "List", "Sequence", "MutableSequence", "deque", "Deque", "tuple", "Tuple"}
MAPS = {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"}


class Known(NamedTuple):
    """What is known of a value: its record, or the type of its elements. It is `sure` if the value cannot be None."""

    sure: bool = False
    record: Class | None = None
    element: Annotation | None = None


UNKNOWN = Known()


class Values:
    """Reads the annotations of fields."""

    def __init__(self, models: Models) -> None:
        """Read with what is known of a project."""
        self.models = models
        self.types = Types(models.project)

    def field(self, cls: Class, name: str) -> Known:
        """Return what is known of the values of a field."""
        declared = self.models.fields(cls).get(name)
        return UNKNOWN if declared is None else self._of(Annotation(declared.annotation, declared.scope))

    def inner(self, known: Known, name: str) -> Known | None:
        """Return what is known of a field of a value, None if the value has no such field."""
        if known.record is None:
            return None if known.element else UNKNOWN
        if name in self.models.fields(known.record):
            return self.field(known.record, name)
        return UNKNOWN if self.models.has_unknown_base(known.record) else None

    def element(self, known: Known) -> Known:
        """Return what is known of an element of a value."""
        return UNKNOWN if known.element is None else self._of(known.element)

    def is_typed_dict(self, known: Known) -> bool:
        """Return True for a record whose fields are keys."""
        return known.record is not None and self.models.inherits(known.record, "typing.TypedDict")

    def _of(self, annotation: Annotation, depth: int = 0) -> Known:
        (node, scope), _ = self.types.plain(annotation)
        if depth == DEEP:
            return UNKNOWN
        options = list(self._options(Annotation(node, scope)))
        if len(options) > 1 or options[0] is not node:
            some = [each for each in options if not (isinstance(each, ast.Constant) and each.value is None)]
            known = self._of(Annotation(some[0], scope), depth + 1) if len(some) == 1 else UNKNOWN
            return known._replace(sure=known.sure and len(some) == len(options))
        meaning = self.models.project.meaning(node, scope)
        if isinstance(meaning, Class):
            return Known(sure=True, record=meaning)
        if isinstance(node, ast.Subscript) and isinstance(meaning, str):
            arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return self._container(meaning.rpartition(".")[2], arguments, annotation=Annotation(node, scope))
        alias = self.types.alias(node, scope)
        return UNKNOWN if alias is None else self._of(alias, depth + 1)

    def _container(self, name: str, arguments: list[ast.expr], annotation: Annotation) -> Known:
        is_pair = name in {"tuple", "Tuple"} and ast.unparse(arguments[-1]) != "..."
        if name in LISTS and not is_pair:
            return Known(sure=True, element=Annotation(arguments[0], annotation.scope))
        if name in MAPS and len(arguments) > 1:
            return Known(sure=True, element=Annotation(arguments[1], annotation.scope))
        return UNKNOWN

    def _options(self, annotation: Annotation) -> Iterator[ast.expr]:
        """Yield the parts of a union, or the type itself."""
        node, scope = self.types.unquoted(annotation.node), annotation.scope
        form = self.types.special(node, scope)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            for part in (node.left, node.right):
                yield from self._options(Annotation(part, scope))
        elif isinstance(node, ast.Subscript) and form in {"Optional", "Union"}:
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for part in parts:
                yield from self._options(Annotation(part, scope))
            if form == "Optional":
                yield ast.Constant(None)
        else:
            yield node
