"""The templates of a model's key: which key arguments they need, and whether a stored item is one of the model's.

An item of a table that many models share belongs to a model if its markers (`kind: Literal["order"] = "order"`) and its
key do not say otherwise. It has drifted if its fields make another key than the stored one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple, cast

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable, decode_key
from pydamodb._codec.field_rules import field_rules, record_rules
from pydamodb._codec.foreign_items import Drift, Foreign
from pydamodb._codec.items import decode_value, encode_item
from pydamodb._codec.key_pages import Page, fit, misfits
from pydamodb._codec.key_templates import KeyFormat, Part, key_format
from pydamodb._codec.part_formats import no_texts
from pydamodb._codec.remembered_keys import TextKey, remember, remember_all, whole_key
from pydamodb._codec.template_parts import constants_of
from pydamodb._core.exceptions import ConfigurationError, InvalidKeyValueError, ValidationError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._core.templates import KeyTemplate

Item = Mapping[str, AttributeValue]
_pop: Any = cast("Any", dict).pop


class IndexFormats(NamedTuple):
    """The templates of an index; None for a key that is a field, or the partition key of the table, and for no key."""

    partition: KeyFormat | None
    sort: KeyFormat | None


@dataclass(frozen=True, eq=False)
class TemplatedKeys:
    """The templates of a model's key, those of its indexes, and its markers, by their attributes.

    `sort` is None if the table has no sort key.
    """

    model: type[BaseModel]
    partition: KeyFormat
    sort: KeyFormat | None
    markers: Mapping[str, str]
    indexes: Mapping[str, IndexFormats]

    @cached_property
    def arguments(self) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """The parts that are given as partition key and as sort key: those that the partition key does not say."""
        said = {part.name for part in self.partition.parts if self.partition.says(part)}
        others = () if self.sort is None else tuple(part for part in self.sort.parts if part.name not in said)
        return self.partition.parts, others

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """All parts of the key by their attributes."""
        return {part.attribute: part for parts in self.arguments for part in parts}

    def shaped(self, value_of: Callable[[Part], Any]) -> tuple[Any, ...]:
        """Return key arguments of the values of parts: one value, or a tuple of several."""
        given = ([value_of(part) for part in parts] for parts in self.arguments)
        first, second = (values[0] if len(values) == 1 else tuple(values) for values in given)
        return (first, second) if self.arguments[1] else (first,)

    def mismatch(self, schema: TableSchema) -> str | None:
        """Return why the templates do not fit the keys of a table, None if they do."""
        fields = record_schema_of(self.model).by_attribute
        for name, formats in self.indexes.items():
            if (reason := _index_mismatch(name, formats, schema)) is not None:
                return reason
        kind = Kind(self, schema)
        for attribute, template in (*kind.formats.items(), *kind.index_formats.items()):
            expected = schema.types.get(attribute, template.data_type)
            if expected != template.data_type:
                made = f"and {template.source!r} makes one of type {template.data_type}"
                where = "table" if attribute in kind.formats else "index"
                return f"the key {attribute!r} of the {where} has the type {expected}, {made}"
            field = fields.get(attribute)
            if field is not None and not (template.is_field and template.names == (field.name,)):
                return (
                    f"the key {attribute!r} is made by {template.source!r}, and it is the attribute of the field "
                    f"{field.name!r} too: give the field another name, or the mark Attribute(...)"
                )
        return None

    def of_instance(self, instance: BaseModel) -> dict[str, AttributeValue]:
        """Return the attributes of the parts of an instance; raise ItemEncodingError if one cannot be stored."""
        values = instance.__dict__
        if self._encoders is not None:
            with suppress(Unstorable, KeyError):  # a value is missing, or is not of the type of its field
                return {attribute: encode(values[name]) for attribute, name, encode in self._encoders}
        return encode_item(instance, only={part.name for part in self.parts.values()})

    @property
    def is_stored_as_given(self) -> bool:
        """Whether no validation changes the value of a part."""
        return self._encoders is not None

    @cached_property
    def is_read_as_stored(self) -> bool:
        """Whether no validator of the model changes a part either."""
        return self.is_stored_as_given and not record_rules(self.model).checked

    @cached_property
    def _encoders(self) -> tuple[tuple[str, str, Encoder], ...] | None:
        """The attributes, names and encoders of the parts; None if validation may change the value of a part."""
        fields = [part.field for part in self.parts.values()]
        if any(field_rules(self.model, field, field.storage) is not None for field in fields):
            return None
        return tuple((field.attribute, field.name, field.storage.encode) for field in fields)


def _index_mismatch(name: str, formats: IndexFormats, schema: TableSchema) -> str | None:
    index = schema.indexes.get(name)
    if index is None:
        kind = "LocalIndex" if formats.partition is None else "GlobalIndex"
        keys = 'sort_key="..."' if formats.partition is None else 'partition_key="...", sort_key="..."'
        remedy = f"name them, PydamoConfig(indexes=[{kind}({name!r}, {keys})]), or create the index"
        return f"the attributes are not known that the templates of the index {name!r} make: {remedy}"
    if bool(index.keys.sort_keys) != (formats.sort is not None) and formats.partition is not None:
        has = f"the sort key {index.keys.sort_keys[0]!r}" if index.keys.sort_keys else "no sort key"
        return f"the index {name!r} has {has}: {'give' if index.keys.sort_keys else 'leave out'} its sort_key"
    return None


def templated_keys(
    model: type[BaseModel],
    template: KeyTemplate,
    indexes: Callable[[], Mapping[str, IndexFormats]] = dict,
    *,
    has_sort_key: bool,
) -> TemplatedKeys:
    """Fit the templates of a key to a model.

    Raises:
        ConfigurationError: No key can be made with a template, or the base class of the model is the wrong one.
    """
    schema = record_schema_of(model)
    return schema.cached(_templated_keys, template, model, template, indexes, has_sort_key=has_sort_key)


def _templated_keys(
    model: type[BaseModel],
    template: KeyTemplate,
    indexes: Callable[[], Mapping[str, IndexFormats]],
    *,
    has_sort_key: bool,
) -> TemplatedKeys:
    schema = record_schema_of(model)
    partition = key_format(schema, template.partition_key, is_sort_key=False, is_sparse=False)
    sort = template.sort_key and key_format(schema, template.sort_key, is_sort_key=True, is_sparse=False)
    markers = {schema.fields[name].attribute: text for name, text in constants_of(schema).items()}
    keys = TemplatedKeys(model, partition, sort or None, markers, indexes())
    own = ", ".join(part.name for part in keys.arguments[1])
    if bool(own) != has_sort_key:
        reason = f"{own} of the sort key is not in the partition key" if own else "its sort key has no part of its own"
        base = "PrimaryKeyAndSortKeyModel" if own else "PrimaryKeyModel"
        message = f"{model.__name__}: {reason}: make {base} its base"
        raise ConfigurationError(message, model_name=model.__name__)
    return keys


@dataclass(frozen=True, eq=False)
class Kind:
    """The items of a model in a table: the templates, and the keys of the table and of its indexes.

    A `partial` reading does not have all parts of a key, so that the key is not made from them.
    """

    templates: TemplatedKeys
    schema: TableSchema
    partial: bool = False

    @property
    def keys(self) -> KeySchema:
        """The keys of the table."""
        return self.schema.keys

    @cached_property
    def formats(self) -> Mapping[str, KeyFormat]:
        """The templates by the key attributes of the table."""
        both = zip(self.keys.attributes, (self.templates.partition, self.templates.sort), strict=False)
        return {attribute: template for attribute, template in both if template is not None}

    @cached_property
    def index_formats(self) -> Mapping[str, KeyFormat]:
        """The templates by the key attributes of indexes, without the keys of the table."""
        found: dict[str, KeyFormat] = {}
        for name, formats in self.templates.indexes.items():
            index = self.schema.indexes.get(name)
            keys = ((), ()) if index is None else (index.keys.partition_keys, index.keys.sort_keys)
            for attributes, template in zip(keys, formats, strict=True):
                if template is not None and attributes and attributes[0] not in self.formats:
                    found[attributes[0]] = template
        return found

    @cached_property
    def all_formats(self) -> Mapping[str, KeyFormat]:
        """The templates by the key attributes of the table and of its indexes."""
        return {**self.formats, **self.index_formats}

    @cached_property
    def _hidden(self) -> frozenset[str]:
        """The key attributes that are no fields."""
        return frozenset(self.all_formats) - record_schema_of(self.templates.model).by_attribute.keys()

    def index_keys(self, item: Item) -> dict[str, AttributeValue]:
        """Return the key attributes of indexes. An attribute is left out if a part of it is.

        Raises:
            InvalidKeyValueError: A part cannot have its value.
        """
        made = {attribute: template.make(item) for attribute, template in self.index_formats.items()}
        return {attribute: value for attribute, value in made.items() if value is not None}

    def made(self, item: Item, sort_item: Item | None = None) -> dict[str, AttributeValue]:
        """Return the key of an item, from the attributes of its parts; those of the sort key may be given separately.

        Raises:
            InvalidKeyValueError: A part has no value, or it cannot have its value.
        """
        key: dict[str, AttributeValue] = {}
        for attribute, template in self.formats.items():
            parts = item if sort_item is None or template is self.templates.partition else sort_item
            made = template.make(parts)
            if made is None:
                name = self.templates.model.__name__
                empty = [each.name for each in template.parts if "NULL" in parts.get(each.attribute, {"NULL": True})]
                message = f"{name}.{empty[0]} is a part of the key {template.source!r}: it has no value"
                raise InvalidKeyValueError(message, model_name=name)
            key[attribute] = made
        return key

    @property
    def compared(self) -> tuple[tuple[str, str], ...]:
        """The key attributes, which are compared, and stored texts; with the data type of those that are texts."""
        keys = {name: "" if template.is_bare else template.data_type for name, template in self.formats.items()}
        return tuple({**dict.fromkeys(self._stored_texts, "S"), **keys}.items())

    @cached_property
    def _stored_texts(self) -> tuple[str, ...]:
        """The attributes whose texts say what a part is, if they have the one form of the values of their fields."""
        if not self.templates.is_read_as_stored:
            return ()
        parts = (part for template in self.formats.values() for part in template.parts)
        return tuple({part.attribute: None for part in parts if part.format.write_stored is not no_texts})

    def _stored_of(self, keys: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
        """Return the stored texts that were read with keys, which lose them."""
        return {
            name: [key.get(name) for key in keys]
            if name in self.formats
            else [*map(_pop, keys, repeat(name), repeat(None))]  # half the time of a loop
            for name in self._stored_texts
        }

    @property
    def needed(self) -> tuple[str, ...]:
        """The attributes that say whether an item is one of the model."""
        return (*self.keys.attributes, *self.templates.markers)

    def has(self, item: Item) -> bool:
        """Return True if an item is one of the model."""
        return self._foreign(item) is None

    def _foreign(self, item: Item) -> str | None:
        """Return why an item is of another kind, None if nothing says so."""
        for attribute, text in self.templates.markers.items():
            if item.get(attribute, {"S": text}) != {"S": text}:
                return f"its {attribute!r} is not {text!r}"
        for attribute, template in self.formats.items():
            if attribute in item and not template.fits(item[attribute]):
                return f"its {attribute!r} does not fit {template.source!r}"
        return None

    def own(self, item: Item) -> Item:
        """Return an item without its keys, unless they are fields too.

        Raises:
            Foreign: The item is of another kind.
        """
        if (reason := self._foreign(item)) is not None:
            raise Foreign(reason)
        return {name: value for name, value in item.items() if name not in self._hidden}

    def parsed(self, key: Item) -> tuple[Any, ...] | None:
        """Return the key arguments that a stored key says; None if a template leaves out something of a part.

        Raises:
            Foreign: It is the key of an item of another kind.
            Drift: The templates would write it in another way.
        """
        if lacking := [attribute for attribute in self.formats if attribute not in key]:
            raise Foreign(f"it has no {lacking[0]!r}")
        self.own(key)
        said: dict[str, AttributeValue] = {}
        for attribute, template in self.formats.items():
            said |= template.parse(key[attribute]) or {}
        if said.keys() < self.templates.parts.keys():
            return None
        self._compare(self.made(said), {attribute: key[attribute] for attribute in self.formats})
        return self.templates.shaped(lambda part: decode_value(part.field.storage, said[part.attribute]))

    def check(self, instance: BaseModel, item: Item) -> None:
        """Compare the key of an item with the one that its fields make.

        Raises:
            Unstorable: They differ.
        """
        stored = {name: item[name] for name in self.keys.attributes}
        self._compare(self._made(instance), stored)
        remember(instance, stored)

    def _compare(self, made: Item, stored: Item) -> None:
        if made != stored and _values(made) != _values(stored):
            remedy = "Save the item under its own key, and delete the stored one"
            raise Drift(f"its fields make the key {_values(made)}, under which it is not found. {remedy}")

    def _made(self, instance: BaseModel) -> dict[str, AttributeValue]:
        try:
            return self.made(self.templates.of_instance(instance))
        except ValidationError as error:
            raise Drift(f"its fields make no key: {error}") from None

    def refused(self, instances: Sequence[BaseModel], keys: Sequence[dict[str, Any]]) -> list[int]:
        """Return the places of the items that `own` and `check` have to look at. The others remember their keys."""
        page = Page(self.templates.model, instances, keys, self._stored_of(keys))
        is_usual = self.templates.is_stored_as_given
        if is_usual and fit(self.formats, page):
            remember_all(*page[:3])
            return []
        own = [place for place, key in enumerate(keys) if self._foreign(whole_key(key)) is None]
        doubtful = [own[each] for each in misfits(self.formats, page.at(own))] if is_usual else own
        accepted = [place for place in doubtful if self._accepts(instances[place], keys[place])]
        usual = sorted({*own}.difference(doubtful))
        remember_all(*page.at(usual)[:3])
        return sorted({*range(len(keys))}.difference(usual, accepted))

    def _accepts(self, instance: BaseModel, key: TextKey) -> bool:
        try:
            self.check(instance, whole_key(key))
        except Exception:  # noqa: BLE001 - the careful way knows what is wrong
            return False
        return True


def _values(key: Item) -> dict[str, Any]:
    return {name: decode_key(value) for name, value in key.items()}
