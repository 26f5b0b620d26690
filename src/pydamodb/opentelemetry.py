"""Spans of OpenTelemetry for requests to DynamoDB, by its semantic conventions.

    pydamo_config = PydamoConfig(table="orders", on_request=RequestSpans())

Needs `opentelemetry-api` (`pip install 'pydamodb[opentelemetry]'`). The spans are the same for all transports. With
OpenTelemetry's instrumentation of botocore, requests by way of botocore would have two spans: use one of the two.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider, get_tracer

from pydamodb._core.observed import ConsumedCapacity, RequestEnded, RequestStarted

__all__ = ["RequestSpans"]

_PARAMETERS = {
    "Limit": "aws.dynamodb.limit",
    "ConsistentRead": "aws.dynamodb.consistent_read",
    "ScanIndexForward": "aws.dynamodb.scan_forward",
    "Select": "aws.dynamodb.select",
    "Segment": "aws.dynamodb.segment",
    "TotalSegments": "aws.dynamodb.total_segments",
}


class RequestSpans:
    """Makes a span of each request: for `PydamoConfig(on_request=RequestSpans())`.

    A span has the name `DynamoDB.GetItem`, the tables, the index, the consumed capacity, the counts, the request's id
    and the number of repetitions. It never has a key or a value of an item. The span of a failed request has the status
    ERROR, with DynamoDB's code as `error.type`.

    Args:
        tracer_provider: The provider of the tracer; without it, the global one at the time of the first request.
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        self._provider = tracer_provider

    def start(self, started: RequestStarted, /) -> Span:
        """Start the span of a request, below the current span."""
        attributes: dict[str, Any] = {
            "rpc.system": "aws-api",
            "rpc.service": "DynamoDB",
            "rpc.method": started.operation,
            "db.system": "dynamodb",
            "db.system.name": "aws.dynamodb",
            "db.operation.name": started.operation,
            "aws.dynamodb.table_names": started.table_names,
        }
        if started.index_name is not None:
            attributes["aws.dynamodb.index_name"] = started.index_name
        attributes |= {_PARAMETERS[name]: value for name, value in started.parameters.items()}
        tracer = get_tracer("pydamodb", tracer_provider=self._provider)
        return tracer.start_span(f"DynamoDB.{started.operation}", kind=SpanKind.CLIENT, attributes=attributes)

    def end(self, span: Span, ended: RequestEnded, /) -> None:
        """End the span, with what is known of the request then."""
        known: dict[str, Any] = {
            "aws.request_id": ended.request_id,
            "http.response.status_code": ended.status_code,
            "http.request.resend_count": max(ended.attempts - 1, 0) or None,
            "aws.dynamodb.scanned_count": ended.scanned_count,
            "aws.dynamodb.count": ended.item_count if ended.operation in {"Query", "Scan"} else None,
            "aws.dynamodb.consumed_capacity": [*map(_as_json, ended.consumed_capacity)] or None,
            "error.type": ended.error_code or ended.error_type,
        }
        span.set_attributes({name: value for name, value in known.items() if value is not None})
        if ended.error_type is not None:
            span.set_status(StatusCode.ERROR, ended.error_code or ended.error_type)
        span.end()


def _as_json(capacity: ConsumedCapacity) -> str:
    """Return the text that the conventions want: DynamoDB's own JSON."""
    names = {"TableName": "table_name", "CapacityUnits": "units", "ReadCapacityUnits": "read_units"}
    names["WriteCapacityUnits"] = "write_units"
    values = asdict(capacity)
    return json.dumps({name: values[own] for name, own in names.items() if values[own] is not None})
