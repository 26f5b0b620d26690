"""What tells a transport from a client of botocore, where the direct transport may not be loaded yet."""

from __future__ import annotations

from typing import Any


class AnyTransport:
    """The base of transports."""

    client: Any
    """A client of botocore, which is configured as the transport sends."""
