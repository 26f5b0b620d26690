"""Random models with whatever Pydantic has that touches validation or serialization, and random instances of them.

The seed of a run is pytest's option `--hypothesis-seed`, else 0: the model number n of a run has the seed `seed + n`.
So a failure, which names the seed of its model, is repeated with `--hypothesis-seed=SEED`. The profile of hypothesis
(`HYPOTHESIS_PROFILE=models`: 2,000) says how many models there are.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from random import Random
from typing import Annotated, Any

import pydantic
import pytest
from hypothesis import settings
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    Field,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import SchemaError
from random_classes import IS_NEW, Anonymous, Size
from random_types import HASHABLE, LEAVES, SCALARS, Kind, anything, number, text

from pydamodb import Attribute, ConfigurationError

REFUSED = (pydantic.PydanticUserError, SchemaError, ConfigurationError)


def seeds(config: pytest.Config, times: int = 1) -> range:
    """Return the seeds of the models of a run: as many as the profile has examples, or some times as many."""
    first = int(config.getoption("hypothesis_seed") or 0)
    return range(first, first + times * settings().max_examples)


def random_models(seeds: range, base: type[BaseModel] | None = None) -> Iterator[tuple[int, Random, Kind]]:
    """Make a model for each seed, derived from a base class; yield it with what its instances are made by."""
    for seed in seeds:
        random = Random(seed)  # noqa: S311 - no secret
        yield seed, random, model_kind(random, base=base)


def kind(random: Random, depth: int = 0) -> Kind:  # noqa: PLR0911 - a table of kinds
    """Make a kind of field."""
    choice = random.randrange(17) if depth < 3 else 0
    if choice < 7:
        return random.choice(LEAVES)
    if choice == 7:
        return model_kind(random, depth + 1)
    inner = kind(random, depth + 1)
    few = range(random.randrange(3))
    most: Any = Field(max_length=random.randrange(1, 3)) if random.random() < 0.4 else None
    if choice in {8, 9}:
        return Kind(
            inner.annotation | None if _joins(inner.annotation) else Any, lambda r: r.choice([None, inner.value(r)])
        )
    if choice in {10, 11}:
        return Kind(Annotated[list[inner.annotation], most], lambda r: [inner.value(r) for _ in few])
    if choice == 12:
        key: Any = random.choice(
            [str, int, Annotated[str, Field(min_length=2)], Annotated[str, AfterValidator(str.lower)], Size]
        )
        keys: dict[Any, Any] = {int: number, Size: lambda r: r.choice([*Size])}
        return Kind(
            Annotated[dict[key, inner.annotation], most],
            lambda r: {keys.get(key, text)(r): inner.value(r) for _ in few},
        )
    if choice == 13:
        other = kind(random, depth + 1)
        return Kind(tuple[inner.annotation, other.annotation], lambda r: (inner.value(r), other.value(r)))
    if choice == 14:
        element = random.choice([each for each in SCALARS if each.annotation in HASHABLE])
        of: Any = random.choice([set, frozenset])
        return Kind(Annotated[of[element.annotation], most], lambda r: of(element.value(r) for _ in few))
    if choice == 15:
        return Kind(deque[inner.annotation], lambda r: deque(inner.value(r) for _ in few))
    if not _joins(inner.annotation):
        return inner
    return Kind(inner.annotation | str, lambda r: r.choice([text, inner.value])(r))


def _joins(annotation: Any) -> bool:
    try:
        return annotation not in (Any, None) and annotation | str is not None
    except TypeError:
        return False


# --- methods of classes ---


def _validator(*names: str, by: Callable[[Any], Any], mode: Any) -> Any:
    return field_validator(*names, mode=mode)(classmethod(lambda _, value: by(value)))


def _wrapped(value: Any, handler: Callable[[Any], Any]) -> Any:
    result = handler(value)
    return result[:1] if isinstance(result, (str, list)) else result


def _simple(value: Any) -> Any:
    if not isinstance(value, (str, bool, int, bytes, type(None))):
        raise TypeError("too complex")
    return value


def _grow(values: Any, name: str) -> Any:
    return {**values, name: values[name] + 1} if isinstance(values, dict) and type(values.get(name)) is int else values


def _change(self: Any, name: str) -> Any:
    if isinstance(vars(self).get(name), str):
        vars(self)[name] = vars(self)[name].strip()
    return self


def _is_even(self: Any) -> Any:
    if any(type(value) is int and value == 7 for value in vars(self).values()):
        raise ValueError("seven")
    return self


def _same(self: Any, value: Any) -> Any:
    return value


def _as_text(self: Any, value: Any) -> Any:
    return str(value)


def _handled(self: Any, value: Any, handler: Callable[[Any], Any]) -> Any:
    return handler(value)


def methods(random: Random, names: list[str]) -> dict[str, Any]:
    """Make validators and serializers of a class."""
    name = random.choice(names)

    def wrap_model(_: Any, values: Any, handler: Callable[[Any], Any]) -> Any:
        return handler(_grow(values, name))

    return random.choice(
        [
            *[dict] * 6,
            lambda: {"_v": _validator(name, by=lambda v: v.lower() if isinstance(v, str) else v, mode="after")},
            lambda: {"_v": _validator(name, by=lambda v: v + v if isinstance(v, (str, list)) else v, mode="before")},
            lambda: {"_v": _validator(name, by=_simple, mode="plain")},
            lambda: {"_v": _validator("*", by=lambda v: v, mode="after")},
            lambda: {"_v": field_validator(name, mode="wrap")(classmethod(lambda _, v, handler: _wrapped(v, handler)))},
            lambda: {"_s": field_serializer(name)(_same)},
            lambda: {"_s": field_serializer(name)(_as_text)},
            lambda: {"_s": field_serializer(name, mode="wrap")(_handled)},
            lambda: {"_s": field_serializer("*", when_used="json")(_as_text)},
            lambda: {"_m": model_validator(mode="before")(classmethod(lambda _, values: _grow(values, name)))},
            lambda: {"_m": model_validator(mode="wrap")(classmethod(wrap_model))},
            lambda: {"_m": model_validator(mode="after")(lambda self: self)},
            lambda: {"_m": model_validator(mode="after")(lambda self: _change(self, name))},
            lambda: {"_m": model_validator(mode="after")(_is_even)},
            lambda: {"_m": model_serializer(mode="wrap")(lambda self, handler: {**handler(self), "more": 1})},
            lambda: {"_m": model_serializer(mode="plain")(lambda self: dict(vars(self)))},
            lambda: {
                "_m": model_serializer(mode="wrap")(
                    lambda self, handler: {k: v for k, v in handler(self).items() if k != name}
                )
            },
        ]
    )()


CONFIGS: list[dict[str, Any]] = [
    *([{}] * 6),
    *({"str_to_lower": True}, {"str_to_upper": True}, {"str_strip_whitespace": True}, {"str_min_length": 1}),
    *({"str_max_length": 2}, {"use_enum_values": True}, {"strict": True}, {"extra": "allow"}, {"extra": "forbid"}),
    *({"ser_json_timedelta": "float"}, {"val_json_bytes": "base64"}, {"validate_default": True}, {"frozen": True}),
    *({"revalidate_instances": "always"}, {"ser_json_bytes": "base64"}, {"coerce_numbers_to_str": True}),
    *({"validate_assignment": True}, {"extra": "ignore"}, {"from_attributes": True}, {"defer_build": True}),
    *(
        {"ser_json_bytes": "hex", "val_json_bytes": "hex"},
        {"ser_json_inf_nan": "constants"},
        {"hide_input_in_errors": True},
    ),
    *({"revalidate_instances": "subclass-instances"}, {"allow_inf_nan": False}, {"regex_engine": "python-re"}),
    *({"alias_generator": to_camel}, {"alias_generator": to_camel, "populate_by_name": True}),
    *({"alias_generator": to_camel, "serialize_by_alias": True}, {"alias_generator": str.upper}),
    *({"populate_by_name": True, "serialize_by_alias": True}, {"validate_by_name": True, "validate_by_alias": False}),
    *({"use_enum_values": True, "validate_default": True}, {"cache_strings": "none"}, {"loc_by_alias": False}),
    *([{"val_temporal_unit": "milliseconds"}, {"ser_json_temporal": "milliseconds"}] if IS_NEW else []),
]


def _names(random: Random, name: str) -> tuple[dict[str, Any], Any]:
    """Make options of a field that name it, and a mark."""
    if random.random() < 0.6:
        return {}, None
    other = f"{name}_other"
    return random.choice(
        [
            ({"alias": other}, None),
            ({"serialization_alias": other}, None),
            ({"validation_alias": other}, None),
            ({"validation_alias": AliasChoices(name, other)}, None),
            ({"validation_alias": AliasChoices(other, AliasPath("deep", "er", name))}, None),
            ({"validation_alias": AliasPath("deep", name)}, None),
            ({"validation_alias": AliasPath("row", 0)}, None),
            ({}, Attribute(other)),
            ({"alias": other}, Attribute(f"{name}.marked")),
        ]
    )


def _field(random: Random, name: str, each: Kind) -> tuple[Any, Any]:
    options, mark = _names(random, name)
    if random.random() < 0.35:
        default = random.choice([None, each.value(random)])
        options |= random.choice([{"default": default}, {"default": default}, {"default_factory": lambda: default}])
        options |= random.choice([{}, {}, {}, {"validate_default": True}])
        if random.random() < 0.2:
            options["exclude"] = True
    if IS_NEW and random.random() < 0.05:
        options["exclude_if"] = lambda v: not v
    annotation = each.annotation if mark is None else Annotated[each.annotation, mark]
    return annotation, Field(**options)


def _computed(names: list[str]) -> Any:
    return computed_field(property(lambda self: str(getattr(self, names[0], None)), doc="Compute."), return_type=str)


def model_kind(random: Random, depth: int = 0, base: type[BaseModel] | None = None) -> Kind:
    """Make a model that Pydantic and we accept, and what makes its instances: validated, constructed, changed."""
    while True:
        kinds = {f"f{index}": kind(random, depth) for index in range(random.randrange(1, 4))}
        try:
            fields: Any = {name: _field(random, name, each) for name, each in kinds.items()}
            made = _class(random, fields, base)
            made.model_rebuild()
        except REFUSED:
            continue
        return Kind(made, partial(instance_of, made, kinds), kinds)


def _class(random: Random, fields: dict[str, Any], base: type[BaseModel] | None) -> type[BaseModel]:
    config: Any = random.choice(CONFIGS)
    own = methods(random, [*fields])
    if random.random() < 0.15:
        own["area"] = _computed([*fields])
    configured = type("Configured", (base or BaseModel,), {"model_config": config, "__module__": __name__})
    return pydantic.create_model("Random", __base__=configured, __validators__=own, __module__=__name__, **fields)


def instance_of(made: type[BaseModel], kinds: Mapping[str, Kind], random: Random) -> Any:
    """Make an instance: validated or not, and perhaps changed without validation."""
    values = {name: each.value(random) for name, each in kinds.items()}
    if made.model_config.get("extra") == "allow" and random.random() < 0.5:
        values["surplus"] = anything(random)
    if random.random() < 0.3:
        by_alias = random.random() < 0.5 and made.model_config.get("extra") != "allow"  # they would be extra values
        return made.model_construct(**_by_alias(made, values) if by_alias else values)
    try:
        instance = made.model_validate(_by_alias(made, values))
    except Exception:  # noqa: BLE001 - validators raise anything
        return made.model_construct(**values)
    if random.random() < 0.4:  # an assignment without validation, also to frozen models
        name = random.choice([*kinds])
        vars(instance)[name] = kinds[name].value(random)
    elif random.random() < 0.2:
        _change_in_place(random, vars(instance)[random.choice([*kinds])])
    return instance


def _by_alias(made: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the names that validation looks for."""
    data: dict[str, Any] = {}
    for name, value in values.items():
        info = made.model_fields.get(name)
        alias = None if info is None else info.validation_alias or info.alias
        alias = alias.choices[0] if isinstance(alias, AliasChoices) else alias
        if made.model_config.get("validate_by_alias", True) is False:
            alias = None
        place: Any = data
        *outer, last = alias.path if isinstance(alias, AliasPath) else [alias or name]
        if last == 0:
            place.setdefault(outer[0], [value])
            continue
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return data


def _change_in_place(random: Random, value: Any) -> None:
    if isinstance(value, list):
        value.append(random.choice([1, "A", -1, None, *value[:1]]))
    elif isinstance(value, set):
        value.add(random.choice([1, "A", -1]))
    elif isinstance(value, dict):
        value[random.choice(["a", "B"])] = random.choice([1, "A", -1, None])
    elif isinstance(value, BaseModel) and vars(value):
        vars(value)[random.choice([*vars(value)])] = random.choice([1, "A", -1, None])


def plain(value: Any) -> Any:
    """Return a value in a form that compares all parts that are stored, with their types.

    Numbers are equal as in Python: an `int` in a `Decimal` field comes back as a Decimal. So are texts and enums.
    """
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        kept = {name: part for name, part in vars(value).items() if not (name in fields and fields[name].exclude)}
        return type(value).__name__, plain(kept), plain(value.model_extra or {})
    if dataclasses.is_dataclass(value):
        # a field with `init=False` that was read has its default on the class
        return type(value).__name__, {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Anonymous):
        return type(value).__name__, plain(vars(value))
    if isinstance(value, dict):
        return type(value).__name__, {key: (plain(key), plain(part)) for key, part in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return type(value).__name__, [plain(part) for part in value]
    if isinstance(value, (set, frozenset)):
        return type(value).__name__, {part if isinstance(part, tuple) else plain(part) for part in value}
    if isinstance(value, str):
        return "str", str.__str__(value.value if isinstance(value, Enum) else value)
    return (type(value).__name__, value) if isinstance(value, (bool, bytes)) else value
