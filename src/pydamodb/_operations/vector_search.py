"""SearchVectors: the items of a vector index whose vectors are the nearest to a vector.

What a condition may say is DynamoDB's to decide. Here only its fields are checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from pydantic import BaseModel

from pydamodb._codec.attribute_values import number
from pydamodb._codec.readers import Reader
from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.markers import as_list
from pydamodb._core.results import VectorMatch
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema, VectorIndexSchema
from pydamodb._core.vectors import rounded, vector_problem
from pydamodb._expressions.conditions import Condition, Eq, as_condition, joined
from pydamodb._expressions.render_conditions import paths_in
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations.describe import table_schema
from pydamodb._operations.invalid_items import InvalidItems, OnInvalid, check_on_invalid
from pydamodb._operations.keys import key_value
from pydamodb._operations.projections import check_index, index_reader, projection_reader
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable

MOST_MATCHES = 100
_UNKNOWN_OPERATION = {"UnknownOperationException", "404"}  # of DynamoDB Local, of moto


@dataclass(frozen=True, kw_only=True)
class VectorSearch:
    """What to search. The names are those of the index's method; `given` are its positional arguments."""

    index: VectorIndexSchema
    given: tuple[Any, ...]
    top_k: int = 10
    condition: Condition | None = None
    projection: type[BaseModel] | None = None
    on_invalid: OnInvalid | None = None


def search(table: ModelTable[Any], wanted: VectorSearch) -> Operation[list[VectorMatch[Any]]]:
    """Return the nearest items, the best first."""
    index = wanted.index
    vector = _vector(table, wanted)
    if wanted.on_invalid is not None:
        check_on_invalid("search", table.model_name, wanted.on_invalid)
    smaller = None if wanted.projection is None else projection_reader(table, "search", wanted.projection)
    if wanted.condition is not None:
        _check_condition(table, index, wanted.condition)
    schema = table.known_schema or (yield from table_schema(table))
    reader = _reader(table, index, schema, smaller)
    builder = ExpressionBuilder(table.model)
    payload = {
        "TableName": table.table_name,
        "IndexName": index.name,
        "SearchVector": [number(each) for each in rounded(vector)],
        "TopK": wanted.top_k,
        **builder.arguments(
            SearchConditionExpression=_selection(table, schema, builder, wanted),
            ProjectionExpression=builder.projection(_attributes(table, index, schema, reader)),
        ),
    }
    try:
        reply = yield Request("SearchVectors", payload, (table,))
    except RequestFailed as failure:
        if failure.code in _UNKNOWN_OPERATION:
            failure.message += " (this engine has no vector search; ministack has)"
        raise
    operation, keys = "SearchVectors", schema.keys.attributes
    invalid = InvalidItems(
        table.model_name, table.table_name, operation, keys, {}, wanted.on_invalid, leaves_out_foreign=True
    )
    found = ((reader.read(each["Item"], invalid.handle), float(each["Score"])) for each in reply["SearchResults"])
    return [VectorMatch(item, score) for item, score in found if item is not None]


def _vector(table: ModelTable[Any], wanted: VectorSearch) -> Sequence[float]:
    """Check the positional arguments and `top_k`; return the vector."""
    index, subject = wanted.index, f"search of {table.model_name}, index {wanted.index.name!r}"
    takes = ["a vector"] if index.partition_key is None else [f"the value of {index.partition_key!r}", "a vector"]
    if len(wanted.given) != len(takes):
        count = f"{len(wanted.given)} argument{'s' * (len(wanted.given) != 1)}"
        raise table.invalid_request(f"{subject} takes {' and '.join(takes)}, got {count}")
    given: object = as_list(wanted.given[-1])
    if not isinstance(given, Sequence) or isinstance(given, (str, bytes)):
        raise table.invalid_request(f"{subject}: a vector is a sequence of numbers, got {type(given).__name__}")
    vector = cast("Sequence[float]", given)
    if problem := vector_problem(vector, index.dimensions):
        raise table.invalid_request(f"{subject}: {problem}")
    if type(wanted.top_k) is not int or not 1 <= wanted.top_k <= MOST_MATCHES:
        expected = f"a whole number from 1 to {MOST_MATCHES}"
        raise table.invalid_request(f"{subject}: top_k is {expected}, got {wanted.top_k!r}")
    return vector


def _check_condition(table: ModelTable[Any], index: VectorIndexSchema, condition: Condition) -> None:
    for path in paths_in(as_condition(condition), table.model):
        if path.steps == (index.partition_key,):
            reason = "it is the partition key of the index: give its value as the first argument"
        elif path.steps not in {(name,) for name in index.filters}:
            filters = f"its filters are {', '.join(index.filters)}" if index.filters else "it has no filters"
            reason = f"it is no filter of the index: {filters}"
        else:
            continue
        message = f"search of {table.model_name}, index {index.name!r}: condition about {path.label}: {reason}"
        raise InvalidConditionError(message, model_name=table.model_name)


def _selection(
    table: ModelTable[Any], schema: TableSchema, builder: ExpressionBuilder, wanted: VectorSearch
) -> str | None:
    """Render what items are searched: their partition, what marks the kind of the model, and the condition."""
    index = wanted.index
    parts: list[str] = []
    if index.partition_key is not None:
        value = key_value(table, schema, index.partition_key, wanted.given[0])
        parts.append(builder.equal(index.partition_key, value))
    constants: Mapping[str, str] = {} if table.templates is None else table.templates.markers
    condition = wanted.condition
    said = [] if condition is None else [path.steps[0] for path in paths_in(condition, table.model)]
    markers = [
        Eq(table.paths[name], constants[name]) for name in index.filters if name in constants if name not in said
    ]
    condition = joined(*markers, condition)
    if condition is not None:
        parts.append(str(builder.condition(condition, joined=bool(parts))))
    return " AND ".join(parts) or None


def _reader(table: ModelTable[Any], index: VectorIndexSchema, schema: TableSchema, smaller: Reader | None) -> Reader:
    """Return the reader of the items. Check that the index has what it needs.

    An item is read by the names of the model's attributes: it may have others, so that it is not the whole item.
    """
    includes = frozenset((*index.includes, *index.searched, index.attribute))
    as_index = IndexSchema(index.name, KeySchema((), ()), is_global=True, whole=index.whole, includes=includes)
    reader = index_reader(table, as_index, schema.keys, table.reader(schema, smaller))
    check_index(table, "search", as_index, schema.keys, reader)
    return replace(reader, in_part=reader.in_part or table.keeps_unknown)


def _attributes(table: ModelTable[Any], index: VectorIndexSchema, schema: TableSchema, reader: Reader) -> Sequence[str]:
    """Return the attributes to read. Without their names, DynamoDB does not return the vectors."""
    if reader.sources is not None:
        return reader.attributes
    record = table.record
    names = [field.attribute for field in record.fields.values() if field.stored and not field.computed]
    names += [str(place[0]) for places in record.other_places.values() for place in places]
    names += [*schema.keys.attributes, *(reader.kind.needed if reader.kind is not None else ())]
    if index.whole:
        return tuple(dict.fromkeys(names))
    projected = {*schema.keys.attributes, *index.searched, index.attribute, *index.includes}
    return tuple(name for name in dict.fromkeys(names) if name in projected)
