"""The direct transport says which tracers do not see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest
import traced

import pydamodb
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


SEEN = {
    "opentelemetry": ("opentelemetry.instrumentation.botocore", []),
    "xray": ("aws_xray_sdk", ["GetItem", "GetItem"]),
    "ddtrace": ("ddtrace", []),  # it patches aiobotocore only if that is switched on
}


@pytest.mark.parametrize("tracer", SEEN)
def test_what_tracers_see_is_what_the_documentation_says(tracer: str) -> None:
    """Of a real one, in a process of its own: boto3's requests, perhaps aiobotocore's, and no direct one.

    The question by which the direct transport learns its way is seen, though it is never sent.
    """
    package, by_aiobotocore = SEEN[tracer]
    pytest.importorskip(package)
    program = Path(traced.__file__)
    paths = [str(program.parent), str(Path(pydamodb.__file__).parent.parent)]
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, program, tracer],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    in_thread = [] if tracer == "xray" else ["DescribeTable"]  # its segments are those of a thread or task
    assert {
        "boto3": [["GetItem", "GetItem"], 0],
        "aiobotocore": [by_aiobotocore, 0],
        "direct": [["DescribeTable"], 1],
        "direct, asynchronous": [in_thread, 1],
    } == json.loads(done.stdout.splitlines()[-1])
