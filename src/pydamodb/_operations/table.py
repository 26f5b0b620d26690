"""A model and its table: what all operations need to know about the two, computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar, cast

from pydantic import BaseModel

from pydamodb._codec import templated_keys
from pydamodb._codec.annotations import reading_schema_of, record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import item_encoder
from pydamodb._codec.readers import Reader
from pydamodb._codec.stored_keys import stored_keys
from pydamodb._codec.types import RecordSchema
from pydamodb._core.config import Clock
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import TableSchema
from pydamodb._core.watching import Watch
from pydamodb._expressions.paths import Path, attribute_paths
from pydamodb._operations.key_types import wrong_key_type

ModelT = TypeVar("ModelT", bound=BaseModel)


class ManagedTimes(NamedTuple):
    """The fields whose times writes set."""

    created: Path | None
    updated: Path | None


@dataclass(frozen=True, eq=False)
class ModelTable(Generic[ModelT]):
    """A model, its table, and the schemas of all tables that the client has seen.

    If the model declares the keys of its table, `declared` has them, and DescribeTable is not needed. `fitting` has the
    schema that the model is known to fit, by the name of the table. `templates` make the keys of a model that has a
    `pydamo_key`. If it `keeps_unknown` attributes, an instance that was read writes them again. `watch` says what the
    configuration wants to know of requests. The `clock` is that of the times that writes set. The first of the
    `cursor_keys` signs cursors, and all of them verify.
    """

    model: type[ModelT]
    table_name: str
    has_sort_key: bool
    schemas: dict[str, TableSchema]
    declared: TableSchema | None = None
    fitting: dict[str, TableSchema] = field(default_factory=dict[str, TableSchema])
    templates: templated_keys.TemplatedKeys | None = None
    keeps_unknown: bool = True
    watch: Watch | None = None
    clock: Clock | None = None
    cursor_keys: tuple[bytes, ...] = field(default=(), repr=False)

    @cached_property
    def model_name(self) -> str:
        """The name of the model, for messages."""
        return self.model.__name__

    @property
    def members(self) -> tuple[ModelTable[Any], ...]:
        """The models with their tables: this one. A collection has several."""
        return (self,)

    def member(self, model: type[Any], operation: str) -> ModelTable[Any]:  # noqa: ARG002
        """Return the model with its table to which an instance or a key belongs."""
        return self

    @cached_property
    def record(self) -> RecordSchema:
        """The fields of the model and their storage types."""
        return record_schema_of(self.model)

    def kind(self, schema: TableSchema) -> templated_keys.Kind:
        """Return the templates of a model that has some, with the keys of the table."""
        kept: tuple[TableSchema, templated_keys.Kind] | None = vars(self).get("_kind")
        if kept is None or kept[0] is not schema:
            templates = cast("templated_keys.TemplatedKeys", self.templates)
            kept = vars(self)["_kind"] = schema, templated_keys.Kind(templates, schema)
        return kept[1]

    def reader(self, schema: TableSchema, smaller: Reader | None = None) -> Reader:
        """Return the reader of whole items of the table with these keys, or of a smaller model."""
        kind = None if self.templates is None else self.kind(schema)
        if smaller is not None and kind is not None:
            return replace(smaller, kind=replace(kind, partial=True), besides=kind.needed)
        if smaller is not None:
            names = tuple(source for source, own in smaller.sources or () if source == own)
            attributes = tuple(name for name in schema.keys.attributes if name in names)
            return replace(smaller, keys=stored_keys(smaller.model, attributes, reading_schema_of(smaller.model)))
        kept: tuple[TableSchema, Reader] | None = vars(self).get("_reader")
        if kept is None or kept[0] is not schema:
            keys = kind or stored_keys(self.model, schema.keys.attributes, self.record)
            kept = schema, Reader(self.model, keys=keys, kind=kind)
            vars(self)["_reader"] = kept
        return kept[1]

    @property
    def whole_reader(self) -> Reader:
        """The reader of whole items, after a request for which the keys of the table had to be known."""
        schema = self.known_schema
        return Reader(self.model) if schema is None else self.reader(schema)

    @cached_property
    def encode(self) -> Callable[[ModelT], dict[str, AttributeValue]]:
        """The encoder of instances of the model, but not of its subclasses."""
        return item_encoder(self.record)

    @cached_property
    def paths(self) -> Mapping[str, Path]:
        """The paths of the fields, by the names of their attributes."""
        return attribute_paths(self.model)

    @cached_property
    def version(self) -> Path | None:
        """The field that counts the writes of an item, None if there is none."""
        found = self.record.version
        return None if found is None else self.paths[found.attribute]

    @cached_property
    def times(self) -> ManagedTimes | None:
        """The fields whose times writes set, None if there are none."""
        created, updated = self.record.created, self.record.updated
        if created is None and updated is None:
            return None
        return ManagedTimes(*(None if each is None else self.paths[each.attribute] for each in (created, updated)))

    @property
    def known_schema(self) -> TableSchema | None:
        """The keys of the table, None if a request must read them."""
        if self.declared is not None:
            return self.declared
        schema = self.schemas.get(self.table_name)
        if schema is None or schema is self.fitting.get(self.table_name):
            return schema
        return schema if self.mismatch(schema) is None else None

    def mismatch(self, schema: TableSchema) -> str | None:
        """Return why the model does not fit the table, None if it does."""
        keys = schema.keys
        if not keys.partition_keys:
            return (
                f"the key schema of table {self.table_name!r} has no partition key (HASH): {self.model_name} needs one"
            )
        if self.templates is not None:
            return self._template_mismatch(self.templates, schema)
        if bool(keys.sort_keys) != self.has_sort_key:
            has = f"the sort key {keys.sort_keys[0]!r}" if keys.sort_keys else "no sort key"
            base = "PrimaryKeyAndSortKeyModel" if keys.sort_keys else "PrimaryKeyModel"
            return f"table {self.table_name!r} has {has}: make {base} the base of {self.model_name}"
        for attribute in keys.attributes:
            if attribute not in self.record.by_attribute:
                return (
                    f"{self.model_name} has no field for {attribute!r}, a key of table {self.table_name!r}: add a "
                    f"field or a computed field of that name, or one with the mark Attribute({attribute!r})"
                )
        if wrong := wrong_key_type(self.model, [self.record.by_attribute[attribute] for attribute in keys.attributes]):
            return wrong
        self.fitting[self.table_name] = schema
        return None

    def _template_mismatch(self, templates: templated_keys.TemplatedKeys, schema: TableSchema) -> str | None:
        keys = schema.keys
        if bool(keys.sort_keys) != (templates.sort is not None):
            has = f"the sort key {keys.sort_keys[0]!r}" if keys.sort_keys else "no sort key"
            remedy = (
                "give the KeyTemplate a sort_key too" if keys.sort_keys else "leave out the sort_key of the KeyTemplate"
            )
            return f"{self.model_name}: table {self.table_name!r} has {has}: {remedy}"
        mismatch = templates.mismatch(schema)
        if mismatch is None:
            self.fitting[self.table_name] = schema
        return mismatch and f"{self.model_name}, table {self.table_name!r}: {mismatch}"

    def invalid_request(self, message: str) -> InvalidRequestError:
        """Return the error of a wrong argument of an operation."""
        return InvalidRequestError(message, model_name=self.model_name)
