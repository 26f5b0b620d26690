"""The bodies of models: `age: int = 0` becomes `age: Attr[int] = Field(default=0)`; `computed_attr` as well.

A default that may be a `Field` of Pydantic under another name is left alone: inside of `Field(default=...)` it would be
a value.
"""

from __future__ import annotations

import ast
import re
import sys

import pydantic

from pydamodb._strict.classes import Annotation, Models, Types, annotated, methods, target
from pydamodb._strict.imports import Imports
from pydamodb._strict.meanings import DEEP, Class, Function, is_name
from pydamodb._strict.names import FunctionNode, Scope
from pydamodb._strict.sources import Source, has_comment

PYDANTIC_FIELD = ("pydantic.Field",)
FIELD = ("pydantic.Field", "pydamodb.Field")
# The arguments that the types of pydamodb's `Field` know; a test compares them with it.
# fmt: off
ARGUMENTS = {
    "default", "default_factory", "alias", "alias_priority", "validation_alias", "serialization_alias", "title",
    "field_title_generator", "description", "examples", "exclude", "exclude_if", "discriminator", "deprecated",
    "json_schema_extra", "frozen", "validate_default", "repr", "init", "init_var", "kw_only", "pattern", "strict",
    "coerce_numbers_to_str", "gt", "ge", "lt", "le", "multiple_of", "allow_inf_nan", "max_digits", "decimal_places",
    "min_length", "max_length", "union_mode", "fail_fast",
}
# fmt: on
DROPS_METADATA = tuple(map(int, pydantic.VERSION.split(".")[:2])) < (2, 12)
_IGNORED = re.compile(r"[ \t]*# type: ignore\[(?:prop-decorator|misc)\][ \t]*$")


class Declarations:
    """Rewrites the bodies of the models of a file."""

    def __init__(self, models: Models, source: Source, imports: Imports) -> None:
        """Rewrite with what is known of a project."""
        self.models = models
        self.types = Types(models.project)
        self.source = source
        self.imports = imports

    def rewrite(self, cls: Class) -> None:
        """Rewrite the fields and computed fields of a model."""
        for statement in annotated(cls):
            self._field(cls, statement)
        names = [function.name for function in methods(cls)]
        for function in methods(cls):
            self._computed(cls, function, has_more=names.count(function.name) > 1)

    def _field(self, cls: Class, statement: ast.AnnAssign) -> None:
        source = self.source
        form = self.types.form(Annotation(statement.annotation, cls.scope))
        if form in {"ClassVar", "InitVar"}:
            return
        name = f"{cls.node.name}.{target(statement)}"
        if form == "Final":
            source.note(statement, f"{name} is Final: type checkers take it for no field of the model; leave Final out")
            return
        if form != "Attr":
            source.insert(source.start(statement.annotation), f"{self.imports.name('Attr')}[")
            source.insert(source.end(statement.annotation), "]")
        if statement.value is not None:
            self._default(cls, statement, statement.value, name)

    # --- defaults ---

    def _default(self, cls: Class, statement: ast.AnnAssign, value: ast.expr, name: str) -> None:
        source = self.source
        if isinstance(value, ast.Call) and self._is_field_call(value, cls.scope):
            self._field_call(cls, value, name)
        elif isinstance(value, ast.Constant) and value.value is Ellipsis:
            source.replace(source.start(value), source.end(value), f"{self.imports.name('Field')}()")
        elif self._may_be_a_field(value, cls.scope):
            source.note(
                statement, f"{name} keeps its default, which may be a Field; if it is a value, write Field(default=...)"
            )
        elif self._loses_metadata(statement, cls.scope):
            source.note(
                statement,
                f"{name} keeps its default: Pydantic before 2.12 drops metadata of Annotated if a Field is in it and "
                f"another beside it; write Field(default=...) with the arguments of both",
            )
        else:
            self._wrap(statement, value)

    def _loses_metadata(self, statement: ast.AnnAssign, scope: Scope) -> bool:
        found, metadata = self.types.plain(Annotation(statement.annotation, scope))
        has_field = any(self._is_field_call(each, found.scope) for each in metadata)
        return DROPS_METADATA and has_field and len(metadata) > 1

    def _is_field_call(self, node: ast.expr, scope: Scope) -> bool:
        return isinstance(node, ast.Call) and is_name(self.models.project.meaning(node.func, scope), *FIELD)

    def _wrap(self, statement: ast.AnnAssign, value: ast.expr) -> None:
        """Put a default into `Field(default=...)`; parentheses around it become those of the call."""
        source, field = self.source, self.imports.name("Field")
        start, end = source.start(value), source.end(value)
        first = source.opening(source.opening(source.end(statement.annotation), start, "="), start, "(")
        last = source.end(statement)
        inside = source.text[first + 1 : last - 1]
        if first < start and _same(f"f(default={inside})", value):
            source.insert(first, field)
            source.insert(source.opening(first + 1, start, "("), "default=")
        elif first < start:
            source.insert(first, f"{field}(default=")
            source.insert(last, ")")
        elif _same(f"f(default={source.text[start:end]})", value):
            source.insert(start, f"{field}(default=")
            source.insert(end, ")")
        else:  # a tuple without parentheses
            source.insert(start, f"{field}(default=(")
            source.insert(end, "))")

    def _may_be_a_field(self, value: ast.expr, scope: Scope, depth: int = 0) -> bool:
        """Return True if a default may be what `Field(...)` returns."""
        if isinstance(value, (ast.IfExp, ast.BoolOp)):
            options = [value.body, value.orelse] if isinstance(value, ast.IfExp) else value.values
            return any(self._may_be_a_field(each, scope, depth) for each in options)
        if isinstance(value, ast.Call):
            return self._may_return_a_field(value, scope)
        if isinstance(value, (ast.Name, ast.Attribute)):
            assigned = self.models.project.assigned(value, scope)
            if assigned is not None and depth < DEEP:
                return self._may_be_a_field(*assigned, depth + 1)
            return not (_is_class_name(value) or _is_class_name(_owner(value)) or self._is_safe(value, scope))
        if isinstance(value, ast.NamedExpr):
            return self._may_be_a_field(value.value, scope, depth)
        return isinstance(value, (ast.Subscript, ast.Await))

    def _may_return_a_field(self, call: ast.Call, scope: Scope) -> bool:
        meaning = self.models.project.meaning(call.func, scope)
        if isinstance(meaning, Function):
            returned = meaning.node.returns
            named = "" if returned is None else ast.unparse(self.types.unquoted(returned))
            return not named or named.rpartition(".")[2] in {"Any", "FieldInfo", "object"}
        if is_name(meaning, *FIELD, "pydantic.PrivateAttr", "builtins.eval", "builtins.getattr"):
            return True
        if isinstance(_owner(call.func), (ast.Constant, ast.JoinedStr)):  # "a b".split()
            return False
        return not (_is_class_name(call.func) or _is_class_name(_owner(call.func)) or self._is_safe(call.func, scope))

    def _is_safe(self, value: ast.expr, scope: Scope) -> bool:
        """Return True for a class of the given files, and for what comes from Python's library."""
        meaning = self.models.project.meaning(value, scope)
        if isinstance(meaning, str):
            return meaning.partition(".")[0] in sys.stdlib_module_names
        return isinstance(meaning, (Class, Function))

    def _field_call(self, cls: Class, call: ast.Call, name: str) -> None:
        """Give the default by name, leave `...` out, and take the Field of pydamodb."""
        source = self.source
        if is_name(self.models.project.meaning(call.func, cls.scope), *PYDANTIC_FIELD):
            self.imports.use_field(call.func)
        arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        for position, each in enumerate(arguments):
            value = each.value if isinstance(each, ast.keyword) else each
            is_default = not isinstance(each, ast.keyword) or each.arg == "default"
            if isinstance(each, ast.Starred) or (isinstance(each, ast.keyword) and each.arg is None):
                source.note(call, f"{name} has a Field whose arguments are not written out: give its default by name")
            elif is_default and isinstance(value, ast.Constant) and value.value is Ellipsis:
                self._leave_out(call, arguments, position, name)
            elif not isinstance(each, ast.keyword):
                source.insert(source.start(each), "default=")
            elif each.arg not in ARGUMENTS:
                source.note(call, f"{name}: the types of pydamodb's Field do not know {each.arg}=")

    def _leave_out(self, call: ast.Call, arguments: list[ast.expr | ast.keyword], position: int, name: str) -> None:
        """Leave an argument out, with its comma; comments stay."""
        source = self.source
        start, end = source.start(arguments[position]), source.end(arguments[position])
        is_last = position == len(arguments) - 1
        opening = source.opening(source.end(call.func), start, "(") + 1
        if len(arguments) == 1 and not has_comment(source.text[opening : source.end(call)]):
            source.replace(opening, source.end(call) - 1, "")
            return
        behind = source.text[end : source.end(call) if is_last else source.start(arguments[position + 1])]
        comma = re.match(r"\s*,[ \t]*", behind)
        before = source.text[source.end(arguments[position - 1]) : start] if position else "#"
        if comma is not None:
            source.replace(start, end + comma.end(), "")
        elif not has_comment(before):
            source.replace(start - len(before), end, "")
        elif position == 0:
            source.replace(start, end, "")
        else:
            source.note(call, f"{name} keeps `default=...`, as there is a comment before it: leave it out")

    # --- computed fields ---

    def _computed(self, cls: Class, function: FunctionNode, *, has_more: bool) -> None:
        project, source = self.models.project, self.source
        marks = function.decorator_list
        meanings = [project.meaning(mark.func if isinstance(mark, ast.Call) else mark, cls.scope) for mark in marks]
        place = next((index for index, each in enumerate(meanings) if is_name(each, "pydantic.computed_field")), None)
        if place is None:
            return
        mark, name = marks[place], f"{cls.node.name}.{function.name}"
        below = meanings[place + 1] if place + 1 < len(marks) else None
        if isinstance(mark, ast.Call) and (mark.args or mark.keywords):
            source.note(mark, f"{name} stays a computed_field: computed_attr takes no arguments")
        elif has_more:
            source.note(mark, f"{name} stays a computed_field: computed_attr has no setter or deleter")
        elif place + 1 < len(marks) and below != "builtins.property":
            source.note(mark, f"{name} stays a computed_field: computed_attr is a property, and nothing else")
        else:
            self.imports.use_computed(mark.func if isinstance(mark, ast.Call) else mark)
            source.replace(source.start(mark), source.end(mark), self.imports.name("computed_attr"))
            self._leave_comment_out(source.end(mark))
            if below is not None:
                self._leave_decorator_out(marks[place + 1])

    def _leave_comment_out(self, place: int) -> None:
        """Leave out a comment for mypy that `computed_attr` does not need."""
        rest = self.source.text[place : self.source.line_end(place)].rstrip("\r\n")
        if _IGNORED.match(rest):
            self.source.replace(place, place + len(rest), "")

    def _leave_decorator_out(self, mark: ast.expr) -> None:
        """Leave out the line of a decorator; a comment behind it stays."""
        source = self.source
        start, end = source.line_start(source.start(mark)), source.line_end(source.end(mark))
        behind = source.text[source.end(mark) : end].strip()
        if not behind or _IGNORED.match(behind):
            source.replace(start, end, "")
        else:
            source.replace(
                source.text.rfind("@", start, source.start(mark)), source.text.index("#", source.end(mark)), ""
            )


def _same(code: str, value: ast.expr) -> bool:
    """Return True if a call has one argument, and this value."""
    try:
        call = ast.parse(code, mode="eval").body
    except SyntaxError:
        return False
    if not isinstance(call, ast.Call) or call.args or len(call.keywords) != 1:
        return False
    return ast.dump(call.keywords[0].value) == ast.dump(value)


def _owner(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) else node


def _is_class_name(node: ast.expr) -> bool:
    """Return True for a name that is written like that of a class."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return bool(re.match(r"_*[A-Z]", name)) and not (name.isupper() and len(name) > 1)
