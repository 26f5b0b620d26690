"""What each request to DynamoDB did: observers, blocks that sum requests, and consumed capacity."""

from pydamodb._client import sums as _sums
from pydamodb._client.sums import Collected, Totals, collect
from pydamodb._core import observed as _observed
from pydamodb._core.facade import publish as _publish
from pydamodb._core.observed import (
    ConsumedCapacity,
    OnRequest,
    RequestEnded,
    RequestObserver,
    RequestStarted,
    ReturnConsumedCapacity,
)

__all__ = [
    "Collected",
    "ConsumedCapacity",
    "OnRequest",
    "RequestEnded",
    "RequestObserver",
    "RequestStarted",
    "ReturnConsumedCapacity",
    "Totals",
    "collect",
]

_publish(__name__, _observed)
_publish(__name__, _sums)
