"""A program that says which requests a tracer sees, by each transport: `python traced.py xray`.

Tracers patch the libraries of a whole process, and cannot be taken off: each has a process of its own. It prints one
object in JSON: for each transport, the operations that were seen, and how often a warning named the tracer.
"""
# ruff: noqa: PLC0415, T201 - a tracer comes before what it patches, and the program prints

import asyncio
import json
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, Any
from unittest.mock import Mock

from scripted_server import ok, serving

Take = Callable[[], "list[str]"]


def opentelemetry() -> tuple[Take, Any]:
    """Switch on OpenTelemetry's instrumentation of botocore."""
    from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    BotocoreInstrumentor().instrument(tracer_provider=provider)

    def take() -> list[str]:
        names = [span.name.removeprefix("DynamoDB.") for span in exporter.get_finished_spans()]
        exporter.clear()
        return names

    return take, nullcontext


def xray() -> tuple[Take, Any]:
    """Patch everything for X-Ray, as its documentation has it."""
    from aws_xray_sdk.core import patch_all, xray_recorder

    sent: list[Any] = []
    emitter = Mock()
    emitter.send_entity = sent.append
    xray_recorder.configure(service="test", sampling=False, emitter=emitter, context_missing="IGNORE_ERROR")
    patch_all()

    def take() -> list[str]:
        names = [part.aws["operation"] for segment in sent for part in segment.subsegments if part.name == "dynamodb"]
        sent.clear()
        return names

    return take, lambda: xray_recorder.in_segment("test")


def ddtrace() -> tuple[Take, Any]:
    """Switch on ddtrace, as `ddtrace-run` does."""
    import ddtrace.auto  # noqa: F401 - it patches
    from ddtrace.trace import TraceFilter, tracer

    spans: list[Any] = []

    class Taking(TraceFilter):
        def process_trace(self, trace: list[Any]) -> None:
            spans.extend(trace)

    tracer.configure(trace_processors=[Taking()])

    def take() -> list[str]:
        names = [span.get_tag("aws.operation") for span in spans]
        spans.clear()
        return [name for name in names if name]

    return take, nullcontext


def main(tracer: Callable[[], tuple[Take, Any]]) -> dict[str, Any]:
    """Send a request by each transport."""
    take, block = tracer()
    import boto3
    from aiobotocore.session import get_session

    from pydamodb import (
        AsyncPrimaryKeyModel,
        AsyncTable,
        DirectClient,
        PartitionKey,
        PrimaryKeyModel,
        PydamoConfig,
    )

    def get(table: Any) -> None:
        class Character(PrimaryKeyModel):
            pydamo_config = PydamoConfig(table=table)
            name: Annotated[str, PartitionKey]

        for _ in range(2):
            Character.get_item("x")

    async def get_later(table: Any) -> None:
        class Character(AsyncPrimaryKeyModel):
            pydamo_config = PydamoConfig(table=table)
            name: Annotated[str, PartitionKey]

        for _ in range(2):
            await Character.get_item("x")

    async def with_aiobotocore(url: str) -> None:
        async with get_session().create_client("dynamodb", endpoint_url=url) as client:
            await get_later(AsyncTable(client, "characters"))

    with serving(lambda *_: ok(b'{"Item":{"name":{"S":"x"}}}')) as server:
        url = f"http://127.0.0.1:{server.port}"
        calls: dict[str, Callable[[], None]] = {
            "boto3": lambda: get(boto3.resource("dynamodb", endpoint_url=url).Table("characters")),
            "aiobotocore": lambda: asyncio.run(with_aiobotocore(url)),
            "direct": lambda: get(DirectClient(endpoint_url=url).table("characters")),
            "direct, asynchronous": lambda: asyncio.run(get_later(DirectClient(endpoint_url=url).table("characters"))),
        }
        found: dict[str, Any] = {}
        for name, call in calls.items():
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                with block():
                    call()
            found[name] = [take(), sum("does not see requests" in str(each.message) for each in caught)]
    return found


if __name__ == "__main__":
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",  # nothing but loopback
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_TRACE_STARTUP_LOGS": "false",
    }
    print(json.dumps(main({"opentelemetry": opentelemetry, "xray": xray, "ddtrace": ddtrace}[sys.argv[1]])))
