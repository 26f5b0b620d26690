"""Queries and scans of models with templates: the parts of keys, and the items of the model among those of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._expressions.conditions import Condition, joined
from pydamodb._expressions.key_ranges import KeyRange, key_range
from pydamodb._expressions.render_conditions import paths_in
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations.pages import Source
from pydamodb._operations.part_keys import markers_on, part_values
from pydamodb._operations.table import ModelTable


class Parts(NamedTuple):
    """The partition of a query by parts, by key attributes, and the parts that it says by their own attributes."""

    partition: dict[str, AttributeValue]
    known: dict[str, AttributeValue]


def partition_of(
    table: ModelTable[Any], source: Source, given: Sequence[tuple[str, Any]]
) -> tuple[Parts, list[tuple[str, Any]]]:
    """Make the key attributes that have templates; return them, and the attributes that have none with their values."""
    formats = table.kind(source.schema).all_formats
    partition, known = dict[str, AttributeValue](), dict[str, AttributeValue]()
    for name, value in given:
        template = formats.get(name)
        if template is not None:
            values = part_values(table, template.parts, value)
            partition[name] = cast("AttributeValue", template.make(values))
            known |= {part.attribute: values[part.attribute] for part in template.parts if template.says(part)}
    return Parts(partition, known), [(name, value) for name, value in given if name not in formats]


def range_of(
    table: ModelTable[Any], source: Source, condition: Condition | None, known: Mapping[str, AttributeValue]
) -> KeyRange | None:
    """Return the range of the sort key, None if no template makes it."""
    names = source.keys.sort_keys
    template = table.kind(source.schema).all_formats.get(names[0]) if names else None
    if template is None:
        return None
    found = key_range(table.model, template, condition, known)
    for each in found.filters:
        for path in paths_in(each, table.model):
            if path.steps[0] in source.keys.attributes:
                message = (
                    f"query of {table.model_name}: sort_key_condition about {path.label}: DynamoDB has no range for "
                    f"two excluded bounds of a key; use <=, >= or between()"
                )
                raise InvalidConditionError(message, model_name=table.model_name)
    return found


def rendered_range(builder: ExpressionBuilder, attribute: str, wanted: KeyRange) -> Iterator[str]:
    """Render a range as the condition of a sort key; nothing for all items of a partition."""
    if wanted.operator:
        name, operands = builder.attribute(attribute), [builder.value(each) for each in wanted.operands]
        if wanted.operator == "begins_with":
            yield f"begins_with({name}, {operands[0]})"
        else:
            yield f"{name} {wanted.operator} {' AND '.join(operands)}"


def own_items(
    table: ModelTable[Any], source: Source, condition: Condition | None, more: Sequence[Condition] = ()
) -> Condition | None:
    """Add to a filter what DynamoDB knows of the kind of items: their markers."""
    if table.templates is None:
        return condition
    return joined(*markers_on(table, source.schema, source.keys, source.secondary), condition, *more)
