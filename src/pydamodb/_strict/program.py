"""All files together: the order in which their parts are rewritten. Nothing here reads or writes a file."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from pydamodb._strict.classes import Models, annotated
from pydamodb._strict.declarations import PYDANTIC_FIELD, Declarations
from pydamodb._strict.imports import Imports
from pydamodb._strict.keys import Keys
from pydamodb._strict.meanings import Class, Project, is_name
from pydamodb._strict.names import Names
from pydamodb._strict.sources import Source
from pydamodb._strict.uses import Uses


def rewrite(names: Sequence[Names], keys: Mapping[str, Sequence[str]]) -> None:
    """Rewrite files: the `edits` and `notes` of their sources say how.

    Args:
        names: The files with their scopes. Imports between them are followed.
        keys: The names of the key fields of classes whose keys are not marked, by the names of the classes.
    """
    models = Models(Project(names))
    types = Keys(models, keys)
    classes: dict[Source, list[Class]] = {}
    for each in models.all:
        classes.setdefault(each.source, []).append(each)
    for source in (each.source for each in names):
        _rewrite_file(models, types, source, classes.get(source, []))


def _rewrite_file(models: Models, keys: Keys, source: Source, classes: Sequence[Class]) -> None:
    try:
        _rewrite_declarations(models, keys, source, classes)
        Uses(models, keys, source).visit(source.tree)
    except RecursionError:
        source.edits.clear()
        source.note(source.tree.body[0], "this file stays as it is: its expressions are nested too deeply")


def _rewrite_declarations(models: Models, keys: Keys, source: Source, classes: Sequence[Class]) -> None:
    for each in classes:
        _note_others(models, each)
    chosen = [each for each in classes if each in models.models or (each in models.mixins and models.is_pydantic(each))]
    if not chosen:
        return
    fields = [
        statement.value.func
        for each in chosen
        for statement in annotated(each)
        if isinstance(statement.value, ast.Call)
        and is_name(models.project.meaning(statement.value.func, each.scope), *PYDANTIC_FIELD)
    ]
    lines = {each.node.lineno for each in chosen}
    first = next(each for each in source.tree.body if lines & set(range(each.lineno, (each.end_lineno or 0) + 1)))
    imports = Imports(models, source, fields, first)
    for each in chosen:
        Declarations(models, source, imports).rewrite(each)
        keys.rewrite(each)
    imports.finish()


def _note_others(models: Models, cls: Class) -> None:
    """Say which classes are left as they are although models inherit fields from them, or they are models."""
    is_model = cls in models.models
    if cls in models.mixins and not models.is_pydantic(cls) and any(annotated(cls)):
        cls.source.note(
            cls.node, f"{cls.node.name} is no Pydantic model: its fields stay as they are; make BaseModel its base"
        )
    if not is_model and models.has_unknown_base(cls) and "pydamo_config" in cls.scope.bound:
        cls.source.note(
            cls.node, f"{cls.node.name} stays as it is: its base is not known; give the file that defines it too"
        )
