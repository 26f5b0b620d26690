"""The attribute name of each field, and the check that the field reads that attribute again.

The attribute name is the field's serialization alias, else its alias, else its name. A model that cannot read its own
attributes is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from pydamodb._core.exceptions import ConfigurationError


def attribute_names(model: type[BaseModel]) -> dict[str, str]:
    """Map the names of a model's fields and computed fields to attribute names, or raise ConfigurationError."""
    names = field_attributes(model, model.model_fields, model.model_config)
    names |= {name: info.alias or name for name, info in model.model_computed_fields.items()}
    owners: dict[str, str] = {}
    for name, attribute in names.items():
        if (other := owners.setdefault(attribute, name)) != name:
            message = (
                f"{model.__name__}.{other} and {model.__name__}.{name} are both stored as {attribute!r}, so that one "
                f"would overwrite the other. Give one of them another alias."
            )
            raise ConfigurationError(message, model_name=model.__name__)
    _refuse_shared_readings(model, names)
    return names


def reading_names(model: type[BaseModel]) -> dict[str, str]:
    """Map the names of a model's fields to the names that they are read from. Serialization aliases play no part.

    A field that is only read from the inside of another value (an `AliasPath`) is left out.
    """
    accepted = {name: [*_accepted(name, info, model.model_config)] for name, info in model.model_fields.items()}
    # Pydantic looks for an alias before it looks for the name.
    names = {
        name: next((each for each in choices if each != name), name) for name, choices in accepted.items() if choices
    }
    _refuse_shared_readings(model, names)
    return names


def _refuse_shared_readings(model: type[BaseModel], names: Mapping[str, str]) -> None:
    """Refuse a field that reads another field's attribute if its own attribute is absent."""
    owners = {attribute: name for name, attribute in names.items()}
    for name, info in model.model_fields.items():
        for accepted in _accepted(name, info, model.model_config):
            if owners.get(accepted, name) != name:
                message = (
                    f"{model.__name__}.{name} also reads {accepted!r}, which is the attribute of "
                    f"{model.__name__}.{owners[accepted]}. If its own attribute is absent, it would take that field's "
                    f"value. Rename one of the aliases."
                )
                raise ConfigurationError(message, model_name=model.__name__)


def field_attributes(record: type, infos: Mapping[str, FieldInfo], config: ConfigDict) -> dict[str, str]:
    """Map the names of fields to attribute names, or raise ConfigurationError."""
    names = {name: info.serialization_alias or info.alias or name for name, info in infos.items()}
    for name, info in infos.items():
        if not info.exclude and names[name] not in _accepted(name, info, config):
            message = (
                f"{record.__name__}.{name} is stored as {names[name]!r}, which its validation alias does not read "
                f"back. Give it one alias for both ways, or add {names[name]!r} to its validation aliases "
                f"(AliasChoices)."
            )
            raise ConfigurationError(message, model_name=record.__name__)
    return names


def _accepted(name: str, info: FieldInfo, config: ConfigDict) -> Iterator[str]:
    """Yield the names that Pydantic reads the field from in a mapping."""
    alias = info.validation_alias or info.alias
    if alias is None or config.get("populate_by_name") or config.get("validate_by_name"):
        yield name
    if config.get("validate_by_alias", True):
        for choice in alias.choices if isinstance(alias, AliasChoices) else [alias]:
            if isinstance(choice, str):
                yield choice
            elif isinstance(choice, AliasPath) and len(choice.path) == 1:
                yield str(choice.path[0])
