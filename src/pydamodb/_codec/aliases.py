"""The attribute name of each field, and the promise that it finds its way back to that field.

An attribute is called what the field is called when it is serialised: its serialisation alias, else its alias, else
its name. A model that would not read its own attributes again is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from pydamodb._core.exceptions import ConfigurationError


def attribute_names(model: type[BaseModel]) -> dict[str, str]:
    """Map the names of a model's fields and computed fields to attribute names.

    Raises:
        ConfigurationError: An attribute would not be read back into its field, or would be read into another one.
    """
    names = field_attributes(model, model.model_fields, model.model_config)
    names |= {name: info.alias or name for name, info in model.model_computed_fields.items()}
    if len(set(names.values())) < len(names):
        _refuse_shared(model, names)
    _refuse_shared_readings(model, names)
    return names


def reading_names(model: type[BaseModel]) -> dict[str, str]:
    """Map the names of a model's fields to the names that they are read from, whatever they are serialised as.

    A field that is only read from inside of another value (an `AliasPath`) is left out.

    Raises:
        ConfigurationError: A field would take another one's value.
    """
    accepted = {name: [*_accepted(name, info, model.model_config)] for name, info in model.model_fields.items()}
    # Pydantic looks for an alias before it looks for the name.
    names = {
        name: next((each for each in choices if each != name), name) for name, choices in accepted.items() if choices
    }
    _refuse_shared_readings(model, names)
    return names


def _refuse_shared_readings(model: type[BaseModel], names: Mapping[str, str]) -> None:
    """Refuse a field that would take the value of another one where its own is absent."""
    owners = {attribute: name for name, attribute in names.items()}
    for name, info in model.model_fields.items():
        for accepted in _accepted(name, info, model.model_config):
            if owners.get(accepted, name) != name:
                message = (
                    f"{model.__name__}.{name} also reads {accepted!r}, which is the attribute of "
                    f"{model.__name__}.{owners[accepted]}: where its own attribute is absent, it would take that "
                    f"field's value. Rename one of the aliases."
                )
                raise ConfigurationError(message, model_name=model.__name__)


def field_attributes(record: type, infos: Mapping[str, FieldInfo], config: ConfigDict) -> dict[str, str]:
    """Map the names of fields to attribute names.

    Raises:
        ConfigurationError: An attribute would not be read back into its field.
    """
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
    """Yield the names under which Pydantic looks for the field in a mapping."""
    alias = info.validation_alias or info.alias
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
