"""Records of DynamoDB Streams about items of several models: each is read as the model to which its item belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydamodb._core.exceptions import ConfigurationError, InvalidRequestError
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Kinds
from pydamodb._models.streams import StreamRecord, models_of, read_stream_record


def read_record_of(kinds: Kinds, record: Mapping[str, Any]) -> StreamRecord[DynamoModel] | None:
    """Read a record as one of the models; return None if its item is of none of them.

    Raises:
        ConfigurationError: The models have no templates.
        InvalidRequestError: The argument is not a record of DynamoDB Streams, or its item may be of two models.
        InvalidItemError: An image does not fit its model.
    """
    if kinds.unreadable is not None:
        message = f"from_stream_record of {kinds.names}: {kinds.unreadable}"
        raise ConfigurationError(message, model_name=kinds.names)
    found = models_of(kinds, record)
    if len(found) > 1:
        names = " and ".join(model.__name__ for model in found)
        reason = f"no constant field in the record says of which model the item is, {names}"
        message = f"from_stream_record of {kinds.names}: {reason}"
        raise InvalidRequestError(message, model_name=kinds.names)
    return read_stream_record(found[0], record) if found else None
