"""The imports of a file: where `Attr`, `Field` and `computed_attr` come from, and what they are called there.

A name that the file uses for something else is imported under another one. Pydantic's `Field` and `computed_field` are
no longer imported when nothing uses them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pydamodb._strict.classes import Models
from pydamodb._strict.meanings import is_name
from pydamodb._strict.names import Imported
from pydamodb._strict.sources import Source, has_comment

OTHER_NAMES = {"Attr": "PydamoAttr", "Field": "AttrField", "computed_attr": "pydamo_computed_attr"}


class Imports:
    """The names of pydamodb in one file."""

    def __init__(self, models: Models, source: Source, fields: Iterable[ast.expr], first: ast.stmt) -> None:
        """Find the imports; `fields` are Pydantic's Field where it is replaced, `first` is the first use."""
        self.project = models.project
        self.source = source
        self.names = models.project.names_of(source)
        self._before = [each for each in source.tree.body if each.lineno < first.lineno]
        self._replaced: set[ast.AST] = set(fields)
        self._chosen: dict[str, str] = {}
        self._added: dict[str, str] = {}
        self._statement = self._existing_statement()

    def name(self, name: str) -> str:
        """Return what `Attr`, `Field` or `computed_attr` is called in this file; it will be imported."""
        if name not in self._chosen:
            self._chosen[name] = self._known(name) or self._new(name)
        return self._chosen[name]

    def use_field(self, node: ast.expr) -> None:
        """Call the Field of pydamodb in the place of Pydantic's."""
        if self.source.code(node) != self.name("Field"):
            self.source.replace(self.source.start(node), self.source.end(node), self.name("Field"))

    def use_computed(self, node: ast.expr) -> None:
        """Note a use of `computed_field` that is replaced."""
        self._replaced.add(node)

    def _known(self, name: str) -> str | None:
        """Return the name under which something is imported at the top of the file."""
        inner = self.names.all_bound
        for local, bound in self.names.module.bound.items():
            meaning = self.project.meaning(ast.Name(local), self.names.module)
            if local not in inner and is_name(meaning, f"pydamodb.{name}") and not bound[0].is_for_checkers:
                return local
        meaning = self.project.meaning(ast.Name(name), self.names.module)
        if name not in self.names.module.bound and is_name(meaning, f"pydamodb.{name}"):
            return name  # from pydamodb import *
        for local in self.names.module.bound:
            is_package = self.project.meaning(ast.Name(local), self.names.module) == "pydamodb"
            if is_package and self._statement is None and local not in inner:
                return f"{local}.{name}"
        return None

    def _new(self, name: str) -> str:
        local = name if self._is_free(name) else OTHER_NAMES[name]
        while not self._is_free(local):
            local += "_"
        self._added[name] = local
        return local

    def _is_free(self, name: str) -> bool:
        if name in self.names.all_bound:
            return False
        if name not in self.names.module.bound:
            return self.project.meaning(ast.Name(name), self.names.module) is None
        return name == "Field" and self._pydantic_import(name) is not None and not self._remaining("Field")

    # --- what becomes of Pydantic's names ---

    def _pydantic_import(self, name: str) -> Imported | None:
        """Return the one import of a name from Pydantic, if it can be left out without losing a comment."""
        bound = self.names.module.bound.get(name, [])
        found = bound[0].value if len(bound) == 1 else None
        if not isinstance(found, Imported) or found.module.partition(".")[0] != "pydantic":
            return None
        source, code = self.source, self.source.code(found.statement)
        is_alone = _line_of(source, found.statement).strip() == code
        has_others = any(alias.name not in {"Field", "computed_field"} for alias in found.statement.names)
        is_cut = found.statement in source.tree.body and not has_comment(code) and (is_alone or has_others)
        return found if is_cut else None

    def _remaining(self, name: str) -> bool:
        """Return True if something still uses a name of Pydantic; metadata of an annotation takes either Field."""
        metadata: set[ast.AST] = set()
        for node in self.names.around:
            if isinstance(node, ast.Subscript) and is_name(
                self.project.meaning(node.value, self.names.around[node]), "typing.Annotated"
            ):
                metadata |= set(ast.walk(node.slice)) if name == "Field" else set()
        return any(
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node not in self._replaced | metadata
            and node.id == name
            and is_name(self.project.meaning(node, scope), f"pydantic.{name}")
            for node, scope in self.names.around.items()
        )

    def _is_exported(self, name: str) -> bool:
        """Return True if the file lists a name, or if another file imports it from somewhere else than Pydantic."""
        bound = (each for names in self.project.files.values() for each in names.module.bound.get(name, ()))
        return any(isinstance(node, ast.Constant) and node.value == name for node in ast.walk(self.source.tree)) or any(
            isinstance(each.value, Imported) and not each.value.module.startswith("pydantic") for each in bound
        )

    def finish(self) -> None:
        """Change the import statements."""
        unused: list[Imported | None] = []
        if self._added.get("Field") == "Field":
            unused.append(self._pydantic_import("Field"))
        replaced = any(isinstance(node, ast.Name) and node.id == "computed_field" for node in self._replaced)
        if replaced and not (self._remaining("computed_field") or self._is_exported("computed_field")):
            unused.append(self._pydantic_import("computed_field"))
        aliases_of: dict[ast.Import | ast.ImportFrom, list[ast.alias]] = {}
        for found in filter(None, unused):
            aliases_of.setdefault(found.statement, []).append(found.alias)
        for statement, gone in aliases_of.items():
            self._leave_out(statement, gone)
        aliases = [name if name == local else f"{name} as {local}" for name, local in self._added.items()]
        if not aliases:
            return
        if self._statement is None:
            self._add_statement(sorted(aliases, key=_order))
        else:
            self._add_aliases(self._statement, sorted(aliases, key=_order))

    def _leave_out(self, statement: ast.Import | ast.ImportFrom, gone: list[ast.alias]) -> None:
        """Leave names out of an import statement, if that loses no comment."""
        source, kept = self.source, [alias for alias in statement.names if alias not in gone]
        if not kept:
            start, end = source.line_start(source.start(statement)), source.line_end(source.end(statement))
            source.replace(start, end, "")
            return
        for alias in gone:
            place = statement.names.index(alias)
            following = [each for each in statement.names[place + 1 :] if each in kept]
            if following:  # up to the next name
                source.replace(source.start(alias), source.start(statement.names[place + 1]), "")
            else:  # from the name before
                source.replace(source.end(statement.names[place - 1]), source.end(alias), "")

    # --- what is added ---

    def _existing_statement(self) -> ast.ImportFrom | None:
        """Return the first `from pydamodb import ...` at the top of the file, before the first use."""
        found = (each for each in self._before if isinstance(each, ast.ImportFrom) and each.names[0].name != "*")
        return next((each for each in found if (each.module, each.level) == ("pydamodb", 0)), None)

    def _add_aliases(self, statement: ast.ImportFrom, aliases: list[str]) -> None:
        source, names = self.source, statement.names
        orders = [_order(each.name) for each in names]
        last: list[str] = []
        for alias in aliases:
            following = [each for each, order in zip(names, orders, strict=True) if order > _order(alias)]
            if orders == sorted(orders) and following:
                start = source.start(following[0])
                source.insert(start, f"{alias},{self._between(start)}")
            else:
                last.append(alias)
        end = source.end(names[-1])
        between, rest = self._between(source.start(names[-1])), source.text[end : source.end(statement)]
        if not has_comment(rest):
            source.insert(end, "".join(f",{between}{alias}" for alias in last))
        elif last:
            source.insert(end, "" if "," in rest.partition("#")[0] else ",")
            lines = (f"{between.lstrip(source.newline)}{alias},{source.newline}" for alias in last)
            source.insert(source.line_end(end), "".join(lines))

    def _between(self, start: int) -> str:
        """Return what is between two names of an import statement: a space, or a new line."""
        indent = self.source.text[self.source.line_start(start) : start]
        before = self.source.text[: start - len(indent)].rstrip()
        return " " if indent.strip() or before.endswith("\\") else f"{self.source.newline}{indent}"

    def _add_statement(self, aliases: list[str]) -> None:
        source = self.source
        text = f"from pydamodb import {', '.join(aliases)}{source.newline}"
        imports = [each for each in self._before if isinstance(each, (ast.Import, ast.ImportFrom))]
        if imports:
            last = imports[-1].end_lineno or 0
            place = max(source.line_end(source.end(each)) for each in self._before if each.lineno <= last)
        else:
            beginning = [each for each in self._before if _is_docstring(each)]
            place = source.line_end(source.end(beginning[-1])) if beginning else self._first_line()
        source.insert(place, text)

    def _first_line(self) -> int:
        statement = self.source.tree.body[0]
        decorators = getattr(statement, "decorator_list", [])
        return self.source.line_start(self.source.start(decorators[0] if decorators else statement))


def _line_of(source: Source, statement: ast.stmt) -> str:
    """Return the lines of a statement."""
    return source.text[source.line_start(source.start(statement)) : source.line_end(source.end(statement))]


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _order(alias: str) -> tuple[int, str]:
    """Sort as isort and ruff do: constants, classes, functions."""
    name = alias.partition(" ")[0]
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name
