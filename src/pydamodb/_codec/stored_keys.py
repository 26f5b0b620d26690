"""Items that were read under a key which their model would write in another form: another text of a time, for example.

What was read remembers the stored key, so that its writes act on this key. Values of the usual types remember it
themselves (`key_values`). For other values the instance has it, in its `__dict__`, from which Pydantic dumps, compares
and prints only fields. Copies and pickles keep both. A changed key is another key, in the form of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, decode_key
from pydamodb._codec.field_rules import record_rules
from pydamodb._codec.items import encode_item
from pydamodb._codec.key_values import KeyForms, plain, remembered, remembering
from pydamodb._codec.types import RecordSchema, StoredField

STORED_KEY = "__pydamodb_stored_key__"
# Each key of these types has one form, or its forms are the same key.
_ONE_FORM = {str, int, Decimal, bytes}


class StoredKeys(NamedTuple):
    """The fields of a table's keys, and those among them that can have several forms, by their attributes."""

    fields: set[str]
    several: Mapping[str, StoredField]

    def remember(self, instance: BaseModel, item: Mapping[str, AttributeValue]) -> None:
        """Remember the key of the item from which an instance was read, if the instance writes another key."""
        try:
            others = [each for name, each in self.several.items() if _differs(_written(instance, each), item[name])]
            if others:
                # A copy, because a computed field may cache its value.
                written = encode_item(instance.__copy__(), only=self.fields)
                stored = {name: item[name] if name in self.several else each for name, each in written.items()}
                self._keep(instance, others, KeyForms(written, stored, any(each.computed for each in others)))
        except Exception:  # noqa: BLE001 - a computed field may raise anything, and the item can be read all the same
            return

    def _keep(self, instance: BaseModel, others: list[StoredField], forms: KeyForms) -> None:
        values = vars(instance)
        for field in others:
            value = None if field.computed else remembering(values[field.name], forms)
            values[STORED_KEY if value is None else field.name] = forms if value is None else value

    def forms_of(self, instance: BaseModel) -> KeyForms | None:
        """Return the forms of the key under which an instance was read, None if the model writes the stored one."""
        values: dict[str, Any] = vars(instance)
        known = [remembered(values.get(field.name)) for field in self.several.values()]
        return values.get(STORED_KEY) or next(filter(None, known), None)

    def forget(self, instance: BaseModel) -> None:
        """Forget the stored key of an instance: its item is deleted."""
        values = vars(instance)
        values.pop(STORED_KEY, None)
        values.update({each.name: plain(values[each.name]) for each in self.several.values() if each.name in values})


def stored_keys(model: type[BaseModel], attributes: tuple[str, ...], schema: RecordSchema) -> StoredKeys | None:
    """Return how the instances of a model remember their keys; None if each key has one form only."""
    rules, by_attribute = record_rules(model, schema), schema.by_attribute
    fields = [by_attribute[name] for name in attributes if name in by_attribute]
    several = {
        each.attribute: each
        for each in fields
        if rules.checked or each.name in rules.fields or each.computed or each.storage.base not in _ONE_FORM
    }
    return StoredKeys({each.name for each in fields}, several) if several else None


def _written(instance: BaseModel, field: StoredField) -> AttributeValue:
    if not field.computed and field.storage.base is not None:
        return field.storage.encode(vars(instance)[field.name])
    return encode_item(instance.__copy__(), only={field.name})[field.attribute]


def _differs(written: AttributeValue, stored: AttributeValue) -> bool:
    return written != stored and decode_key(written) != decode_key(stored)
