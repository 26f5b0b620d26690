"""The strict style of fields, `age: Attr[int] = Field(default=0)`, and what type checkers see in it.

At run time `Attr[int]` is an annotated `int`, and `Field` and the metaclass are Pydantic's. For type checkers
`Attr[int]` is a descriptor: an `int` on an instance, an `ExpressionField[int]` on `Model.attr`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, NoReturn, TypeVar, overload

import pydantic
from pydantic import AliasChoices, AliasPath, BaseModel, Discriminator
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from typing_extensions import dataclass_transform, deprecated

from pydamodb._expressions.fields import ExpressionField

T = TypeVar("T")

if TYPE_CHECKING:
    # Field specifiers are declared on a metaclass, and Pydantic has no public name for its own.
    from pydantic._internal._model_construction import ModelMetaclass  # pyright: ignore[reportPrivateImportUsage]

    class Attr(Generic[T]):
        """A field with values of type `T`: `name: Attr[str]`, `nickname: Attr[str | None] = Field(default=None)`.

        It behaves like a field of type `T`. `Model.attr.name` is an `ExpressionField[str]` in every type checker.
        """

        @overload
        def __get__(self, instance: None, owner: Any) -> ExpressionField[T]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> T: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...
        def __set__(self, instance: Any, value: T) -> None: ...

        # Pydantic's hook, as at run time. It is declared for pyrefly, whose constructors of models accept what Pydantic
        # converts: it does not know descriptors, and a field with this hook takes any value.
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any: ...

    class computed_attr(Generic[T]):  # noqa: N801 - a decorator, like `property`
        """Make a computed field of a method: `@computed_attr` above `def label(self) -> str`.

        It is Pydantic's `computed_field` of a property, with a type for the strict style: `Model.attr.label` is an
        `ExpressionField[str]` in every type checker.
        """

        def __init__(self, function: Callable[[Any], T], /) -> None: ...
        @overload
        def __get__(self, instance: None, owner: Any) -> ExpressionField[T]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> T: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...

    _UNSET: Any = ...  # for the defaults, which Pydantic documents

    def Field(  # noqa: N802 - Pydantic's name
        default: Any = _UNSET,
        *,
        default_factory: Callable[[], Any] | Callable[[dict[str, Any]], Any] | None = _UNSET,
        alias: str | None = _UNSET,
        alias_priority: int | None = _UNSET,
        validation_alias: str | AliasPath | AliasChoices | None = _UNSET,
        serialization_alias: str | None = _UNSET,
        title: str | None = _UNSET,
        field_title_generator: Callable[[str, FieldInfo], str] | None = _UNSET,
        description: str | None = _UNSET,
        examples: list[Any] | None = _UNSET,
        exclude: bool | None = _UNSET,
        exclude_if: Callable[[Any], bool] | None = _UNSET,
        discriminator: str | Discriminator | None = _UNSET,
        deprecated: deprecated | str | bool | None = _UNSET,
        json_schema_extra: JsonDict | Callable[[JsonDict], None] | None = _UNSET,
        frozen: bool | None = _UNSET,
        validate_default: bool | None = _UNSET,
        repr: bool = _UNSET,  # noqa: A002 - Pydantic's name
        init: bool | None = _UNSET,
        init_var: bool | None = _UNSET,
        kw_only: bool | None = _UNSET,
        pattern: str | re.Pattern[str] | None = _UNSET,
        strict: bool | None = _UNSET,
        coerce_numbers_to_str: bool | None = _UNSET,
        gt: Any = _UNSET,
        ge: Any = _UNSET,
        lt: Any = _UNSET,
        le: Any = _UNSET,
        multiple_of: float | None = _UNSET,
        allow_inf_nan: bool | None = _UNSET,
        max_digits: int | None = _UNSET,
        decimal_places: int | None = _UNSET,
        min_length: int | None = _UNSET,
        max_length: int | None = _UNSET,
        union_mode: Literal["smart", "left_to_right"] = _UNSET,
        fail_fast: bool | None = _UNSET,
    ) -> Any:
        """Declare a field like `pydantic.Field`, with a type that fits a field declared with `Attr`."""

    # Field specifiers are declared twice: pyright, ty and mypy look at the metaclass, pyrefly and zuban at the base.
    @dataclass_transform(kw_only_default=True, field_specifiers=(Field, pydantic.Field, pydantic.PrivateAttr))
    class ModelType(ModelMetaclass):
        """Pydantic's metaclass, with `Field` as a field specifier too."""

    @dataclass_transform(kw_only_default=True, field_specifiers=(Field, pydantic.Field, pydantic.PrivateAttr))
    class DeclaredModel(BaseModel, metaclass=ModelType):
        """Pydantic's model, with `Field` as a field specifier too."""

else:

    class Attr:
        """A field with values of type `T`: `name: Attr[str]`. At run time it is `T` with an annotation."""

        def __class_getitem__(cls, item: Any) -> Any:
            if isinstance(item, tuple):
                raise TypeError(f"Attr takes one type, got {len(item)}: a union is written Attr[A | B]")
            return Annotated[item, "pydamodb.Attr"]

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> NoReturn:
            raise TypeError("Attr needs the type of the field, as in `name: Attr[str]`")

    def computed_attr(function: Callable[[Any], Any], /) -> Any:
        """Make a computed field of a method: Pydantic's `computed_field` of a property."""
        return pydantic.computed_field(property(function))

    Field = pydantic.Field
    DeclaredModel = BaseModel
