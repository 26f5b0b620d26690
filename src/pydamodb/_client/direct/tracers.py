"""Tracers that see requests by wrapping botocore's methods: they do not see the direct transport, and it says so."""

from __future__ import annotations

import sys
import warnings
from typing import Any

# A tracer is there if its module for botocore is loaded; OpenTelemetry's says itself whether it is switched on.
_OPENTELEMETRY = "opentelemetry.instrumentation.botocore"
_TRACERS = {
    "aws_xray_sdk.ext.botocore.patch": "the SDK of AWS X-Ray",
    "ddtrace.contrib.botocore": "ddtrace",
    "ddtrace.contrib.internal.botocore.patch": "ddtrace",
}


def warn_of_tracers() -> None:
    """Warn if a tracer is active that will not see requests."""
    active = {name for module, name in _TRACERS.items() if module in sys.modules}
    instrumentation: Any = sys.modules.get(_OPENTELEMETRY)
    if instrumentation is not None and instrumentation.BotocoreInstrumentor().is_instrumented_by_opentelemetry:
        active.add("OpenTelemetry's instrumentation of botocore")
    for name in sorted(active):
        message = (
            f"{name} does not see requests of pydamodb's direct transport: observe them with on_request (for "
            f'OpenTelemetry, pydamodb.opentelemetry.RequestSpans), or take transport="boto3"'
        )
        warnings.warn(message, RuntimeWarning, stacklevel=2)
