"""Templates that fit a model: the text of a key attribute is made from the item of a model, and read back to its parts.

All that can be wrong with a template is refused when the class is made. Later only a value can be refused, such as a
number that has too many digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from string import Formatter
from typing import NamedTuple, NoReturn

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.part_formats import BadFormat, PartFormat, Unwritable
from pydamodb._codec.template_parts import bare_type, constants_of, part_format
from pydamodb._codec.types import RecordSchema, StoredField
from pydamodb._core.exceptions import ConfigurationError, InvalidKeyValueError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.markers import Version

_OF_NUMBERS = frozenset("0123456789.-")


@dataclass(frozen=True, eq=False)
class Part:
    """One field in a template, its format, and the constant text after it."""

    field: StoredField
    format: PartFormat
    after: str

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.field.name

    @property
    def attribute(self) -> str:
        """The attribute of the field in the item."""
        return self.field.attribute


@dataclass(frozen=True, eq=False)
class KeyFormat:
    """A template that fits its model.

    `source` is the template as it was given, and `begin` the constant text before its first part. `data_type` is that
    of the key attribute: a number or bytes alone are no text.
    """

    model_name: str
    source: str
    begin: str
    parts: tuple[Part, ...]
    data_type: str = "S"

    @property
    def is_bare(self) -> bool:
        """Whether the key attribute has the value of a field as it is stored, a number or bytes."""
        return self.data_type != "S"

    @cached_property
    def is_field(self) -> bool:
        """Whether the key attribute has exactly what the attribute of its one field has."""
        is_alone = len(self.parts) == 1 and self.source == f"{{{self.parts[0].name}}}"
        return is_alone and (self.is_bare or self.parts[0].format.write_begin is str)

    def says(self, part: Part) -> bool:
        """Return True if the key says the value of a part without loss."""
        return self.is_bare or part.format.lossless

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in their order."""
        return tuple(part.name for part in self.parts)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The attributes of the fields in the item."""
        return frozenset(part.attribute for part in self.parts)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = "".join(f"({part.format.pattern}){re.escape(part.after)}" for part in self.parts)
        return re.compile(re.escape(self.begin) + parts)

    def make(self, item: Mapping[str, AttributeValue]) -> AttributeValue | None:
        """Return the key attribute of an item, None if a part is absent or NULL: then the item is not in the index.

        Raises:
            InvalidKeyValueError: A value cannot be a part of the key.
        """
        values = [item.get(part.attribute) for part in self.parts]
        if any(value is None or "NULL" in value for value in values):
            return None
        return item[self.parts[0].attribute] if self.is_bare else {"S": self.text(item, len(self.parts))}

    def text(self, item: Mapping[str, AttributeValue], count: int) -> str:
        """Return the text of the first parts, and what is after them.

        Raises:
            InvalidKeyValueError: A value cannot be a part of the key.
        """
        return self.begin + "".join(
            self.part_text(part, item[part.attribute]) + part.after for part in self.parts[:count]
        )

    def part_text(self, part: Part, value: AttributeValue) -> str:
        """Return the text of one part; raise InvalidKeyValueError if it cannot have this value."""
        try:
            return part.format.write(value)
        except Unwritable as error:
            message = f"{self.model_name}.{part.name} is a part of the key {self.source!r}: {error.reason}"
            raise InvalidKeyValueError(message, model_name=self.model_name) from None

    def fits(self, key: AttributeValue) -> bool:
        """Return True if the template can have made a key."""
        return self.is_bare or self._texts_in(key) is not None

    def _texts_in(self, key: AttributeValue) -> tuple[str, ...] | None:
        """Return the texts of the parts in a key, None if no item has this key."""
        found = self._pattern.fullmatch(key["S"]) if "S" in key else None
        if found is None:
            return None
        checks = zip((part.format.is_value for part in self.parts), found.groups(), strict=True)
        return found.groups() if all(check is None or check(text) for check, text in checks) else None

    def parse(self, key: AttributeValue) -> dict[str, AttributeValue] | None:
        """Return the stored values of the parts that are lossless, by attribute; None if the key does not fit."""
        if self.is_bare:
            return {self.parts[0].attribute: key}
        found = self._texts_in(key)
        if found is None:
            return None
        texts = zip(self.parts, found, strict=True)
        return {part.attribute: part.format.read(text) for part, text in texts if part.format.lossless}


def key_format(schema: RecordSchema, source: str, *, is_sort_key: bool, is_sparse: bool) -> KeyFormat:
    """Fit a template to the fields of a model.

    Args:
        schema: The fields of the model.
        source: The template.
        is_sort_key: The text must sort like its parts.
        is_sparse: A part may be None, as in a key of an index.

    Raises:
        ConfigurationError: No key can be made with this template.
    """
    return _Fitting(schema, source).fitted(is_sort_key=is_sort_key, is_sparse=is_sparse)


class _Piece(NamedTuple):
    """A field in braces, with its format specification and the constant text after it."""

    field: StoredField
    spec: str
    after: str


_BARE = PartFormat(lambda _: "", lambda _: {}, "", delimited=False)


class _Fitting:
    """The fitting of one template to one model."""

    def __init__(self, schema: RecordSchema, source: str) -> None:
        self._schema, self._source = schema, source

    def fitted(self, *, is_sort_key: bool, is_sparse: bool) -> KeyFormat:
        """Return the template with the formats of its parts."""
        if self._source in self._schema.fields:
            self._refuse(f"it is the name of a field: write '{{{self._source}}}'; a text without braces is constant")
        begin, pieces = self._pieces()
        for piece in pieces:
            self._check_field(piece.field, is_sparse=is_sparse)
        names = [piece.field.name for piece in pieces]
        if twice := [name for name in names if names.count(name) > 1]:
            self._refuse(f"{twice[0]!r} is in it twice")
        name = self._schema.record.__name__
        if len(pieces) == 1 and not (begin or pieces[0].spec or pieces[0].after):
            data_type = self._bare_type(pieces[0])
            if data_type is not None:
                return KeyFormat(name, self._source, "", (Part(pieces[0].field, _BARE, ""),), data_type)
        parts = tuple(
            self._part(piece, is_last=number == len(pieces), is_sort_key=is_sort_key)
            for number, piece in enumerate(pieces, 1)
        )
        return KeyFormat(name, self._source, begin, parts)

    def _pieces(self) -> tuple[str, list[_Piece]]:
        """Return the constant text before the first field, and the fields. Constant fields are constant text."""
        constants = constants_of(self._schema)
        begin, pieces = "", list[_Piece]()
        try:
            parsed = [*Formatter().parse(self._source)]
        except ValueError as error:
            self._refuse(f"{str(error).lower()}; a brace is doubled where it is text")
        for text, name, spec, conversion in parsed:
            constant = text
            if name is not None and name in constants and not spec:
                constant += constants[name]
            if pieces:
                pieces[-1] = pieces[-1]._replace(after=pieces[-1].after + constant)
            else:
                begin += constant
            if conversion:
                self._refuse(f"!{conversion} is not for keys: give the field a validator that changes its values")
            if name is not None and (spec or name not in constants):
                pieces.append(_Piece(self._named(name), spec or "", ""))
        return begin, pieces

    def _named(self, name: str) -> StoredField:
        field = self._schema.fields.get(name)
        if field is None:
            known = ", ".join(name for name, each in self._schema.fields.items() if not each.computed)
            self._refuse(f"{name!r} is no field of the model; its fields are {known}")
        return field

    def _check_field(self, field: StoredField, *, is_sparse: bool) -> None:
        if field.computed:
            self._refuse(f"{field.name!r} is a computed field, and a part is a field: write what it is computed from")
        if Version() in field.marks:
            self._refuse(f"{field.name!r} is the Version, which each write increments: a key never changes")
        if not field.stored:
            self._refuse(f"{field.name!r} is excluded from serialization, so it is not stored")
        if field.storage.nullable and not is_sparse:
            self._refuse(f"{field.name!r} may be None, and every item has a key: give it a type without None")

    def _bare_type(self, piece: _Piece) -> str | None:
        try:
            return bare_type(piece.field.storage)
        except BadFormat as error:
            self._refuse(f"{piece.field.name!r}: {error}")

    def _part(self, piece: _Piece, *, is_last: bool, is_sort_key: bool) -> Part:
        name, (field, spec, after) = piece.field.name, piece
        try:
            found = part_format(field.storage, spec, after[:1])
        except BadFormat as error:
            self._refuse(f"{name!r}: {error}")
        if not (after or is_last or found.delimited):
            self._refuse(f"no text is between {name!r} and the next part, and {name!r} has no fixed width")
        is_number = not (found.delimited or found.ordered) and found.write_begin is None
        if is_number and is_sort_key:
            self._refuse(f"{name!r} does not sort like its numbers: give it a width, {{n:08}} or {{price:012.2f}}")
        if is_number and after[:1] in _OF_NUMBERS:
            self._refuse(f"{after[:1]!r} cannot end the number {name!r}: begin the text behind it with '#'")
        if is_sort_key and found.delimited and not found.ordered:
            self._refuse(f"{name!r} does not sort like its times: begin with the year, and leave out no unit between")
        return Part(field, found, after)

    def _refuse(self, reason: str) -> NoReturn:
        name = self._schema.record.__name__
        raise ConfigurationError(f"{name}: the key template {self._source!r}: {reason}", model_name=name)
