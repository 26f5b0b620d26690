"""Records of DynamoDB Streams, as Lambda and boto3 hand them out, read as models. Pure: nothing is asked for.

The two differ in places: Lambda's binary values are base64 text and its times numbers, boto3's are bytes and datetimes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Generic, Literal, TypeAlias, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import validate_item
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.lazy_dataclass import dataclass

ModelT = TypeVar("ModelT", bound=BaseModel)
ModelT_co = TypeVar("ModelT_co", covariant=True)
EventName: TypeAlias = Literal["INSERT", "MODIFY", "REMOVE"]

_TIME_TO_LIVE = ("Service", "dynamodb.amazonaws.com")


@dataclass(frozen=True, kw_only=True)
class StreamRecord(Generic[ModelT_co]):
    """One change of one item.

    `keys` maps the key attributes to their values: strings, ints, Decimals or bytes, as they are stored. `old_image`
    and `new_image` are the item before and after the change; None where there was none, or where the stream does not
    have it (its view type is KEYS_ONLY, or that of the other image). `sequence_number` tells the order of the changes
    of one item. `is_ttl_expiry` says that DynamoDB deleted the item because its time to live was over.
    """

    event_name: EventName
    keys: dict[str, Any]
    old_image: ModelT_co | None
    new_image: ModelT_co | None
    sequence_number: str
    event_id: str | None = None
    approximate_creation_time: datetime | None = None
    is_ttl_expiry: bool = False


def read_stream_record(model: type[ModelT], record: Mapping[str, Any]) -> StreamRecord[ModelT]:
    """Read a record, its images as models.

    Raises:
        InvalidRequestError: It is no record of DynamoDB Streams.
        pydantic.ValidationError: An image does not fit the model.
    """
    name = _part(model, record, "eventName", str)
    if name not in {"INSERT", "MODIFY", "REMOVE"}:
        raise _bad(model, f"its eventName is {name!r}")
    change = _part(model, record, "dynamodb", Mapping)
    return StreamRecord(
        event_name=cast("EventName", name),
        keys=_values(model, change, "Keys", attribute_values.decode_key),
        old_image=_image(model, change, "OldImage"),
        new_image=_image(model, change, "NewImage"),
        sequence_number=_part(model, change, "SequenceNumber", str),
        event_id=record.get("eventID"),
        approximate_creation_time=_time(model, change.get("ApproximateCreationDateTime")),
        is_ttl_expiry=name == "REMOVE" and _identity(record.get("userIdentity")) == _TIME_TO_LIVE,
    )


def _part(model: type[BaseModel], mapping: Any, name: str, kind: type[Any]) -> Any:
    """Return a part of a record that must be there."""
    if not isinstance(mapping, Mapping):
        raise _bad(model, f"got {type(mapping).__name__}")
    part: object = cast("Mapping[str, object]", mapping).get(name)
    if not isinstance(part, kind):
        raise _bad(model, f"its {name} is {'missing' if part is None else f'of type {type(part).__name__}'}")
    return part


def _image(model: type[ModelT], change: Mapping[str, Any], name: str) -> ModelT | None:
    if change.get(name) is None:
        return None
    return validate_item(model, _values(model, change, name, attribute_values.decode))


def _values(
    model: type[BaseModel], change: Mapping[str, Any], name: str, decode: Callable[[AttributeValue], Any]
) -> dict[str, Any]:
    """Decode attribute values; those that are none are the record's fault, not the model's."""
    attributes = cast("Mapping[str, AttributeValue]", _part(model, change, name, Mapping))
    try:
        return {attribute: decode(value) for attribute, value in attributes.items()}
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _bad(model, f"its {name} has something else than attribute values") from error


def _time(model: type[BaseModel], value: Any) -> datetime | None:
    """Read a time: seconds since 1970 from Lambda, a datetime from boto3."""
    try:
        if value is None or isinstance(value, datetime):
            return value and value.astimezone(timezone.utc)
        return datetime.fromtimestamp(value, timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise _bad(model, f"its ApproximateCreationDateTime is of type {type(value).__name__}, or no time") from error


def _identity(identity: Any) -> tuple[Any, Any]:
    """Return the type and the principal behind a change; Lambda and boto3 write their names in different cases."""
    if not isinstance(identity, Mapping):
        return (None, None)
    parts = {str(name).lower(): part for name, part in cast("Mapping[str, Any]", identity).items()}
    return (parts.get("type"), parts.get("principalid"))


def _bad(model: type[BaseModel], reason: str) -> InvalidRequestError:
    message = (
        f"from_stream_record of {model.__name__} takes one record of DynamoDB Streams: event['Records'][i] of a Lambda "
        f"function, or one of get_records of boto3; {reason}"
    )
    return InvalidRequestError(message, model_name=model.__name__)
