"""The types of the keys as parameters of the base class: `PrimaryKeyModel` becomes `PrimaryKeyModel[str]`.

The keys are known from marks (`PartitionKey`, `SortKey`), also of subclasses, or are given. With types of keys, type
checkers take a model for one in the strict style; without them, for one in the plain style.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence

from pydamodb._strict.classes import ONE_KEY, TWO_KEYS, Annotation, Declared, Models, Types
from pydamodb._strict.meanings import Class, is_name

MARKS = (("pydamodb.PartitionKey",), ("pydamodb.SortKey",))
WORDS = ("partition key", "sort key")


class Keys:
    """Gives the base classes of models their parameters."""

    def __init__(self, models: Models, given: Mapping[str, Sequence[str]]) -> None:
        """Take the names of key fields that are `given` for the names of classes before their marks."""
        self.models = models
        self.types = Types(models.project)
        self.given = given
        self._known: dict[Class, bool] = {}

    def rewrite(self, cls: Class) -> None:
        """Add the parameters to the bases of a class that are classes of pydamodb."""
        for base, name, count in self._bases(cls):
            parameters = self._parameters(cls, base, count)
            if parameters:
                cls.source.insert(cls.source.end(base), f"[{', '.join(parameters)}]")
            elif not isinstance(base, ast.Subscript):
                self._note(cls, name, count)

    def are_known(self, cls: Class) -> bool:
        """Return True if a model is one in the strict style for type checkers, or is made one."""
        if cls not in self._known:
            self._known[cls] = any(
                isinstance(base, ast.Subscript) or self._parameters(each, base, count)
                for each in self.models.ancestors(cls)
                for base, _, count in self._bases(each)
            )
        return self._known[cls]

    def _bases(self, cls: Class) -> Iterator[tuple[ast.expr, str, int]]:
        """Yield the bases that are classes of pydamodb, with their names and the numbers of their keys."""
        for base, meaning in self.models.bases(cls):
            count = 1 if is_name(meaning, *ONE_KEY) else 2 if is_name(meaning, *TWO_KEYS) else 0
            if count:
                yield base, str(meaning).rpartition(".")[2], count

    def _parameters(self, cls: Class, base: ast.expr, count: int) -> list[str]:
        """Return the code of the types of the keys, [] if they are not known, or if the base cannot take them."""
        is_alias = self.models.project.assigned(base, cls.outer) is not None
        if isinstance(base, ast.Subscript) or is_alias:
            return []
        found = [text for position in range(count) if (text := self._text(cls, position))]
        return found if len(found) == count else []

    def _note(self, cls: Class, base: str, count: int) -> None:
        name = cls.node.name
        words = WORDS[:count]
        types = ", ".join(f"<type of the {word}>" for word in words)
        fields = ",".join(f"<{word}>" for word in words)
        cls.source.note(
            cls.node,
            f"{name}: type checkers do not know the types of its fields before they know those of its keys; "
            f"make {base}[{types}] its base, or run this again with --keys {name}={fields}",
        )

    def _text(self, cls: Class, position: int) -> str | None:
        """Return the code of the type of a key, None if it is not known."""
        family = [cls, *(each for each in self.models.models if each != cls and cls in self.models.ancestors(each))]
        for each in family:
            names = self.given.get(each.node.name, ())
            declared = self.models.fields(each).get(names[position]) if position < len(names) else None
            if declared is not None:
                return self._written(cls, declared)
        marked = [field for each in family if (field := self._marked(each, position)) is not None]
        texts = {self._written(cls, field) for field in marked}
        return texts.pop() if len(texts) == 1 else None

    def _marked(self, cls: Class, position: int) -> Declared | None:
        """Return the field that is marked as a key of the table, if there is one."""
        found = [each for each in self.models.fields(cls).values() if self._is_marked(each, MARKS[position])]
        return found[0] if len(found) == 1 else None

    def _is_marked(self, field: Declared, marks: Sequence[str]) -> bool:
        plain, metadata = self.types.plain(Annotation(field.annotation, field.scope))
        for mark in metadata:
            is_bare = not isinstance(mark, ast.Call) or not (mark.args or mark.keywords)  # without an index
            meaning = self.models.project.meaning(mark.func if isinstance(mark, ast.Call) else mark, plain.scope)
            if is_name(meaning, *marks) and is_bare:
                return True
        return False

    def _written(self, cls: Class, field: Declared) -> str | None:
        """Write the type of a key at the place of the class, in quotes if it is not known there yet."""
        (node, scope), _ = self.types.plain(Annotation(field.annotation, field.scope))
        is_ready = True
        for name in (each for each in ast.walk(node) if isinstance(each, ast.Name)):
            here, there = cls.outer.find(name.id), scope.find(name.id)
            meanings = {self.models.project.meaning(name, each) for each in (cls.outer, scope)}
            if here != there and (len(meanings) > 1 or None in meanings):
                return None  # it means something else there
            bound = here[1] if here else []
            is_ready = is_ready and all(each.line < cls.node.lineno and not each.is_for_checkers for each in bound)
            is_ready = is_ready and bool(bound or hasattr(builtins, name.id))
        code = ast.unparse(node)
        return code if is_ready else repr(code)
