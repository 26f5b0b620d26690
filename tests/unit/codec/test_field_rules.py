"""Rules of single fields: which fields may change a value, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic
import pytest
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, StringConstraints
from pydantic.dataclasses import dataclass

from pydamodb._codec.annotations import storage_type_of
from pydamodb._codec.field_rules import field_rules, map_key, record_rules
from pydamodb._codec.types import ANY


class Color(Enum):
    RED = "red"


class Lenient(Enum):
    RED = "red"

    @classmethod
    def _missing_(cls, value: object) -> Lenient | None:
        return cls.RED if value == "RED" else None


Lower = Annotated[str, StringConstraints(to_lower=True, min_length=2)]


def rules_of(annotation: Any, **config: Any) -> Any:
    """Return the rules of a field with an annotation."""
    model = pydantic.create_model("Model", __config__=ConfigDict(**config), x=(annotation, ...))
    return record_rules(model).fields.get("x")


@pytest.mark.parametrize(
    "annotation",
    [
        str,
        int,
        Decimal,
        bytes,
        date,
        datetime,
        UUID,
        Color,
        Lenient,
        Literal["a"],
        int | str,
        str | None,
        Any,
        Annotated[str, Field(max_length=3, pattern="a")],
        Annotated[int, Field(ge=0)],
    ],
)
def test_a_field_that_accepts_or_refuses_has_no_rules(annotation: Any) -> None:
    """A key of such a field costs nothing."""
    assert rules_of(annotation) is None


@pytest.mark.parametrize(
    "annotation",
    [
        Lower,
        Lower | None,
        Annotated[str, StringConstraints(strip_whitespace=True)],
        Annotated[str, StringConstraints(to_upper=True)],
        Annotated[int, AfterValidator(abs)],
        Annotated[str, BeforeValidator(str.strip)],
        HttpUrl,
        list[Lower],
    ],
)
def test_a_field_that_may_change_a_value_has_rules(annotation: Any) -> None:
    """Operands and keys of such a field are validated."""
    assert rules_of(annotation) is not None


def test_the_configuration_may_change_texts() -> None:
    """A model can lower all its texts."""
    rules = rules_of(str, str_to_lower=True)
    assert (rules is not None, rules_of(int, str_to_lower=True)) == (True, None)
    assert rules.validate("ANN") == "ann"


def test_constraints_do_not_apply_to_operands() -> None:
    """A comparison may use a value that the field does not allow, but in its form."""
    rules = rules_of(Lower)
    assert rules.validate("X", lenient=True) == "x"
    with pytest.raises(pydantic.ValidationError):
        rules.validate("X")


class Known(BaseModel):
    model_config = ConfigDict(frozen=True)

    first: str
    second: str
    node: Known | None = None

    @pydantic.field_validator("second")
    @classmethod
    def differs(cls, value: str, info: pydantic.ValidationInfo) -> str:
        """Compare two fields."""
        if value == info.data["first"]:
            raise ValueError("it is the first")
        return value.lower()


@dataclass
class Point:
    x: int

    @pydantic.field_validator("x")
    @classmethod
    def positive(cls, value: int) -> int:
        """Drop the sign."""
        return abs(value)


def test_validators_of_the_class_see_what_is_known() -> None:
    """Also those of a frozen model, and of one that contains itself."""
    rules = record_rules(Known).fields["second"]
    assert rules.validate("A", {"first": "b"}) == "a"
    with pytest.raises(pydantic.ValidationError):
        rules.validate("b", {"first": "b"})
    with pytest.raises(KeyError):
        rules.validate("b")


def test_a_dataclass_has_rules_too() -> None:
    """Its validators are those of a model."""
    assert record_rules(Point).fields["x"].validate(-1) == 1


def test_validators_of_a_model_are_known() -> None:
    """They can change any key."""

    class Checked(BaseModel):
        x: str

        @pydantic.model_validator(mode="before")
        @classmethod
        def lower(cls, data: Any) -> Any:
            """Lower a text."""
            return data

    class Plain(BaseModel):
        x: str

    assert [record_rules(each).checked for each in (Checked, Plain)] == [True, False]


def test_other_classes_have_no_rules() -> None:
    """Neither has a value without a field."""
    assert record_rules(pydantic.RootModel[str]).fields == {}
    assert field_rules(object, None, ANY) is None


@pytest.mark.parametrize(
    ("annotation", "given", "stored"),
    [
        (str, "A", "A"),
        (Lower, "ANN", "ann"),
        (UUID, str(UUID(int=10**38)).upper(), str(UUID(int=10**38))),
        (int, "01", "1"),
        (int, "x", None),
        (Color, "red", "red"),
        (Annotated[str, AfterValidator(lambda value: f"U#{value}")], "1", None),
    ],
)
def test_the_key_of_a_map_has_one_form(annotation: Any, given: str, stored: str | None) -> None:
    """It is the one under which the map stores it; there is none for a key that the map cannot have."""
    assert map_key(storage_type_of(annotation), given) == stored
