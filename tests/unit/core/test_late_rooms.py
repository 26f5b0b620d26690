"""Modules that are loaded when they are first used, in a package made for the test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PACKAGE = """
from pydamodb._core.late_rooms import open_late
open_late(__name__, "plain", "broken")
open_late(__name__, "shown", shown_by=["house_public"])
"""
MODULES = {
    "house/__init__.py": PACKAGE,
    "house/plain.py": "VALUE = object()\ndef value(): return VALUE\n",
    "house/broken.py": "raise LookupError('not today')\n",
    "house/shown.py": "class Shown: pass\n",
    "house/user.py": "from house import plain\ndef value(): return plain.value()\n",
    "house_public.py": "from house.shown import Shown\nShown.__module__ = __name__\n",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return a package with late modules, imported anew."""
    for name, text in MODULES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield __import__("house")
    for name in [each for each in sys.modules if each.partition(".")[0] in {"house", "house_public"}]:
        del sys.modules[name]


def is_loaded(name: str) -> bool:
    """Tell whether Python has loaded a module."""
    return name in sys.modules


def test_a_module_is_loaded_at_its_first_use(house: ModuleType) -> None:
    """Importing it by its package loads nothing; calling a function of it does."""
    user = __import__("house.user").user
    before = is_loaded("house.plain")
    assert (False, user.value(), True) == (before, sys.modules["house.plain"].VALUE, is_loaded("house.plain"))


def test_a_stand_in_becomes_a_plain_module(house: ModuleType) -> None:
    """With all attributes of the module, so that a later use costs what it costs with any module."""
    stand_in = house.plain
    before = type(stand_in) is ModuleType
    stand_in.value()
    assert (False, True) == (before, type(stand_in) is ModuleType)
    assert vars(sys.modules["house.plain"]).items() <= vars(stand_in).items()


def test_the_package_shows_the_module_itself_after_that(house: ModuleType) -> None:
    """Who imports it from then on gets no stand-in."""
    house.plain.value()
    assert sys.modules["house.plain"] is house.plain


def test_a_missing_name_is_missed_as_in_any_module(house: ModuleType) -> None:
    """The error names the module."""
    with pytest.raises(AttributeError, match=r"^module 'house.plain' has no attribute 'other'$"):
        house.plain.other  # noqa: B018 - the look-up is tested


def test_a_module_that_cannot_be_loaded_says_so_each_time(house: ModuleType) -> None:
    """The stand-in stays, and the next use tries again."""
    stand_in = house.broken
    for _ in range(2):
        with pytest.raises(LookupError, match="not today"):
            stand_in.value  # noqa: B018 - the look-up is tested


def test_classes_have_the_name_of_their_public_module(house: ModuleType) -> None:
    """It is loaded first, also where nobody has imported it."""
    assert "house_public" == house.shown.Shown.__module__


def test_two_threads_may_load_a_module_at_the_same_time(house: ModuleType) -> None:
    """The second one finds a plain module, and what it asked for."""
    stand_in = house.plain
    ask_again = type(stand_in).__getattr__
    stand_in.value()
    assert stand_in.VALUE is ask_again(stand_in, "VALUE")
