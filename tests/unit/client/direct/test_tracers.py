"""The direct transport says which tracers do not see it."""

from __future__ import annotations

import sys
import warnings
from types import ModuleType

import pytest

from pydamodb._client.direct.tracers import warn_of_tracers


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("aws_xray_sdk.ext.botocore.patch", "the SDK of AWS X-Ray"),
        ("ddtrace.contrib.internal.botocore.patch", "ddtrace"),
    ],
)
def test_a_tracer_that_is_loaded_is_named(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the ways to see the requests all the same."""
    monkeypatch.setitem(sys.modules, module, ModuleType(module))
    with pytest.warns(RuntimeWarning, match=rf'^{name} does not see .* on_request .* transport="boto3"$'):
        warn_of_tracers()


def test_opentelemetry_is_named_while_it_is_switched_on() -> None:
    """Its module may be loaded for other purposes."""
    instrumentor = pytest.importorskip("opentelemetry.instrumentation.botocore").BotocoreInstrumentor()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_tracers()
    instrumentor.instrument()
    try:
        with pytest.warns(RuntimeWarning, match="^OpenTelemetry's instrumentation of botocore does not see"):
            warn_of_tracers()
    finally:
        instrumentor.uninstrument()
