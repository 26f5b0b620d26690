"""moto, the engine in this process. Only this module imports it, and only tests on moto import this module."""

from __future__ import annotations

from typing import Any

from moto import mock_aws
from moto.core.models import botocore_stubber  # not documented: CI tests the newest moto


def start() -> Any:
    """Return the context manager in which moto answers all requests to AWS."""
    return mock_aws()


def carry_out(request: Any) -> Any:
    """Carry a prepared request out, and return botocore's response."""
    return botocore_stubber("before-send", request)


def leave_out(client: Any) -> None:
    """Take moto's handler from a client of aiobotocore: its answer cannot be awaited."""
    client.meta.events.unregister("before-send", botocore_stubber)
