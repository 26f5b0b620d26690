"""Parallel scans: the segments are read in tasks, which all end with the scan."""

from __future__ import annotations

import asyncio
from typing import Any

from pydamodb._models._async.driver import connect, execute_on
from pydamodb._models.base import ModelT
from pydamodb._models.connection import Connection
from pydamodb._operations import scan
from pydamodb._operations.pages import Plan, all_of


async def read_segments(
    model: type[ModelT], wanted: scan.Scan, total_segments: int, scan_segments: Any = scan.scan_segments
) -> list[Any]:
    """Return the items of all segments, in the order of segments. The first error, or a cancellation, stops all."""
    connection = await connect(model)
    plans = await execute_on(connection, scan_segments, wanted, total_segments)
    turns = asyncio.Semaphore(scan.MOST_AT_ONCE)
    tasks = [asyncio.ensure_future(_read_segment(connection, plan, turns)) for plan in plans]
    try:
        segments = await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    return [item for segment in segments for item in segment]


async def _read_segment(connection: Connection[Any], plan: Plan, turns: asyncio.Semaphore) -> list[Any]:
    async with turns:
        return await execute_on(connection, all_of, plan)
