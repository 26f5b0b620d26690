"""What the core schema of a model says about reading: which stored values it may refuse or change.

A core schema is what Pydantic validates and serializes by. Only nodes that are known to be harmless count as harmless.
A node with a constraint refuses values. Any other node (a validator, a serializer, a custom schema, whatever a later
version of Pydantic adds) may do anything: a round trip shows what it does.
"""

# Core schemas are dicts of anything.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import SchemaError, SchemaValidator, core_schema

from pydamodb._codec.encoders import SCALARS
from pydamodb._codec.serializers import APPLIED
from pydamodb._core.markers import TimeToLive

Schema: TypeAlias = Mapping[str, Any]
Accepts: TypeAlias = Callable[[dict[str, Any]], bool]
# What reading may do to a value.
NOTHING: Final = 0
REFUSES: Final = 1
CHANGES_TEXT: Final = 2  # its case, or the spaces around it
CHANGES: Final = 3

_TEMPORAL = {"date", "time", "datetime", "timedelta"}
_VALUES = _TEMPORAL | {
    *("any", "none", "bool", "int", "float", "decimal", "str", "bytes", "uuid", "enum", "literal", "is-instance"),
    *("list", "tuple", "set", "frozenset", "dict", "deque"),
}
_OTHERS = {
    *("nullable", "default", "union", "tagged-union", "lax-or-strict", "json-or-python", "definitions", "model"),
    *("definition-ref", "model-fields", "model-field", "typed-dict", "typed-dict-field", "dataclass", "dataclass-args"),
    *("dataclass-field", "function-after", "function-before", "function-wrap", "function-plain"),
}
# The schemas that reading uses: it validates Python values, and never strictly.
_INSIDE = ("schema", "items_schema", "keys_schema", "values_schema", "choices", "lax_schema", "python_schema", "fields")
_HARMLESS = {
    *(*_INSIDE, "type", "ref", "metadata", "strict", "serialization", "schema_ref", "definitions", "strict_schema"),
    *("json_schema", "cls", "members", "sub_type", "missing", "expected", "variadic_item_index", "default", "function"),
    *("default_factory", "default_factory_takes_data", "validate_default", "copy_default", "model_name", "cls_name"),
    *("computed_fields", "frozen", "validation_alias", "serialization_alias", "serialization_exclude", "required"),
    *("config", "extra_behavior", "total", "dataclass_name", "kw_only", "init", "slots", "post_init", "discriminator"),
    *("mode", "custom_error_type", "custom_error_message", "generic_origin", "root_model", "allow_inf_nan"),
    *("microseconds_precision", "from_attributes", "name"),
}
_TEXT_CHANGES = ("to_lower", "to_upper", "strip_whitespace")
_TEXT_SETTINGS = {*(f"str_{change}" for change in _TEXT_CHANGES), "str_min_length", "str_max_length"}
_HARMLESS_SETTINGS = _TEXT_SETTINGS | {
    *("title", "extra_fields_behavior", "from_attributes", "loc_by_alias", "populate_by_name", "validate_by_name"),
    *("validate_by_alias", "serialize_by_alias", "revalidate_instances", "validate_default", "strict", "frozen"),
    *("ser_json_timedelta", "ser_json_temporal", "ser_json_bytes", "ser_json_inf_nan", "val_json_bytes"),
    *("hide_input_in_errors", "validation_error_cause", "allow_inf_nan", "coerce_numbers_to_str", "cache_strings"),
    *("regex_engine", "typed_dict_total", "val_temporal_unit", "url_preserve_empty_path"),
}


def checks_of(record: type) -> tuple[bool, Accepts | None]:
    """Return whether a model needs a round trip, and a cheap check if it has fields with constraints only.

    Models inside of it have checks of their own. Other records count as a part of the model that they are inside of.
    """
    if not issubclass(record, BaseModel):
        return False, None
    schema: Any = getattr(record, "__pydantic_core_schema__", None)
    definitions: list[Any] = []
    if isinstance(schema, dict) and schema["type"] == "definitions":
        definitions, schema = schema["definitions"], schema["schema"]
    by_ref = {each["ref"]: each for each in definitions}
    schema = by_ref[schema["schema_ref"]] if definitions and schema["type"] == "definition-ref" else schema
    # Another schema is a function around the model, or the one value of a RootModel.
    if not isinstance(schema, dict) or schema["type"] != "model" or schema["schema"]["type"] != "model-fields":
        return True, None
    config, fields = schema.get("config", {}), schema["schema"]["fields"]
    risks = {name: risk_of(field, by_ref, config) for name, field in fields.items()}
    if (
        has_hook(record, schema)
        or _own_risk(schema, config)
        or _own_risk(schema["schema"], config)
        or CHANGES in risks.values()
    ):
        return True, None
    return _cheap_check({name: fields[name]["schema"] for name, risk in risks.items() if risk}, definitions, config)


def has_hook(record: type, schema: Schema) -> bool:
    """Return True if a method of a model, and not only that for private attributes, runs after it is read."""
    hook: Any = getattr(record, schema.get("post_init") or "", None)
    return hook is not None and hook.__name__ != "init_private_attributes"


def _cheap_check(fields: dict[str, Any], definitions: list[Any], config: Any) -> tuple[bool, Accepts | None]:
    if not fields:
        return False, None
    schema: Any = core_schema.typed_dict_schema(
        {name: core_schema.typed_dict_field(_without_default(each)) for name, each in fields.items()}, config=config
    )
    try:
        validator = SchemaValidator(core_schema.definitions_schema(schema, definitions))
    except SchemaError:
        return True, None

    def accepts(values: dict[str, Any]) -> bool:
        try:
            valid: dict[str, Any] = validator.validate_python(values, strict=False)
            return valid.items() <= values.items()
        except (ValidationError, TypeError):
            return False

    return False, accepts


def _without_default(schema: Any) -> Any:
    return _without_default(schema["schema"]) if schema["type"] == "default" else schema


def risk_of(schema: Any, definitions: Mapping[str, Any], config: Schema) -> int:
    """Return what reading may do to a value of a schema. Models inside of it are not looked at."""
    found, seen = NOTHING, set[str]()
    # The flag: there is no cheap check inside of it. An instance is not validated again, or not as the text it becomes.
    waiting: list[tuple[Any, Schema, bool]] = [(schema, config, False)]
    while waiting and found != CHANGES:
        part, config, is_inside = waiting.pop()
        inside: list[Any] = []
        if isinstance(part, (list, tuple)):  # the choices of a union, or the elements of a tuple
            inside = [*part]
        elif not isinstance(part.get("type"), str):  # fields or choices by their names
            inside = [*part.values()]
        else:
            own, kind = _own_risk(part, config), part["type"]
            found = max(found, CHANGES if own and is_inside else own)
            if kind == "definition-ref" and part["schema_ref"] not in seen:
                seen.add(part["schema_ref"])
                inside = [definitions.get(part["schema_ref"], {"type": "unknown"})]
            elif kind != "model" or part.get("root_model"):
                inside = [part[name] for name in _INSIDE if name in part]
            if kind in {"dataclass", "typed-dict", "union", "lax-or-strict", "json-or-python"}:
                config, is_inside = part.get("config", config), True
            elif kind == "definitions":
                definitions = {**definitions, **{each["ref"]: each for each in part["definitions"]}}
        waiting.extend((each, config, is_inside) for each in inside if isinstance(each, (dict, list, tuple)))
    return found


def _own_risk(schema: Schema, config: Schema) -> int:
    kind, settings = schema["type"], schema.get("config", {})
    more = {
        name for name, value in schema.items() if value is not None and value is not False and name not in _HARMLESS
    }
    is_value = kind in _VALUES and not (kind == "is-instance" and schema["cls"] not in SCALARS)
    is_known = is_value or (kind in _OTHERS and not more and _HARMLESS_SETTINGS.issuperset(settings))
    in_milliseconds = kind in _TEMPORAL and config.get("val_temporal_unit") == "milliseconds"
    if not is_known or in_milliseconds or not _is_usual(schema.get("serialization")):
        return CHANGES
    if kind.startswith("function-"):
        # Pydantic reads its usual types by functions of its own, and checks constraints by partial ones.
        function = schema["function"]["function"]
        is_partial = isinstance(function, partial)
        is_constraint = is_partial and any(value is not None for value in function.keywords.values())
        return REFUSES * is_constraint if _is_own(function.func if is_partial else function) else CHANGES
    more -= {"tz_constraint"} if schema.get("tz_constraint") in {"aware", "naive"} else set()  # the encoder checks it
    if kind == "default" and "default" in schema and _is_validated(schema, config):
        return CHANGES  # what an absent attribute is read as
    if kind == "str" and any(schema.get(change, config.get(f"str_{change}")) for change in _TEXT_CHANGES):
        return CHANGES_TEXT
    if schema.get("serialization_exclude") and _is_validated(schema["schema"], config):
        return CHANGES  # it is always absent
    if kind == "typed-dict":
        return CHANGES  # Pydantic does not serialize keys that it has no field for
    return REFUSES if more or (kind == "str" and any(map(config.get, _TEXT_SETTINGS))) else NOTHING


def _is_validated(default: Schema, config: Schema) -> bool:
    return bool(default.get("validate_default", config.get("validate_default")))


def _is_usual(serialization: Any) -> bool:
    """Return True for a serialization that is only for JSON, or that a usual type of Pydantic has."""
    if serialization is None:
        return True
    is_text = serialization["type"] in {"to-string", "format"}
    used = serialization.get("when_used", "json-unless-none" if is_text else "always")
    return used not in APPLIED or _is_own(serialization.get("function"))


def _is_own(function: Any) -> bool:
    module = str(getattr(function, "__module__", ""))
    return module.startswith("pydantic._internal.") or module == TimeToLive.__module__
