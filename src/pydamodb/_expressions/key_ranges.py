"""Conditions on the parts of a sort key, as one range of its texts: leading parts with `==`, then one range.

A range of texts is exact, because texts sort like their parts. Where no text is a bound (a text below another one, a
time inside of a cut one), the range is wider, and the condition itself is added as a filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeAlias

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Unstorable, decode_key, string
from pydamodb._codec.key_templates import KeyFormat, Part
from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._expressions.conditions import And, BeginsWith, Between, Condition, Eq, Gt, Gte, Lt, Lte, as_condition
from pydamodb._expressions.operands import operand, text_operand
from pydamodb._expressions.paths import Path
from pydamodb._expressions.render_conditions import on_model

_Term: TypeAlias = Eq | Lt | Lte | Gt | Gte | Between | BeginsWith
_TERMS = (Eq, Lt, Lte, Gt, Gte, Between, BeginsWith)
_LAST = chr(0x10FFFF)
_SURROGATES = range(0xD800, 0xE000)  # no characters


@dataclass(frozen=True)
class KeyRange:
    """One range of a sort key: an operator of DynamoDB with its operands, and filters that make the range exact.

    `operator` is empty for all items of a partition, or one of =, <, <=, >, >=, BETWEEN and begins_with.
    """

    operator: str
    operands: tuple[AttributeValue, ...] = ()
    filters: tuple[Condition, ...] = ()


def key_range(
    model: type[BaseModel],
    template: KeyFormat,
    condition: Condition | None,
    known: Mapping[str, AttributeValue] | None = None,
) -> KeyRange:
    """Return the range of a condition on the parts of a sort key, None for all items of the model.

    `known` has the attributes of parts that are known from the partition key.

    Raises:
        InvalidConditionError: One range cannot answer the condition.
    """
    return _Selection(model, template, known or {}).range_of(condition)


class _Bound(NamedTuple):
    """One end of a range: a value, whether it is part of the range, and the condition that gives it."""

    value: AttributeValue
    included: bool
    term: Condition


class _Selection:
    """The making of one range."""

    def __init__(self, model: type[BaseModel], template: KeyFormat, known: Mapping[str, AttributeValue]) -> None:
        self._model, self._template = model, template
        self._known = dict(known)
        self._filters: list[Condition] = []

    def range_of(self, condition: Condition | None) -> KeyRange:
        """Return the range."""
        given = self._by_part(condition)
        template = self._template
        for count, part in enumerate(template.parts):
            if part.attribute in self._known:
                continue
            terms = given.pop(part.attribute, [])
            if len(terms) == 1 and isinstance(terms[0], Eq):
                self._known[part.attribute] = self._value(terms[0], terms[0].value)
                self._filters += [] if part.format.lossless else terms
                continue
            if given:
                names = ", ".join(each.name for each in template.parts if each.attribute in given)
                reason = f"it needs {part.name} == ... before it, because {part.name} comes first in the sort key"
                self._refuse(names, f"{reason} {template.source!r}")
            if template.is_bare:
                return self._bare(part, terms)
            begin = template.text(self._known, count)
            if terms:
                return self._inside(part, begin, terms)
            return self._made("begins_with", begin) if begin else self._made("")
        made = template.make(self._known)
        return KeyRange("=", () if made is None else (made,), tuple(self._filters))

    def _by_part(self, condition: Condition | None) -> dict[str, list[_Term]]:
        """Return the terms of a condition by the attributes of their parts."""
        found: dict[str, list[_Term]] = {}
        for each in terms_of(condition):
            term = on_model(self._model, each)
            if not isinstance(term, _TERMS) or not isinstance(term.field, Path):
                kind, known = type(term).__name__, "==, <, <=, >, >=, between() and begins_with()"
                self._refuse(repr(self._template.source), f"it joins {known} with &, and {kind} is none of them")
            path = term.field
            if len(path.steps) != 1 or path.steps[0] not in self._template.attributes:
                of = f"the sort key {self._template.source!r}"
                self._refuse(path.label, f"it is no part of {of}; put it into filter_condition")
            if path.steps[0] in self._known:
                self._refuse(path.label, "the partition key gives its value already; leave it out")
            found.setdefault(str(path.steps[0]), []).append(term)
        return found

    def _value(self, term: _Term, value: Any) -> AttributeValue:
        path: Any = term.field
        if value is None:
            self._refuse(path.label, "a part of a key is never None")
        if isinstance(value, Path) or not isinstance(path, Path):
            self._refuse(str(path), "a part of a key is compared with a value")
        try:
            return operand(path, value)
        except Unstorable as error:
            self._refuse(path.label, error.reason)

    def _bare(self, part: Part, terms: Sequence[_Term]) -> KeyRange:
        """Return the range of a key attribute that is a number or bytes."""
        if not terms:
            return self._made("")
        if len(terms) == 1 and isinstance(terms[0], BeginsWith):
            if part.field.storage.base is not bytes:
                self._refuse(part.name, "a number does not begin with a text; use between()")
            return KeyRange("begins_with", (self._value(terms[0], terms[0].value),))
        low, high = self._bounds(part, terms)
        for one, other, operator in ((low, high, ">"), (high, low, "<")):
            if one is not None and other is None:
                return KeyRange(operator + "=" * one.included, (one.value,))
        values = [bound.value for bound in (low, high) if bound is not None]
        self._filters += [bound.term for bound in (low, high) if bound is not None and not bound.included]
        return KeyRange("BETWEEN", tuple(values), tuple(self._filters))

    def _inside(self, part: Part, begin: str, terms: Sequence[_Term]) -> KeyRange:
        """Return the range of a part that has the text `begin` before it."""
        if len(terms) == 1 and isinstance(terms[0], BeginsWith):
            return self._beginning(part, begin, terms[0])
        if not part.format.ordered:
            remedy = (
                "leave out ':raw', or make it the last part" if ":raw}" in self._template.source else "put '#' after it"
            )
            self._refuse(part.name, f"its texts do not sort like its values in {self._template.source!r}: {remedy}")
        low, high = self._bounds(part, terms)
        is_last = part is self._template.parts[-1] and not part.after
        if not begin and is_last and part.format.lossless and (low is None or high is None):
            bound, operator = (low, ">") if low is not None else (high, "<")
            if bound is not None:
                text = self._template.part_text(part, bound.value)
                return self._made(operator + "=" * bound.included, text)
        first = begin if low is None else begin + self._lower(part, low, is_last=is_last)
        last = following(begin) if high is None else begin + self._upper(part, high, is_last=is_last)
        if not first:
            return self._made("<=", last)
        if last is None:
            return self._made(">=", first)
        if first > last:  # no text is between the bounds, and DynamoDB would refuse them
            last = first
            self._filters += [bound.term for bound in (low, high) if bound is not None]
        return self._made("BETWEEN", first, last)

    def _beginning(self, part: Part, begin: str, term: BeginsWith) -> KeyRange:
        path: Any = term.field
        if part.format.write_begin is None:
            self._refuse(part.name, "its part does not begin as its text does; use between()")
        if not isinstance(term.value, str):
            self._refuse(part.name, f"begins_with takes a text, got {type(term.value).__name__}")
        try:
            text = begin + part.format.write_begin(text_operand(path, term.value))
            string(text)
        except Unstorable as error:
            self._refuse(part.name, error.reason)
        return self._made("begins_with", text) if text else self._made("")

    def _bounds(self, part: Part, terms: Sequence[_Term]) -> tuple[_Bound | None, _Bound | None]:
        lows, highs = list[_Bound](), list[_Bound]()
        for term in terms:
            if isinstance(term, Between):
                lows.append(_Bound(self._value(term, term.low), included=True, term=term))
                highs.append(_Bound(self._value(term, term.high), included=True, term=term))
            elif isinstance(term, (Gt, Gte)):
                lows.append(_Bound(self._value(term, term.value), isinstance(term, Gte), term))
            elif isinstance(term, (Lt, Lte)):
                highs.append(_Bound(self._value(term, term.value), isinstance(term, Lte), term))
            else:
                self._refuse(part.name, "== and begins_with() cannot be joined with another condition on the same part")
        if len(lows) > 1 or len(highs) > 1:
            self._refuse(part.name, "it has two lower or two upper bounds; keep one of each")
        if lows and highs and decode_key(lows[0].value) > decode_key(highs[0].value):
            self._refuse(part.name, "its lower bound is above its upper bound, so that no value fits")
        return next(iter(lows), None), next(iter(highs), None)

    def _lower(self, part: Part, bound: _Bound, *, is_last: bool) -> str:
        """Return the lowest text of a range."""
        text = self._template.part_text(part, bound.value)
        if not part.format.lossless:
            if not (bound.included and part.format.is_first(bound.value)):
                self._filters.append(bound.term)
            return text
        if bound.included:
            return text
        if is_last and not part.format.delimited:
            return text + "\0"
        return following(text + part.after) or text

    def _upper(self, part: Part, bound: _Bound, *, is_last: bool) -> str:
        """Return the highest text of a range."""
        text = self._template.part_text(part, bound.value)
        included = bound.included
        if not part.format.lossless and (included or not part.format.is_first(bound.value)):
            included = True
            self._filters += [bound.term] if bound.term not in self._filters else []
        if not is_last:
            return (following(text + part.after) or text) if included else text
        if included:
            return text
        if part.format.delimited:
            return text[:-1] + chr(ord(text[-1]) - 1)
        self._filters.append(bound.term)  # there is no highest text below another text
        return text

    def _made(self, operator: str, *texts: str | None) -> KeyRange:
        return KeyRange(operator, tuple({"S": text} for text in texts if text is not None), tuple(self._filters))

    def _refuse(self, about: str, reason: str) -> NoReturn:
        name = self._model.__name__
        raise InvalidConditionError(f"query of {name}: sort_key_condition about {about}: {reason}", model_name=name)


def terms_of(condition: Condition | None) -> Iterator[Condition]:
    """Yield the conditions that are joined with &."""
    if isinstance(condition, And):
        for each in condition.conditions:
            yield from terms_of(each)
    elif condition is not None:
        yield as_condition(condition)


def following(begin: str) -> str | None:
    """Return the first text after all texts with this begin, None if there is none."""
    begin = begin.rstrip(_LAST)
    if not begin:
        return None
    last = ord(begin[-1]) + 1
    return begin[:-1] + chr(_SURROGATES.stop if last in _SURROGATES else last)
