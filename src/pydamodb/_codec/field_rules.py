"""How Pydantic validates single fields: which fields may change a value, and the value of one field.

Most fields accept a value of their type unchanged, or refuse it: they have no rules, and cost nothing. Other fields
have validators, an option such as `to_lower`, or a type whose values are made of other values (a URL). `core_checks`
knows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias, cast

from pydantic_core import SchemaValidator

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import string_key
from pydamodb._codec.core_checks import CHANGES_TEXT, has_hook, risk_of
from pydamodb._codec.types import RecordSchema, StorageType, StoredField

Schema: TypeAlias = dict[str, Any]
_CONSTRAINTS = {"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "max_digits"}


class FieldRules:
    """Validates a value for one field, as Pydantic validates an assignment, but without validators of the model."""

    def __init__(self, name: str, schema: Schema, definitions: Mapping[str, Schema], config: Any) -> None:
        self._name, self._schema, self._definitions, self._config = name, schema, definitions, config

    @cached_property
    def may_change(self) -> bool:
        """Whether the rules may accept a value of the field's type and change it, or refuse it by a function."""
        return risk_of(self._schema, self._definitions, self._config) >= CHANGES_TEXT

    def validate(
        self, value: Any, known: Mapping[str, Any] | None = None, *, strict: bool | None = None, lenient: bool = False
    ) -> Any:
        """Validate a value. Validators see the `known` values of other fields. `lenient` ignores constraints."""
        validator = self._lenient_validator if lenient else self._validator
        changed: Any = validator.validate_assignment({**(known or {})}, self._name, value, strict=strict)
        return changed[0][self._name]

    @cached_property
    def _validator(self) -> SchemaValidator:
        return self._validator_of(self._schema)

    @cached_property
    def _lenient_validator(self) -> SchemaValidator:
        return self._validator_of(_without_constraints(self._schema))

    def _validator_of(self, schema: Schema) -> SchemaValidator:
        whole: Any = {"type": "model-fields", "fields": {self._name: {"type": "model-field", "schema": schema}}}
        if self._definitions:
            whole = {"type": "definitions", "schema": whole, "definitions": [*self._definitions.values()]}
        return SchemaValidator(whole, self._config)


def _without_constraints(schema: Schema) -> Schema:
    kept = {name: part for name, part in schema.items() if name not in _CONSTRAINTS}
    return {**kept, "schema": _without_constraints(kept["schema"])} if "schema" in kept else kept


class RecordRules(NamedTuple):
    """The rules of the fields of a record, by name. A `checked` record has validators of its own."""

    fields: Mapping[str, FieldRules]
    checked: bool


def record_rules(record: type, schema: RecordSchema | None = None) -> RecordRules:
    """Return the rules of a record that Pydantic has made; none for other classes. A `schema` may be for reading."""
    return (schema or record_schema_of(record)).cached(_record_rules, None, record)


def _core_schema(of: Any) -> Schema | None:
    schema: object = getattr(of, "__pydantic_core_schema__", None) or getattr(of, "core_schema", None)
    return cast("Schema", schema) if isinstance(schema, dict) else None


def _record_rules(record: type) -> RecordRules:
    schema = _core_schema(record)
    definitions: dict[str, Schema] = {}
    config: Schema = {}
    checked = False
    while schema is not None and schema["type"] not in {"model-fields", "dataclass-args"}:
        definitions |= {each["ref"]: each for each in schema.get("definitions", ())}
        checked |= schema["type"].startswith("function") or bool(schema.get("custom_init"))
        checked |= has_hook(record, schema) if schema["type"] == "model" else bool(schema.get("post_init"))
        config = schema.get("config", config)
        schema = definitions[schema["schema_ref"]] if "schema_ref" in schema else schema.get("schema")
    if schema is None:
        return RecordRules({}, checked)
    fields = schema["fields"] if schema["type"] == "model-fields" else {each["name"]: each for each in schema["fields"]}
    rules = {name: FieldRules(name, each["schema"], definitions, config) for name, each in fields.items()}
    return RecordRules({name: each for name, each in rules.items() if each.may_change}, checked)


def field_rules(owner: type | None, field: StoredField | None, storage: StorageType) -> FieldRules | None:
    """Return the rules of a field of a record, or of an element of a container, which has no field. None: no rules."""
    # Each field and each element has a storage type of its own, which keeps its rules.
    kept: dict[str, FieldRules | None] = vars(storage)
    if "rules" not in kept:
        kept["rules"] = _field_rules(owner, field, storage)
    return kept["rules"]


def _field_rules(owner: type | None, field: StoredField | None, storage: StorageType) -> FieldRules | None:
    if owner is not None and field is not None and hasattr(owner, "__pydantic_validator__"):
        return record_rules(owner).fields.get(field.name)
    if storage.kind == "record" or (storage.annotation is storage.base and not storage.config):
        return None
    schema = _core_schema(storage.adapter)
    rules = None if schema is None else FieldRules("value", schema, {}, storage.config or {})
    return rules if rules is not None and rules.may_change else None


def map_key(storage: StorageType, key: object) -> str | None:
    """Return the text under which a map with keys of this type stores a key, None if it cannot have the key.

    The key is a value of the type, or such a text.
    """
    if storage.base is str and field_rules(None, None, storage) is None:
        return key if type(key) is str else None
    adapter = storage.adapter
    try:
        stored = string_key(adapter.dump_python(adapter.validate_python(key, strict=False)))
        back = adapter.validate_python(stored, strict=False)
        if not isinstance(key, str) and (type(back) is not type(key) or back != key):
            return None
        again = string_key(adapter.dump_python(back))
    except Exception:  # noqa: BLE001 - a user's validator may raise anything
        return None
    return stored if stored == again else None
