"""Parallel scans: the segments are read in threads, which all end with the scan."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Event
from typing import Any

from pydamodb._models._sync.driver import connect, execute_on
from pydamodb._models.base import ModelT
from pydamodb._models.connection import Connection
from pydamodb._operations import scan
from pydamodb._operations.pages import Plan, step_of


def read_segments(
    model: type[ModelT], wanted: scan.Scan, total_segments: int, scan_segments: Any = scan.scan_segments
) -> list[Any]:
    """Return the items of all segments, in the order of segments. The first error stops all."""
    connection = connect(model)
    plans = execute_on(connection, scan_segments, wanted, total_segments)
    stopped = Event()
    with ThreadPoolExecutor(min(len(plans), scan.MOST_AT_ONCE)) as threads:
        # each thread in a context of its own, with the blocks of the caller
        futures = [threads.submit(copy_context().run, _read_segment, connection, plan, stopped) for plan in plans]
        try:
            for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                future.result()
        except BaseException:
            stopped.set()
            threads.shutdown(cancel_futures=True)
            raise
    return [item for future in futures for item in future.result()]


def _read_segment(connection: Connection[Any], plan: Plan, stopped: Event) -> list[Any]:
    items: list[Any] = []
    following: Plan | None = plan
    while following is not None and not stopped.is_set():
        page, following = execute_on(connection, step_of, following)
        items += page
    return items
