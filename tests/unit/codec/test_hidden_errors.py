"""Copies of errors that show no values: Pydantic's own messages are kept, those of validators if they show none."""

from __future__ import annotations

import traceback
from typing import Annotated, Any, Literal

import pydantic
import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from pydamodb._codec.hidden_errors import summary, without_text, without_values

HUSH = "hush"[::1]


def _tell(value: str) -> str:
    reason = f"{value} is not allowed, {{or}} so"
    raise ValueError(reason)


def _custom(value: str) -> str:
    raise PydanticCustomError("not_allowed", "{value} is not allowed", {"value": value})


def _remedy(_: str) -> str:
    reason = "use another {word}"
    raise ValueError(reason)


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


CASES = [
    (int, HUSH, "int_parsing", "Input should be a valid integer, unable to parse string as an integer"),
    (Annotated[str, Field(max_length=2)], HUSH, "string_too_long", "String should have at most 2 characters"),
    (Annotated[str, AfterValidator(_tell)], HUSH, "value_error", "refused (value_error)"),
    (Annotated[str, AfterValidator(_custom)], HUSH, "not_allowed", "refused (not_allowed)"),
    (Annotated[str, AfterValidator(_remedy)], HUSH, "value_error", "Value error, use another {word}"),
    (Annotated[Cat | Dog, Field(discriminator="kind")], {"kind": HUSH}, "union_tag_invalid", None),
    (Cat, {"required": "required"}, "missing", "Field required"),
    (Strict, {"more": HUSH}, "extra_forbidden", "Extra inputs are not permitted"),
]


def error_of(annotation: Any, value: Any) -> Exception:
    """Return what Pydantic raises."""
    with pytest.raises(pydantic.ValidationError) as caught:
        pydantic.TypeAdapter(annotation).validate_python(value)
    return caught.value


@pytest.mark.parametrize(("annotation", "value", "kind", "message"), CASES, ids=[case[2] for case in CASES])
def test_a_copy_of_pydantics_error_has_its_places_and_no_value(
    annotation: Any, value: Any, kind: str, message: str | None
) -> None:
    """In its text, its details or its traceback."""
    hidden = without_values(error_of(annotation, value), {}, ("field",))
    assert isinstance(hidden, pydantic.ValidationError)
    (problem,) = hidden.errors()
    assert (kind, message or f"refused ({kind})", "field", None) == (
        problem["type"],
        problem["msg"],
        problem["loc"][0],
        problem["input"],
    )
    shown = f"{hidden!r} {hidden} {hidden.errors()} {hidden.json()} {traceback.format_exception(hidden)}"
    assert (False, False) == (HUSH in shown, hidden.__context__ is not None)


def test_a_validator_may_know_other_values_of_the_item() -> None:
    """Its text is left out if it shows one of them; Pydantic's own texts are not searched for them."""
    refused = error_of(Annotated[str, AfterValidator(_remedy)], "x")
    for item, message in (({"a": {"S": "word"}}, "refused (value_error)"), ({"a": {"S": "no"}}, "Value error, use")):
        assert (True, True) == (
            message in str(without_values(refused, item)),
            "a valid integer" in str(without_values(error_of(int, HUSH), {"a": {"S": "valid integer"}})),
        )


def test_another_exception_is_shown_by_its_class_and_its_traceback() -> None:
    """Its text may be the value."""
    try:
        {}[HUSH]
    except KeyError as caught:
        error = caught
    hidden = without_values(error, {})
    chain = "".join(traceback.format_exception(hidden))
    assert ("KeyError (its text may show a value, so it is left out)", True, False) == (
        str(hidden),
        "{}[HUSH]" in chain,
        HUSH in chain,
    )
    assert (str(hidden), "a validator raises KeyError") == (str(without_text(error)), summary(error, hidden))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["x"], "Input should be a valid integer, unable to parse string as an integer (at [0])"),
        (["x", "y"], "Input should be a valid integer, unable to parse string as an integer (at [0]); 1 more problem"),
        (["x"] * 3, "Input should be a valid integer, unable to parse string as an integer (at [0]); 2 more problems"),
    ],
)
def test_a_summary_has_the_first_problem_and_counts_the_others(numbers: list[str], expected: str) -> None:
    """With its place."""
    error = error_of(list[int], numbers)
    assert expected == summary(error, without_values(error, {}))


def test_a_problem_of_the_whole_has_no_place() -> None:
    """As of a model validator."""
    error = error_of(int, HUSH)
    assert "Input should be a valid integer, unable to parse string as an integer" == summary(
        error, without_values(error, {})
    )
