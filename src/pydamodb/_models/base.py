"""What all model classes share: their configuration, the `attr` namespace, and the way from a method to a flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, overload
from uuid import UUID

from pydantic import BaseModel
from typing_extensions import LiteralString, ParamSpec, Self, TypeVar

from pydamodb._codec.aliases import attribute_names
from pydamodb._codec.hints import is_marked
from pydamodb._core.config import PydamoConfig
from pydamodb._expressions.fields import ExpressionField, PathField
from pydamodb._expressions.namespace import AttributePath
from pydamodb._expressions.operand_types import Unspecified
from pydamodb._expressions.paths import PathTo
from pydamodb._expressions.updates import UpdateAction, UpdateValue
from pydamodb._models.attr import DeclaredModel
from pydamodb._models.declared_keys import check_marks
from pydamodb._models.reserved_names import begin_class, check_field_names, end_class
from pydamodb._models.streams import StreamRecord, read_stream_record

T = TypeVar("T")
P = ParamSpec("P")
PK = TypeVar("PK", default=Any)
SK = TypeVar("SK", default=Any)
AnyT = TypeVar("AnyT")
ModelT = TypeVar("ModelT", bound="DynamoModel")
PlainT = TypeVar("PlainT", bound="OneKey[Unspecified] | TwoKeys[Unspecified, Unspecified]")

# The overloads of `update_item`: no type of a mapping pairs each key with its value. The first takes actions, and what
# is right by its type (a text is no `Literal` by itself for pyright, hence `Word`); scalar fields of one type with a
# value of another fall to the second, which checkers report as deprecated; all else falls to the third, and only the
# mypy plugin checks it: fields of several types, and types with parts. Where an update returns something, there is one
# overload for each kind of it, and mappings are left to the plugin too: three of each would be nine to choose from.
LiteralText = TypeVar("LiteralText", bound=LiteralString | None)
Scalar = TypeVar("Scalar", bound=str | int | float | bytes | Decimal | date | UUID | None)
CheckedUpdates: TypeAlias = (
    Iterable[UpdateAction]
    | Mapping[ExpressionField[T], T | PathTo[T] | UpdateValue[T]]
    | Mapping[ExpressionField[LiteralText], str | PathTo[str | None] | UpdateValue[str | None] | None]
    | Mapping[PathField[Any], Any]
)
# No Iterable: a dict is one too, and mypy would not know which of the two a dict is to be.
AnyUpdates: TypeAlias = Sequence[UpdateAction] | Iterator[UpdateAction] | Mapping[ExpressionField[Any], Any]


if TYPE_CHECKING:

    class OneKey(Generic[PK]):
        """Types the key arguments of a model whose items have a partition key."""

    class TwoKeys(Generic[PK, SK]):
        """Types the key arguments of a model whose items have a partition key and a sort key."""

    class QueriedBy(Generic[PK]):
        """Types the partition key of the table in queries."""

else:

    class _KeyTyped:
        """At run time the key types mean nothing: `PrimaryKeyModel[str]` is `PrimaryKeyModel`.

        If it were a generic model, Pydantic would want its type variables in each generic model of the user's.
        """

        def __class_getitem__(cls, item: Any) -> Any:
            if any(base in {OneKey, TwoKeys, QueriedBy} for base in cls.__bases__):
                return cls
            return super().__class_getitem__(item) if issubclass(cls, BaseModel) else cls

    class OneKey(_KeyTyped):
        pass

    class TwoKeys(_KeyTyped):
        pass

    class QueriedBy(_KeyTyped):
        pass


class IndexNameRequired:
    """A type without values. A query without an index asks for it where the table has no sort key to query by."""


class AttrDescriptor:
    """Gives each model class its own `attr`, made at first use and kept on the class itself.

    For type checkers it is the class itself where key types are given, whose fields are declared with `Attr` then: no
    type but the class knows the types of its fields. Any other class gets a namespace in which all fields are Any.
    """

    @overload
    def __get__(self, instance: object, owner: type[PlainT]) -> AttributePath[PlainT]: ...
    @overload
    def __get__(self, instance: object, owner: type[AnyT]) -> type[AnyT]: ...
    def __get__(self, instance: object, owner: type[Any]) -> Any:
        """Return the namespace, for a class and for its instances alike."""
        namespace: AttributePath[Any] | None = owner.__dict__.get(_NAMESPACE)
        return namespace if namespace is not None else _make_namespace(owner)


_NAMESPACE = "_pydamo_attr"


def _make_namespace(model: type[BaseModel]) -> AttributePath[Any]:
    namespace: AttributePath[Any] = AttributePath(model)
    type.__setattr__(model, _NAMESPACE, namespace)
    return namespace


def restore_deferred_build(base: type[BaseModel]) -> None:
    """Let a base of models stay as `defer_build` has left it, and Pydantic build what is made of it as it always does.

    A base has nothing to build. To do it all the same would load Pydantic's plugins whenever the package is imported.
    """
    del base.model_config["defer_build"]


class DynamoModel(DeclaredModel, defer_build=True):
    """Base of the model classes: a Pydantic model that knows where its items live."""

    pydamo_config: ClassVar[PydamoConfig]
    """Where the items live. It may be re-assigned at any time; the next operation uses the new one."""

    attr: ClassVar[AttrDescriptor] = AttrDescriptor()
    """The model's fields in expressions, such as `Character.attr.age >= 18`."""

    __pydamo_has_sort_key__: ClassVar[bool]
    __pydamo_is_asynchronous__: ClassVar[bool]

    @classmethod
    def from_stream_record(cls, record: Mapping[str, Any]) -> StreamRecord[Self]:
        """Read a record of DynamoDB Streams, its images as models; nothing is sent.

        Args:
            record: `event["Records"][i]` of a Lambda function, or a record of `get_records` of boto3's client of
                `dynamodbstreams`.

        Raises:
            InvalidRequestError: It is no such record.
            pydantic.ValidationError: An image does not fit the model.
        """
        return read_stream_record(cls, record)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make way for the fields that Pydantic looks for next."""
        begin_class(cls)
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a model that cannot read its own attributes again, or hides methods, or has marks that no table has.

        Raises:
            ConfigurationError: It is one.
        """
        end_class(cls)
        super().__pydantic_init_subclass__(**kwargs)
        check_field_names(cls)
        if cls.__pydantic_complete__ and is_marked(cls):
            check_marks(cls, has_sort_key=cls.__pydamo_has_sort_key__)  # which asks for the attribute names first
        else:
            attribute_names(cls)


restore_deferred_build(DynamoModel)

# Pydantic evaluates the annotations of all bases of each model that is made: these it finds evaluated.
DynamoModel.__annotations__ = {"pydamo_config": ClassVar[PydamoConfig], "attr": ClassVar[AttrDescriptor]}

if TYPE_CHECKING:
    Methods = DynamoModel
else:

    class Methods:
        """Base of the classes that bring methods to models.

        To type checkers they are models. At run time only the class that has all of its methods is one: Pydantic would
        build a schema for each class on the way, and look through each of them whenever a user's model is made.
        """


def check_index_name(model: type[Methods], method: str, index_name: str | None) -> None:
    """Require an index where the table has no sort key: Python cannot, as the same methods query other tables."""
    if index_name is None and not model.__pydamo_has_sort_key__:
        message = f"{model.__name__}.{method}() missing 1 required keyword-only argument: 'index_name'"
        raise TypeError(message)
