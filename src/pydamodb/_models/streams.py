"""Records of DynamoDB Streams, from Lambda, boto3 or a Kinesis stream, read as models. No requests.

Lambda has base64 strings where boto3 has bytes, and seconds where boto3 has datetimes. Kinesis has milliseconds or
microseconds, and no sequence numbers of DynamoDB.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Generic, Literal, TypeAlias, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from pydamodb._codec import attribute_values
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import validate_item
from pydamodb._codec.origins import keep_origin
from pydamodb._codec.stored_keys import stored_keys
from pydamodb._codec.templated_keys import Kind
from pydamodb._core.config import PydamoConfig
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.keys import Key
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.markers import EPOCH
from pydamodb._models.declared_keys import declared_schema
from pydamodb._models.templates import kind_of, templates_of
from pydamodb._operations.invalid_items import InvalidItems

ModelT = TypeVar("ModelT", bound=BaseModel)
ModelT_co = TypeVar("ModelT_co", bound=BaseModel, covariant=True)
EventName: TypeAlias = Literal["INSERT", "MODIFY", "REMOVE"]

_TIME_TO_LIVE = ("Service", "dynamodb.amazonaws.com")
_UNITS: dict[Any, str] = {"MILLISECOND": "milliseconds", "MICROSECOND": "microseconds"}
_FIRST_MILLISECONDS = 10**11  # the year 1973, or 5138 in seconds: without a precision, it is one or the other


@dataclass(frozen=True, kw_only=True)
class StreamRecord(Generic[ModelT_co]):
    """One change of one item.

    `keys` maps the key attributes to their stored values: strings, ints, Decimals or bytes. `key` is the key of a model
    with a `pydamo_key`, as `Model.key(...)` makes it; None for other models, and for a key that does not say all of its
    parts. `old_image` and `new_image` are the item before and after the change. An image is None if there was no item,
    or if the view type of the stream leaves it out. `sequence_number` gives the order of the changes of one item; it is
    empty in a record from Kinesis. `is_ttl_expiry` is True if DynamoDB deleted the item because its time to live was
    over.
    """

    event_name: EventName
    keys: dict[str, Any]
    old_image: ModelT_co | None
    new_image: ModelT_co | None
    sequence_number: str
    event_id: str | None = None
    approximate_creation_time: datetime | None = None
    is_ttl_expiry: bool = False
    key: Key[ModelT_co] | None = None


def read_stream_record(model: type[ModelT], record: Mapping[str, Any]) -> StreamRecord[ModelT]:
    """Read a record of DynamoDB Streams, with its images as models. No request is sent.

    Raises:
        InvalidRequestError: The argument is not a record of DynamoDB Streams.
        InvalidItemError: An image or the key does not fit the model.
    """
    name = _required_entry(model, record, "eventName", str)
    if name not in {"INSERT", "MODIFY", "REMOVE"}:
        raise _bad_record(model, f"its eventName is {name!r}")
    change = _required_entry(model, record, "dynamodb", Mapping)
    keys = _decoded_attributes(model, change, "Keys", attribute_values.decode_key)
    kind = _kind(model, change["Keys"])
    return StreamRecord(
        event_name=cast("EventName", name),
        keys=keys,
        old_image=_image(model, kind, record, "OldImage"),
        new_image=_image(model, kind, record, "NewImage"),
        key=None if kind is None else _key(model, kind, record),
        sequence_number=_required_entry(model, {"SequenceNumber": "", **change}, "SequenceNumber", str),
        event_id=record.get("eventID"),
        approximate_creation_time=_time(model, change),
        is_ttl_expiry=name == "REMOVE" and _identity(record.get("userIdentity")) == _TIME_TO_LIVE,
    )


def models_of(kinds: Any, record: Mapping[str, Any]) -> list[Any]:
    """Return the models of a collection, all of them with templates, of which the item of a record can be.

    Raises:
        InvalidRequestError: The argument is not a record of DynamoDB Streams.
    """
    change = _required_entry(kinds, record, "dynamodb", Mapping)
    for name in ("Keys", "NewImage", "OldImage"):
        if name == "Keys" or change.get(name) is not None:
            _decoded_attributes(kinds, change, name, attribute_values.decode)  # refuses what is no attribute value
    item: dict[str, AttributeValue] = {**(change.get("NewImage") or change.get("OldImage") or {}), **change["Keys"]}
    found = [(model, _kind(model, change["Keys"])) for model in kinds.models]
    return [model for model, kind in found if kind is not None and kind.has(item)]


def _required_entry(model: type[BaseModel], mapping: Any, name: str, kind: type[Any]) -> Any:
    if not isinstance(mapping, Mapping):
        raise _bad_record(model, f"got {type(mapping).__name__}")
    entry: object = cast("Mapping[str, object]", mapping).get(name)
    if not isinstance(entry, kind):
        raise _bad_record(model, f"its {name} is {'missing' if entry is None else f'of type {type(entry).__name__}'}")
    return entry


def _image(model: type[ModelT], kind: Kind | None, record: Mapping[str, Any], name: str) -> ModelT | None:
    change = record["dynamodb"]
    if change.get(name) is None:
        return None
    data = _decoded_attributes(model, change, name, attribute_values.decode)
    try:
        if kind is not None:
            own = kind.own(change[name])
            data = {attribute: value for attribute, value in data.items() if attribute in own}
        image = validate_item(model, data)
        if keys := kind or stored_keys(model, tuple(change["Keys"]), record_schema_of(model)):
            keys.check(image, change[name])
        keep_origin(image, change[name])
    except Exception as caught:  # noqa: BLE001 - a validator of the user may raise anything
        error = caught
    else:
        return image
    return cast("ModelT | None", _invalid(model, record, change[name], error))


def _key(model: type[ModelT], kind: Kind, record: Mapping[str, Any]) -> Key[ModelT] | None:
    key = record["dynamodb"]["Keys"]
    try:
        values = kind.parsed(key)
    except Exception as caught:  # noqa: BLE001 - a validator of the user may raise anything
        error = caught
    else:
        return None if values is None else Key(model, values)
    return cast("Key[ModelT] | None", _invalid(model, record, key, error))


def _invalid(model: type[BaseModel], record: Mapping[str, Any], item: Mapping[str, Any], error: Exception) -> Any:
    change = record["dynamodb"]
    source = re.search(r":table/(?P<name>[^/]+)", str(record.get("eventSourceARN")))
    table_name = source["name"] if source else record.get("tableName")  # Kinesis has the name
    invalid = InvalidItems(model.__name__, table_name, "", (*change["Keys"],), change["Keys"])
    return invalid.handle(model, item, error)


def _kind(model: Any, key: Mapping[str, AttributeValue]) -> Kind | None:
    has_sort_key = model.__pydamo_has_sort_key__
    templates = templates_of(model, has_sort_key=has_sort_key)
    if templates is None:
        return None
    config = getattr(model, "pydamo_config", None)
    declared = None
    if isinstance(config, PydamoConfig):
        declared = declared_schema(model, has_sort_key=has_sort_key, config=config, templates=templates)
    if declared is not None:
        return record_schema_of(model).cached(Kind, declared, templates, declared)
    return kind_of(templates, key)


def _decoded_attributes(
    model: type[BaseModel], change: Mapping[str, Any], name: str, decode: Callable[[AttributeValue], Any]
) -> dict[str, Any]:
    attributes = cast("Mapping[str, AttributeValue]", _required_entry(model, change, name, Mapping))
    try:
        return {attribute: decode(value) for attribute, value in attributes.items()}
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise _bad_record(model, f"its {name} has a value that is not an attribute value") from None


def _time(model: type[BaseModel], change: Mapping[str, Any]) -> datetime | None:
    """Return a UTC time, given as a datetime (boto3) or as a number since 1970 (Lambda, Kinesis)."""
    value = change.get("ApproximateCreationDateTime")
    try:
        if value is None or isinstance(value, datetime):
            return value and value.astimezone(timezone.utc)
        unit = "milliseconds" if value >= _FIRST_MILLISECONDS else "seconds"
        return EPOCH + timedelta(**{_UNITS.get(change.get("ApproximateCreationDateTimePrecision"), unit): value})
    except (TypeError, ValueError, OverflowError, OSError):
        reason = f"its ApproximateCreationDateTime, of type {type(value).__name__}, is not a valid time"
        raise _bad_record(model, reason) from None


def _identity(identity: Any) -> tuple[Any, Any]:
    """Return the type and the principal of who made a change. Lambda and boto3 capitalize these names differently."""
    if not isinstance(identity, Mapping):
        return (None, None)
    values = {str(name).lower(): value for name, value in cast("Mapping[str, Any]", identity).items()}
    return (values.get("type"), values.get("principalid"))


def _bad_record(model: type[BaseModel], reason: str) -> InvalidRequestError:
    wanted = "one record of DynamoDB Streams, event['Records'][i] of a Lambda event or one of boto3's get_records"
    message = (
        f"from_stream_record of {model.__name__} takes {wanted}, or the decoded data of a Kinesis record: {reason}"
    )
    return InvalidRequestError(message, model_name=model.__name__)
