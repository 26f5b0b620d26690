"""What all model classes share: the configuration, the `attr` namespace, and the types of keys and updates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeAlias, overload
from uuid import UUID

from pydantic import BaseModel
from typing_extensions import LiteralString, ParamSpec, Self, TypeVar

from pydamodb._codec.field_names import model_names
from pydamodb._codec.hints import is_marked
from pydamodb._codec.origins import SLOT, set_unknown, share_origin, unknown_of
from pydamodb._codec.remembered_keys import KEY
from pydamodb._core.config import PydamoConfig
from pydamodb._core.templates import KeyTemplate
from pydamodb._expressions.field_conditions import FieldOf
from pydamodb._expressions.fields import ExpressionField, PathField
from pydamodb._expressions.namespace import AttributePath
from pydamodb._expressions.operand_types import Unspecified
from pydamodb._expressions.updates import UpdateAction, UpdateValue
from pydamodb._models import streams
from pydamodb._models.attr import DeclaredModel
from pydamodb._models.declared_keys import check_marks
from pydamodb._models.reserved_names import begin_class, check_field_names, end_class
from pydamodb._models.templates import OWN_INDEXES, check_templates
from pydamodb._models.vector_indexes import OWN_VECTORS, check_vector_indexes

T = TypeVar("T")
P = ParamSpec("P")
PK = TypeVar("PK", default=Any)
SK = TypeVar("SK", default=Any)
KeyT = TypeVar("KeyT")
PartitionT_co = TypeVar("PartitionT_co", covariant=True)
ClassT_co = TypeVar("ClassT_co", covariant=True)
ClassT = TypeVar("ClassT")
ModelT = TypeVar("ModelT", bound="DynamoModel")
ProjectionT = TypeVar("ProjectionT", bound=BaseModel)
PlainT = TypeVar("PlainT", bound="OneKey[Unspecified] | TwoKeys[Unspecified, Unspecified]")

# The overloads of `update_item`, in this order. No mapping type can pair each key with the type of its value.
# 1. `Updates`: actions and correct mappings. `Text` is for pyright, where a string is not a `Literal`.
# 2. `TextUpdates`: fields of text. It is for mypy, which cannot choose in 1. between `T` and `Text`.
# 3. `Value`: scalar fields of one type with a value of another type: deprecated, so that type checkers report it.
# 4. Any other mapping, for example with fields of several types: only the mypy plugin checks it.
# An update that returns a result has one overload for each kind of result; the plugin checks its mappings.
Text = TypeVar("Text", bound=LiteralString | None)
Value = TypeVar("Value", bound=str | int | float | bytes | Decimal | date | UUID | None)
Updates: TypeAlias = (
    Iterable[UpdateAction]
    | Mapping[ExpressionField[T], T | FieldOf[T] | UpdateValue[T]]
    | Mapping[ExpressionField[Text], str | FieldOf[str | None] | UpdateValue[str | None] | None]
    | Mapping[PathField[Any], Any]
)
TextUpdates: TypeAlias = Mapping[
    ExpressionField[Text],
    Text | str | FieldOf[Text] | FieldOf[str] | UpdateValue[Text] | UpdateValue[str],
]
# Not Iterable: a dict is one too, and mypy could not choose between the two.
AnyUpdates: TypeAlias = Sequence[UpdateAction] | Iterator[UpdateAction] | Mapping[ExpressionField[Any], Any]


class PartitionTypes(Generic[PartitionT_co, ClassT_co]):
    """The type of a table's partition key, and the model; for type checkers."""


class Partition(Protocol[PartitionT_co, ClassT_co]):
    """The class of a synchronous model whose table has a sort key. Its method is for type checkers only."""

    def _pydamo_partition(self) -> PartitionTypes[PartitionT_co, ClassT_co]: ...


class AsyncPartition(Protocol[PartitionT_co, ClassT_co]):
    """The class of an asynchronous model whose table has a sort key. Its method is for type checkers only."""

    def _pydamo_async_partition(self) -> PartitionTypes[PartitionT_co, ClassT_co]: ...


class CollectedTypes(Generic[KeyT, ClassT_co]):
    """The type of the partition key of a model or an index, which all of a collection share; for type checkers."""


class CollectedKind(Protocol[KeyT, ClassT_co]):
    """What a collection takes: the class of a synchronous model, or its index. The method is for type checkers only."""

    def _pydamo_kind(self) -> CollectedTypes[KeyT, ClassT_co]: ...


class AsyncCollectedKind(Protocol[KeyT, ClassT_co]):
    """What a collection takes: the class of an asynchronous model, or its index. The method is for checkers only."""

    def _pydamo_async_kind(self) -> CollectedTypes[KeyT, ClassT_co]: ...


if TYPE_CHECKING:

    class OneKey(Generic[PK]):
        """Types the key arguments of models with a partition key only."""

    class TwoKeys(Generic[PK, SK]):
        """Types the key arguments of models with a partition key and a sort key."""

    class QueriedBy(Generic[PK]):
        """Types the partition key of the table in queries."""

    class IdentifiedBy(Generic[KeyT]):
        """Types a whole key: a value, or a tuple of two values."""

else:

    class _Parametrize:
        """At run time `PrimaryKeyModel[str]` stands for `PrimaryKeyModel` as a base; `key_types` finds the `str` there.

        Pydantic must see who parametrizes another model.
        """

        def __get__(self, _: None, owner: type) -> Any:
            is_own = any(base in {OneKey, TwoKeys, QueriedBy, IdentifiedBy} for base in owner.__bases__)
            if not issubclass(owner, BaseModel):
                return lambda _: owner
            if is_own:
                return partial(GenericAlias, owner)
            return super(_KeyTyped, owner).__class_getitem__

    class _KeyTyped:
        __class_getitem__ = _Parametrize()

    class OneKey(_KeyTyped): ...

    class TwoKeys(_KeyTyped): ...

    class QueriedBy(_KeyTyped): ...

    class IdentifiedBy(_KeyTyped): ...


class IndexNameRequired:
    """A type without values: the partition key of a query without an index, if the table has no sort key."""


class AttrDescriptor:
    """Gives each model class its own `attr`, made at first use and cached on the class.

    Type checkers see the class itself if it has key types: its fields are declared with `Attr`, and only the class
    knows their types. They see any other class as a namespace in which all fields are Any.
    """

    @overload
    def __get__(self, instance: object, owner: type[PlainT]) -> AttributePath[PlainT]: ...
    @overload
    def __get__(self, instance: object, owner: type[ClassT]) -> type[ClassT]: ...
    def __get__(self, instance: object, owner: type[Any]) -> Any:
        """Return the namespace, for a class and for its instances."""
        namespace: AttributePath[Any] | None = owner.__dict__.get("_pydamo_attr")
        if namespace is None:
            namespace = AttributePath(owner)
            type.__setattr__(owner, "_pydamo_attr", namespace)
        return namespace


def restore_deferred_build(base: type[BaseModel]) -> None:
    """Let Pydantic build subclasses as usual, but not the base: that would load Pydantic's plugins at import."""
    del base.model_config["defer_build"]


class DynamoModel(DeclaredModel, defer_build=True):
    """Base of the model classes: a Pydantic model that knows its table."""

    pydamo_config: ClassVar[PydamoConfig]
    """The table and its indexes. Assign a new configuration at any time: the next operation uses it."""

    pydamo_key: ClassVar[KeyTemplate]
    """How the keys of the items are made from fields, for tables that several models share."""

    __slots__ = (SLOT, KEY)

    attr: ClassVar[AttrDescriptor] = AttrDescriptor()
    """The fields of the model in expressions, such as `Character.attr.age >= 18`."""

    __pydamo_has_sort_key__: ClassVar[bool]
    __pydamo_is_asynchronous__: ClassVar[bool]

    @classmethod
    def from_stream_record(cls, record: Mapping[str, Any]) -> streams.StreamRecord[Self]:
        """Read a record of DynamoDB Streams, with its images as models. No request is sent.

        Args:
            record: `event["Records"][i]` of a Lambda event, a record from boto3's `get_records`, or the decoded data of
                a Kinesis record.

        Raises:
            InvalidRequestError: The argument is not such a record.
            InvalidItemError: An image does not fit the model.
        """
        return streams.read_stream_record(cls, record)

    def __copy__(self) -> Self:
        """Return a copy, which has the unknown attributes of the item too."""
        copied = super().__copy__()
        share_origin(copied, self)
        return copied

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Return a deep copy, which has the unknown attributes of the item too."""
        copied = super().__deepcopy__(memo)
        share_origin(copied, self)
        return copied

    def __getstate__(self) -> dict[Any, Any]:
        """Return what is pickled, with the unknown attributes of the item."""
        unknown = unknown_of(self)
        return super().__getstate__() if unknown == {} else {**super().__getstate__(), SLOT: unknown}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        """Take what was pickled."""
        super().__setstate__(state)
        if SLOT in state:
            set_unknown(self, state[SLOT])

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Hide `key`: Pydantic looks for fields next, and one may have this name."""
        begin_class(cls)
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse attributes that cannot be read again, fields named like methods, and marks that no table can have."""
        end_class(cls)
        super().__pydantic_init_subclass__(**kwargs)
        check_field_names(cls)
        if cls.__pydantic_complete__ and is_marked(cls):
            check_marks(cls, has_sort_key=cls.__pydamo_has_sort_key__)  # checks the attribute names too
        else:
            model_names(cls)
        if getattr(cls, "pydamo_key", None) is not None or hasattr(cls, OWN_INDEXES):
            check_templates(cls, has_sort_key=cls.__pydamo_has_sort_key__)
        if hasattr(cls, OWN_VECTORS):
            check_vector_indexes(cls)


restore_deferred_build(DynamoModel)

# Pydantic evaluates the annotations of all bases for each new model: evaluated ones cost less time.
DynamoModel.__annotations__ = {
    "pydamo_config": ClassVar[PydamoConfig],
    "pydamo_key": ClassVar[KeyTemplate],
    "attr": ClassVar[AttrDescriptor],
}

if TYPE_CHECKING:
    Methods = DynamoModel
else:

    class Methods:
        """Base of the classes that add methods to models.

        They are models for type checkers only. Otherwise Pydantic would build a schema for each of them, and inspect
        each of them for every new model.
        """


class AwaitedModel(Methods):
    """Any asynchronous model, for type checkers."""


class BlockingModel(Methods):
    """Any synchronous model, for type checkers."""


def check_index_name(model: type[Methods], method: str, index_name: str | None) -> None:
    """Require `index_name` if the table has no sort key, as Python would for a required argument."""
    if index_name is None and not model.__pydamo_has_sort_key__:
        raise TypeError(f"{model.__name__}.{method}() missing 1 required keyword-only argument: 'index_name'")
