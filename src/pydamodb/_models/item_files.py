"""Items in files, one in a line, as DynamoDB exports tables to S3 and imports them: `{"Item": {...}}`. No requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast, overload

from pydantic_core import PydanticSerializationError, from_json, to_json

from pydamodb._core.exceptions import InvalidItemError, InvalidRequestError
from pydamodb._models._sync.collections import Collection
from pydamodb._models.awaited_collections import AsyncCollection
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Kinds
from pydamodb._models.item_forms import ItemReader, checked_item, made_item
from pydamodb._models.item_lines import DAMAGED, Source, Target, check_source, lines_of, writing

ModelT = TypeVar("ModelT", bound=DynamoModel)


def dump_items(items: Iterable[DynamoModel | Mapping[str, Any]], file: Target) -> int:
    """Write items to a file, one in a line, and return how many they are. No request is sent.

    The lines are those of DynamoDB's exports and imports, `{"Item": {...}}`. An instance is written as `to_item`
    returns it. Any number of items can be written, because they are taken one by one: `dump_items(Order.scan_iter(),
    file)`. A file that is given by its name is replaced when all items are written, and not before.

    Args:
        items: Instances of any models, or items in DynamoDB's JSON, as clients of boto3 return them.
        file: The name of a file, which is compressed with gzip if it ends with `.gz`, or a file that is open in binary
            mode.

    Raises:
        InvalidRequestError: An element is neither of these, an instance has only a part of its item, or the file is no
            binary file.
        ItemEncodingError: A value is missing, or cannot be stored exactly.
        InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
    """
    _check_iterable(items)
    count = 0
    with writing("dump_items", file) as write:
        for count, item in enumerate(items, 1):
            write(_line(item, count))
    return count


def _check_iterable(items: Any) -> None:
    kind = type(items).__name__
    if not isinstance(items, Iterable) or isinstance(items, (DynamoModel, Mapping)):
        raise InvalidRequestError(f"dump_items takes a list or an iterator of items, got a value of type {kind}")


def _line(item: DynamoModel | Mapping[str, Any], number: int) -> bytes:
    of = f"dump_items, item {number}"
    if isinstance(item, DynamoModel):
        content = made_item(item, of)
    elif isinstance(item, Mapping):
        content = checked_item(of, item)
    else:
        message = f"{of}: it takes instances of models, or items in DynamoDB's JSON, got {type(item).__name__}"
        raise InvalidRequestError(message)
    try:
        return to_json({"Item": content}) + b"\n"
    except PydanticSerializationError:
        raise InvalidRequestError(f"{of}: it has a text with a lone surrogate, which has no UTF-8 form") from None


@overload
def load_items(
    models: Collection[ModelT, Any] | AsyncCollection[ModelT, Any],
    file: Source,
    *,
    on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
) -> Iterator[ModelT]: ...
@overload
def load_items(
    models: type[ModelT], file: Source, *, on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None
) -> Iterator[ModelT]: ...
def load_items(
    models: Any, file: Source, *, on_invalid: Callable[[InvalidItemError], Any] | None = None
) -> Iterator[Any]:
    """Read the items of a file, one in a line, as `from_item` reads them. No request is sent.

    The lines are those of DynamoDB's exports and imports, `{"Item": {...}}`. The file is opened when the first item is
    wanted, and read line by line, compressed with gzip or not.

    Args:
        models: A model, or a collection: each item is read as the model to which it belongs.
        file: The name of a file, or a file that is open in binary mode, such as the `Body` of an object in S3.
        on_invalid: A function of each item that does not fit, or is of another model: it returns a model to use, or
            None to leave the item out.

    Raises:
        InvalidRequestError: A line is not such an item, or the file is damaged; the message has the number of the line.
        InvalidItemError: An item does not fit the model; the message has the number of the line.
        ForeignItemError: An item is of another model; it is an InvalidItemError.
        ConfigurationError: The names of the keys are not known, or the models of a collection have no templates.
    """
    kinds: object = getattr(models, "_kinds", None)
    is_model = isinstance(models, type) and issubclass(models, DynamoModel) and models.model_fields
    if not (is_model or isinstance(kinds, Kinds)):
        given = models.__name__ if isinstance(models, type) else f"a value of type {type(models).__name__}"
        raise InvalidRequestError(f"load_items takes a model, or a collection(Customer, Order), got {given}")
    check_source("load_items", file)
    reader = ItemReader(kinds if isinstance(kinds, Kinds) else models, "load_items", on_invalid)
    return _items(reader, lines_of("load_items", file))


def _items(reader: ItemReader, lines: Iterator[bytes]) -> Iterator[Any]:
    number = 0
    while True:
        try:
            line = next(lines, None)
        except DAMAGED:
            reason = "the compressed file ends too early, or is damaged"
            raise InvalidRequestError(f"load_items, after line {number}: {reason}") from None
        if line is None:
            return
        number += 1
        if not line.isspace():
            place = f", line {number}"
            if (model := reader.read(_item_in(line, place), place, is_json=True)) is not None:
                yield model


def _item_in(line: bytes, place: str) -> dict[str, Any]:
    try:
        content: Any = from_json(line)
    except ValueError as error:
        raise InvalidRequestError(f"load_items{place}: it is not JSON: {error}") from None
    names = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if isinstance(names.get("Item"), dict):
        return cast("dict[str, Any]", names["Item"])
    reason = 'it is not a line of an export, {"Item": {...}}'
    if "Keys" in names:
        reason = "it is of an incremental export (Keys, NewImage): load_items reads the lines of full exports"
    raise InvalidRequestError(f"load_items{place}: {reason}")
