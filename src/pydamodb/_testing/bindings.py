"""Which models have a test's tables, and what the models had before.

Models share a table if their configurations name the same table or have the same function. Without a configuration, a
model shares its table with its subclasses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from re import sub
from uuid import uuid4

from pydamodb._core.config import PydamoConfig, TableSource, in_use
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.table_declarations import TableDeclaration
from pydamodb._models.base import DynamoModel
from pydamodb._models.declared_tables import check_models, declaration_of

Model = type[DynamoModel]

_CONFIG = "pydamo_config"
_NO_CONFIG = PydamoConfig(table=None)
_MISSING = object()
_LONGEST = 200  # DynamoDB takes 255, and we add some


class BoundTable:
    """A table of a test, its models, and what they declare."""

    def __init__(self, name: str, models: list[Model], declaration: TableDeclaration) -> None:
        self.name = name
        self.models = models
        self.declaration = declaration


class Bindings:
    """The tables of a test's models.

    `create` makes a table of a name from what its models declare. `source` returns what a configuration gets as its
    table: it is told the name, the configuration and whether its models are asynchronous.
    """

    def __init__(
        self,
        create: Callable[[str, TableDeclaration], object],
        source: Callable[[str, PydamoConfig, bool], TableSource],
    ) -> None:
        self._create = create
        self._source = source
        self._tables: dict[object, BoundTable] = {}
        self._keys: dict[int, object] = {}
        self._configs: dict[tuple[int, str, bool], PydamoConfig] = {}
        self._previous: list[tuple[Model, object]] = []

    def bind(self, models: Sequence[Model]) -> None:
        """Make the tables of models, and let the models and their subclasses use them."""
        check_models("tables_for", models)
        grouped = self._grouped(models)
        planned = {key: self._planned(key, group) for key, group in grouped.items()}  # all, before any is made
        for key, table in planned.items():
            if key not in self._tables:
                self._create(table.name, table.declaration)
            self._tables[key] = table
            for model in grouped[key]:
                self._use(model, key, table)

    def table_of(self, model: Model) -> str:
        """Return the name of the table of a model."""
        check_models("table", [model])
        key = self._keys.get(id(_config_of(model)))
        if key is None:
            message = f"{model.__name__} has no table in this test: pydamo.tables_for({model.__name__}) makes it"
            raise ConfigurationError(message, model_name=model.__name__)
        return self._tables[key].name

    def undo(self) -> None:
        """Give the models back what they had."""
        while self._previous:
            model, previous = self._previous.pop()
            if previous is not _MISSING:
                setattr(model, _CONFIG, previous)
            elif _CONFIG in vars(model):
                delattr(model, _CONFIG)

    def _grouped(self, models: Sequence[Model]) -> dict[object, list[Model]]:
        """Return the models and their subclasses by what they share a table for, without those that have theirs."""
        grouped: dict[object, list[Model]] = {}
        for given in models:
            for model in dict.fromkeys((given, *_subclasses(given))):
                if id(_config_of(model)) not in self._keys:
                    group = grouped.setdefault(self._key_of(model, given), [])
                    if model not in group:
                        group.append(model)
        return grouped

    def _key_of(self, model: Model, given: Model) -> object:
        config = _config_of(model)
        if config is _NO_CONFIG:
            return given
        place = _place_of(config)
        return place if isinstance(place, str) else id(place or config)

    def _planned(self, key: object, group: list[Model]) -> BoundTable:
        known = self._tables.get(key)
        models = [*(known.models if known else ()), *group]
        closed = [each for each in models if not _is_open(each)]
        declaration = declaration_of(closed or models)
        if known is None:
            place = _place_of(_config_of(group[0]))
            prefix = sub(r"[^\w.-]", "-", place if isinstance(place, str) else group[0].__name__)[:_LONGEST]
            return BoundTable(f"{prefix}-{uuid4().hex[:12]}", models, declaration)
        if declaration.parameters() != known.declaration.parameters():
            first, other = known.models[0].__name__, group[0].__name__
            reason = f"{other} declares more about the table that the test has made for {first}"
            remedy = f"give all models of a table to one call, tables_for({first}, {other})"
            raise ConfigurationError(f"{reason}: {remedy}", model_name=other)
        return BoundTable(known.name, models, declaration)

    def _use(self, model: Model, key: object, table: BoundTable) -> None:
        before = _config_of(model)
        if self._keys.get(id(before)) == key:  # inherited
            return
        shared = (id(before), table.name, model.__pydamo_is_asynchronous__)
        if shared not in self._configs:
            source = self._source(table.name, before, model.__pydamo_is_asynchronous__)
            self._configs[shared] = replace(before, table=source)
        config = self._configs[shared]
        self._keys[id(config)] = key
        self._previous.append((model, vars(model).get(_CONFIG, _MISSING)))
        setattr(model, _CONFIG, config)


def _config_of(model: Model) -> PydamoConfig:
    config: object = getattr(model, _CONFIG, None)
    return in_use(config) if isinstance(config, PydamoConfig) else _NO_CONFIG


def _place_of(config: PydamoConfig) -> object:
    """Return the name of a configuration's table, the function that returns the table, or None."""
    name = config.table if isinstance(config.table, str) else getattr(config.table, "name", None)
    return name.rpartition("/")[2] if isinstance(name, str) else config.table  # it may be an ARN


def _subclasses(model: Model) -> Iterator[Model]:
    for each in model.__subclasses__():
        yield each
        yield from _subclasses(each)


def _is_open(model: Model) -> bool:
    return bool(model.__pydantic_generic_metadata__["parameters"])
