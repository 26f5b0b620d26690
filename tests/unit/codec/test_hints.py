"""Type hints: which aliases contain themselves."""

from __future__ import annotations

from typing import Any

import pytest
from typing_extensions import TypeAliasType

from pydamodb._codec import hints


class Alias:
    """An alias as Python 3.12 makes it: its value is found when it is asked for."""

    def __init__(self, value: Any) -> None:
        self.__value__: Any = value


@pytest.mark.parametrize(("inner", "expected"), [(False, False), (True, True)])
def test_an_alias_that_contains_itself_is_found(inner: bool, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by way of another alias; it is no end without it."""
    monkeypatch.setattr(hints, "_ALIASES", (TypeAliasType, Alias))
    tree = Alias(None)
    other = Alias(dict[str, tree if inner else int])  # type: ignore[valid-type, misc]
    tree.__value__ = list[other]  # type: ignore[valid-type]
    assert expected is hints.is_recursive(tree)
