"""Long replies are read while the garbage collector pauses, and nothing else notices it."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pydamodb._client import collector_pauses
from pydamodb._client.collector_pauses import LONG, read_pausing
from pydamodb._client.exchange import read_reply
from pydamodb._operations.requests import Request

BODY = b" "


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave the collector as it was."""
    was_enabled = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was_enabled else gc.disable)()


def see(_: bytes) -> dict[str, Any]:
    """Tell whether the collector is on."""
    return {"on": gc.isenabled()}


@pytest.mark.parametrize("is_long", [False, True])
def test_the_collector_pauses_for_a_long_reply_only(*, is_long: bool) -> None:
    """It is on again afterwards."""
    body = b'{"Items": []}'.ljust(LONG - 1 + is_long)
    request = Request("Query", {}, (), reader=see)
    assert {"on": not is_long} == read_reply(request, body, {}, is_checked=True)
    assert gc.isenabled()


def test_a_program_without_the_collector_gets_none() -> None:
    """Who has turned it off has a reason."""
    gc.disable()
    assert {"on": False} == read_pausing(see, BODY)
    assert not gc.isenabled()


def test_the_pause_ends_with_an_interrupt_too() -> None:
    """A validator of the user may be interrupted."""

    def interrupted(_: bytes) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_pausing(interrupted, BODY)
    assert gc.isenabled()
    assert not collector_pauses._pauses


def test_threads_that_read_together_leave_it_on() -> None:
    """Whichever ends first."""
    first_is_reading, second_has_read = threading.Event(), threading.Event()

    def wait(_: bytes) -> dict[str, Any]:
        first_is_reading.set()
        assert second_has_read.wait(30)
        return {"on": gc.isenabled()}

    thread = threading.Thread(target=read_pausing, args=(wait, BODY))
    thread.start()
    assert first_is_reading.wait(30)
    assert {"on": False} == read_pausing(see, BODY)
    second_has_read.set()
    thread.join()
    assert gc.isenabled()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_is_forked_meanwhile_has_a_collector() -> None:
    """It does not have the thread that would turn it on again."""
    is_reading, is_forked = threading.Event(), threading.Event()

    def wait(_: bytes) -> dict[str, Any]:
        is_reading.set()
        assert is_forked.wait(30)
        return {}

    thread = threading.Thread(target=read_pausing, args=(wait, BODY))
    thread.start()
    assert is_reading.wait(30)
    child = os.fork()
    if child == 0:  # pragma: no cover - of another process
        os._exit(7 if gc.isenabled() else 8)
    _, status = os.waitpid(child, 0)
    is_forked.set()
    thread.join()
    assert 7 == os.waitstatus_to_exitcode(status)


def test_what_a_fork_does_in_the_child() -> None:
    """Seen in this process."""
    gc.disable()
    collector_pauses._end_pauses()
    assert not gc.isenabled()
    collector_pauses._pauses.add(object())
    collector_pauses._end_pauses()
    assert gc.isenabled()
    assert not collector_pauses._pauses
