"""The `pydamo_key` of a model: its templates, and the schema of a table whose keys the configuration names.

Templates are checked when the class is made, if its types are known then. The configuration, which may be assigned
later, is checked when the table is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.templated_keys import Kind, TemplatedKeys, templated_keys
from pydamodb._core.config import PydamoConfig
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.table_schema import KeySchema
from pydamodb._core.templates import KeyTemplate


def templates_of(model: type[BaseModel], *, has_sort_key: bool) -> TemplatedKeys | None:
    """Return the templates of a model, None if it has none.

    Raises:
        ConfigurationError: No key can be made with a template.
    """
    given: Any = getattr(model, "pydamo_key", None)
    if given is None:
        return None
    if not isinstance(given, KeyTemplate):
        message = f"{model.__name__}: pydamo_key is a KeyTemplate(partition_key, sort_key), got {type(given).__name__}"
        raise ConfigurationError(message, model_name=model.__name__)
    return templated_keys(model, given, has_sort_key=has_sort_key)


def kind_of(model: Any, key: Mapping[str, AttributeValue]) -> Kind | None:
    """Return the templates of a model with the names of a stored key, None if the model has no templates.

    The key may have its two attributes in any order: their templates say which one is the partition key.
    """
    templates = templates_of(model, has_sort_key=model.__pydamo_has_sort_key__)
    if templates is None:
        return None
    config: Any = getattr(model, "pydamo_config", None)
    first = config.partition_key if isinstance(config, PydamoConfig) else None
    names = sorted(key, key=lambda name: name != first)
    kinds = [Kind(templates, KeySchema((each[0],), tuple(each[1:]))) for each in (names, names[::-1])]
    return kinds[1] if first is None and kinds[1].has(key) and not kinds[0].has(key) else kinds[0]


def check_templates(model: type[BaseModel], *, has_sort_key: bool) -> None:
    """Check the templates of a class that was just made, unless its types are not known yet."""
    is_open = bool(model.__pydantic_generic_metadata__["parameters"])
    if model.__pydantic_complete__ and not is_open:
        templates_of(model, has_sort_key=has_sort_key)


def named_keys(templates: TemplatedKeys, config: PydamoConfig) -> KeySchema | None:
    """Return the keys that the configuration names, None if they have to be read from the table.

    Raises:
        ConfigurationError: The names do not fit the templates.
    """
    if config.partition_key is None:
        if not config.indexes:
            return None
        reason = (
            'pydamo_config declares indexes, so it names the keys of the table too: PydamoConfig(partition_key="pk")'
        )
    elif (config.sort_key is None) != (templates.sort is None):
        has, missing = ("a sort_key", "no") if templates.sort is not None else ("no sort_key", "a")
        reason = f"its KeyTemplate has {has}, and pydamo_config names {missing} sort_key of the table"
    else:
        return KeySchema((config.partition_key,), () if config.sort_key is None else (config.sort_key,))
    name = templates.model.__name__
    raise ConfigurationError(f"{name}: {reason}", model_name=name)
