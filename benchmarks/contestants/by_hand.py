"""What users of boto3 write once for a model: its item with values that boto3 takes. No contestant."""

from __future__ import annotations

from typing import Any

from benchmarks.records import Record


def item_of(model: Record) -> dict[str, Any]:
    """Return the item of a record, None left out."""
    item = model.model_dump(exclude_none=True)
    item["status"] = model.status.value
    item["created_at"] = model.created_at.isoformat()
    return item
