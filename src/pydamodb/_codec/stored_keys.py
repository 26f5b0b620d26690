"""Items whose stored key is not the one that their model writes: another text of a time, or a UUID in capitals.

DynamoDB compares keys by their bytes. The model would not find such an item by the values that it reads, and would
write a second item. So the item cannot be read. A computed key that an older release made in another way is no value
of the instance: the item can be read, and the instance remembers the stored key. Copies and pickles keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable, decode_key
from pydamodb._codec.field_rules import field_rules, record_rules
from pydamodb._codec.items import encode_item
from pydamodb._codec.types import RecordSchema, StoredField

# In the `__dict__` of an instance, from which Pydantic dumps, compares and prints only fields.
STORED_KEY = "__pydamodb_stored_key__"
# Each key of these types has one form, or its forms are the same key.
_ONE_FORM = {str, int, Decimal, bytes}


class KeyForms(NamedTuple):
    """The key of an item as its model computes it, and as it is stored."""

    written: Mapping[str, AttributeValue]
    stored: dict[str, AttributeValue]


class StoredKeys(NamedTuple):
    """The fields of a table's keys, and those among them that can have several forms, by their attributes.

    `encoders` has an attribute, a name and an encoder for each of the latter; it is empty if they are not enough.
    """

    fields: set[str]
    several: Mapping[str, StoredField]
    encoders: tuple[tuple[str, str, Encoder], ...]

    def check(self, instance: BaseModel, item: Mapping[str, AttributeValue]) -> None:
        """Compare the key of an item with that of the instance that was read from it.

        Raises:
            Unstorable: The model writes another key.
        """
        others = [each for name, each in self.several.items() if _differs(instance, each, item[name])]
        if values := {each.attribute: decode_key(_written(instance, each)) for each in others if not each.computed}:
            reason = (
                f"the model writes its key in another form, {values}, so it would not find the item, and would write a "
                f"second one. Give the field a serializer that writes the stored form, or move the item"
            )
            raise Unstorable(reason)
        if others:
            written = encode_item(instance.__copy__(), only=self.fields)
            stored = {name: item[name] if name in self.several else each for name, each in written.items()}
            vars(instance)[STORED_KEY] = KeyForms(written, stored)

    @property
    def compared(self) -> tuple[tuple[str, str], ...]:
        """The key attributes that are compared, as whole attribute values."""
        return tuple((name, "") for name in self.several)

    def refused(self, instances: Iterable[BaseModel], keys: Iterable[Mapping[str, AttributeValue]]) -> list[int]:
        """Return the places of the instances whose model writes another key than that of the item."""
        accepted = [*map(self.accept, instances, keys)]
        return [] if all(accepted) else [place for place, is_accepted in enumerate(accepted) if not is_accepted]

    def accept(self, instance: BaseModel, item: Mapping[str, AttributeValue]) -> bool:
        """Return False if the model writes another key than that of the item."""
        values = instance.__dict__
        try:
            for attribute, name, encode in self.encoders:
                if encode(values[name]) != item[attribute]:
                    break
            else:
                if self.encoders:
                    return True
            self.check(instance, item)
        except Exception:  # noqa: BLE001 - an attribute is absent or damaged, and the careful way knows what is wrong
            return False
        return True


def forms_of(instance: BaseModel, attributes: Mapping[str, AttributeValue]) -> KeyForms | None:
    """Return the forms of a computed key, None if the model computes the stored one, or if the key has changed."""
    forms: KeyForms | None = vars(instance).get(STORED_KEY)
    is_same = forms is not None and all(attributes.get(name) == value for name, value in forms.written.items())
    return forms if is_same else None


def forget_key(instance: BaseModel) -> None:
    """Forget the stored key of an instance: its item is deleted."""
    vars(instance).pop(STORED_KEY, None)


def stored_keys(model: type[BaseModel], attributes: tuple[str, ...], schema: RecordSchema) -> StoredKeys | None:
    """Return how to compare the keys of a model's items; None if each key has one form only."""
    rules, by_attribute = record_rules(model, schema), schema.by_attribute
    fields = [by_attribute[name] for name in attributes if name in by_attribute]
    several = {
        each.attribute: each
        for each in fields
        if rules.checked or each.name in rules.fields or each.computed or each.storage.base not in _ONE_FORM
    }
    if not several:
        return None
    is_enough = not any(each.computed or each.storage.base is None for each in several.values())
    encoders = tuple((name, each.name, each.storage.encode) for name, each in several.items() if is_enough)
    return StoredKeys({each.name for each in fields}, several, encoders)


def _differs(instance: BaseModel, field: StoredField, stored: AttributeValue) -> bool:
    try:
        written = _written(instance, field)
        return written != stored and decode_key(written) != decode_key(stored)
    except Exception:
        if field.computed:
            return False  # its property may raise anything, and the item can be read all the same
        raise


def _written(instance: BaseModel, field: StoredField) -> AttributeValue:
    if not field.computed and field.storage.base is not None:
        value, storage = vars(instance)[field.name], field.storage
        has_rules = field_rules(type(instance), field, storage) is not None  # `Base64Bytes` writes another value
        return storage.encode(storage.adapter.dump_python(value, warnings=False) if has_rules else value)
    # A copy, because a computed field may cache its value.
    return encode_item(instance.__copy__(), only={field.name})[field.attribute]
