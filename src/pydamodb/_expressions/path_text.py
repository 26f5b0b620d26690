"""Paths as text, such as `address.city`, `tags[0]` or `prices["net"]`, read by a model's own fields."""

from __future__ import annotations

import copyreg
import json
import re
from collections.abc import Callable

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.types import ANY
from pydamodb._expressions.paths import Path, described, field_path, no_field, no_field_at

_STEPS = r"""
    (?P<dot>\.?) (?P<name>[^.\[\]"']+)              # a name, with the dot that parts it from another step
    | \[ (?P<index>[0-9]+) \]                        # an index
    | \[ (?P<text>"(?:[^"\\]|\\.)*") \]              # a key as JSON has it
    | \[ '(?P<key>[^']*)' \]                         # a key as it is
    """


def parse(model: type[BaseModel], text: str, start: Path | None = None) -> Path:
    """Read a path such as `address.city`, `tags[0]` or `prices["net"]`, by the fields of the model, or from `start` on.

    Raises:
        AttributeError: The text is no path, or names a field that the model does not have.
    """
    steps = re.compile(_STEPS, re.VERBOSE)
    path = start
    position = 0
    while position < len(text):
        step = steps.match(text, position)
        first = position == 0
        if (
            step is None
            or (step["name"] is None and path is None)
            or bool(step["dot"]) != _needs_dot(step, first=first)
        ):
            message = f"{text!r} is no path: expected something like 'address.city', 'tags[0]' or 'prices[\"net\"]'"
            raise AttributeError(message)
        path = _step(model, path, step)
        position = step.end()
    if path is None or not text:
        raise AttributeError(f"an empty path names no field of {described(model, start)!r}")
    return path


def _needs_dot(step: re.Match[str], *, first: bool) -> bool:
    """Tell whether a dot stands before this step: between a step and a name, nowhere else."""
    return not first and step["name"] is not None


def _step(model: type[BaseModel], path: Path | None, step: re.Match[str]) -> Path:
    name = step["name"]
    if path is None:
        return field_path(model, name) or _extra_path(model, name)
    if step["index"] is not None:
        return path.keyed(int(step["index"]))
    if name is None:
        return path.keyed(json.loads(step["text"], strict=False) if step["text"] is not None else step["key"])
    if found := path.named(name):
        return found
    if path.storage.kind in {"map", "any"} and not path.storage.options:
        return path.keyed(name)
    raise no_field_at(path, name)


def _extra_path(model: type[BaseModel], name: str) -> Path:
    if record_schema_of(model).open:
        return Path(model, (name,), name, ANY)
    raise no_field(model.__name__, name)


def path_in(model: type[BaseModel], path: Path) -> Path | None:
    """Return the path as it is in a model that inherits its fields, under other aliases maybe; None if it does not."""
    if path.model is model:
        return path
    # The label spells the path by the names of its fields, which a subclass has too, whatever their aliases.
    return parse(model, path.label) if issubclass(model, path.model) else None


def _reduced(path: Path) -> tuple[Callable[[type[BaseModel], str], Path], tuple[type[BaseModel], str]]:
    return parse, (path.model, path.label)


# A path holds encoders, which cannot be pickled; its text says it all. An error with a condition may be on its way to
# another process.
copyreg.pickle(Path, _reduced)
