"""The suite itself: what its tests are called, and which of them are slow."""

import re
from pathlib import Path

import pytest
from slow_files import SLOW

TESTS = Path(__file__).parents[1]

ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
SET = re.compile(r"\{([^{}:]*)\}")
NUMBERS = re.compile(r"(?:[-\d., ()]|True|False)*")


def is_stable(name: str) -> bool:
    """Return True if a test is called the same in every process: numbers keep their order in a set, texts do not."""
    return not ADDRESS.search(name) and all("," not in each or NUMBERS.fullmatch(each) for each in SET.findall(name))


def test_a_test_has_the_same_id_in_every_process(request: pytest.FixtureRequest) -> None:
    """An id with an address or a set of texts in it is another one in the next process, and pytest-xdist stops."""
    assert [] == [item.nodeid for item in request.session.items if not is_stable(item.nodeid)]


@pytest.mark.parametrize(
    ("name", "stable"),
    [
        ("test[<object object at 0x7f3e33d5e270>]", False),
        (repr({"a", "b"}), False),
        (repr({1, "a"}), False),
        (repr([{1, 2}, {True, 2}, {(1, 2)}, {"a"}]), True),
        (repr({"a": [1, 2], "b": {"c", "d"}}), False),
        ('{"a": 1, "b": 2}', True),
    ],
    ids=["an address", "texts", "a number and a text", "numbers", "texts in a dict", "a dict"],
)
def test_an_id_that_changes_is_known_by_its_text(name: str, stable: bool) -> None:
    """Addresses and sets of other things than numbers change."""
    assert stable is is_stable(name)


def test_what_is_called_slow_is_there() -> None:
    """A file that has moved would be fast by mistake."""
    assert [] == [name for name in SLOW if not (TESTS / name).exists()]


def test_files_are_slow_and_tests_are_not(request: pytest.FixtureRequest) -> None:
    """All tests of a file are slow or none is, and those of this one are not."""
    slow = {(item.path, item.get_closest_marker("slow") is not None) for item in request.session.items}
    assert (len(slow), False) == (len({path for path, _ in slow}), (Path(__file__), True) in slow)


def test_what_only_botocore_can_show_is_marked_with_its_reason(request: pytest.FixtureRequest) -> None:
    """A test that the direct transport leaves out says why."""
    marks = {item.name: item.get_closest_marker("botocore_only") for item in request.session.items}
    reasons = {name: mark.args for name, mark in marks.items() if mark is not None}
    assert {} == {
        name: args for name, args in reasons.items() if len(args) != 1 or len(str(args[0])) < len("a Stubber")
    }
