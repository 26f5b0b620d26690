"""The attribute name of each field, and the promise that it finds its way back to that field.

An attribute is called what the field is called when it is serialised: its serialisation alias, else its alias, else
its name. A model that would not read its own attributes again is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo

from pydamodb.exceptions import ConfigurationError

__all__ = ["attribute_names"]


def attribute_names(model: type[BaseModel]) -> dict[str, str]:
    """Map the names of fields and computed fields to attribute names.

    Raises:
        ConfigurationError: An attribute would not be read back into its field, or two fields share one attribute.
    """
    names = {name: info.serialization_alias or name for name, info in model.model_fields.items()}
    for name, info in model.model_fields.items():
        if not info.exclude and names[name] not in _accepted(model, name, info):
            message = (
                f"{model.__name__}.{name} is stored as {names[name]!r}, which its validation alias does not read back. "
                f"Give it one alias for both ways, or add {names[name]!r} to its validation aliases (AliasChoices)."
            )
            raise ConfigurationError(message, model_name=model.__name__)
    names |= {name: info.alias or name for name, info in model.model_computed_fields.items()}
    if len(set(names.values())) < len(names):
        _refuse_shared(model, names)
    return names


def _accepted(model: type[BaseModel], name: str, info: FieldInfo) -> Iterator[str]:
    """Yield the names under which Pydantic looks for the field in a mapping."""
    config = model.model_config
    alias = info.validation_alias
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    if alias is None or by_name:
        yield name
    if config.get("validate_by_alias", True):
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        for choice in choices:
            if isinstance(choice, str):
                yield choice
            elif isinstance(choice, AliasPath) and len(choice.path) == 1:
                yield str(choice.path[0])


def _refuse_shared(model: type[BaseModel], names: dict[str, str]) -> None:
    taken: dict[str, str] = {}
    for name, attribute in names.items():
        if other := taken.get(attribute):
            message = (
                f"{model.__name__}.{other} and {model.__name__}.{name} are both stored as {attribute!r}, so that one "
                f"would overwrite the other. Give one of them another alias."
            )
            raise ConfigurationError(message, model_name=model.__name__)
        taken[attribute] = name
