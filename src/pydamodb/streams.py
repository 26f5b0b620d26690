"""Records of DynamoDB Streams, with their images as models."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models import streams as _private
from pydamodb._models.streams import EventName, StreamRecord, read_stream_record

__all__ = ["EventName", "StreamRecord", "read_stream_record"]

_publish(__name__, _private)
