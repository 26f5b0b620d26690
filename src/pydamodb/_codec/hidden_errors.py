"""Exceptions of Pydantic and of validators, without the values that they show. Only their copies are seen by users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

import pydantic
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from pydamodb._codec.round_trip import format_path, shows

_OF_USERS = {"value_error", "assertion_error"}


def without_values(error: Exception, item: Mapping[str, Any], path: tuple[str | int, ...] = ()) -> Exception:
    """Return a copy of the error that shows no value of the item.

    Pydantic's messages are compared with the values that they are about. A validator of the user may know the whole
    item. The `path` leads to the value that was validated.
    """
    if not isinstance(error, pydantic.ValidationError):
        return without_text(error)
    problems = [
        InitErrorDetails(
            type=PydanticCustomError(cast("Any", each["type"]), cast("Any", _message(cast("Any", each), item))),
            loc=(*path, *each["loc"]),
            input=None,
        )
        for each in error.errors(include_url=False)
    ]
    return pydantic.ValidationError.from_exception_data(error.title, problems, hide_input=True)


def without_text(error: BaseException) -> Exception:
    """Return an exception that shows the class and the traceback of another one."""
    hidden = RuntimeError(f"{type(error).__name__} (its text may show a value, so it is left out)")
    return hidden.with_traceback(error.__traceback__)


def summary(error: Exception, hidden: Exception) -> str:
    """Return the first problem of an error, from its copy without values, and how many others there are."""
    if not isinstance(hidden, pydantic.ValidationError):
        return f"a validator raises {type(error).__name__}"
    problem = hidden.errors(include_url=False)[0]
    where, others = format_path(problem["loc"]), hidden.error_count() - 1
    count = f"; {others} more problem{'s' * (others > 1)}" if others else ""
    return f"{problem['msg']}{f' (at {where})' if where else ''}{count}"


def _message(problem: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    kind, text = problem["type"], problem["msg"]
    if kind == "missing":  # its input is all that is not missing
        return cast("str", text)
    is_own = kind not in _OF_USERS and kind in get_args(core_schema.ErrorType)
    is_shown = shows(text, problem["input"]) or not (is_own or not shows(text, item))
    return f"refused ({kind})" if is_shown else cast("str", text)
