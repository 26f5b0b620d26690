"""The direct transport: DynamoDB without boto3 for each request."""

from pydamodb._client.direct import clients as _private
from pydamodb._client.direct.clients import DirectClient
from pydamodb._core.facade import publish as _publish

__all__ = ["DirectClient"]

_publish(__name__, _private)
