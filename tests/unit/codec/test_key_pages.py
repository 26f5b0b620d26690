"""Keys of a page that are compared all at once: what is read is what the careful way reads, item by item."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    Field,
    NaiveDatetime,
    PrivateAttr,
    StringConstraints,
    create_model,
    model_validator,
)
from pydantic_core import PydanticOmit

from pydamodb import Attribute, KeyTemplate, PrimaryKeyAndSortKeyModel
from pydamodb._codec.attribute_values import Unstorable
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.items import encode_item
from pydamodb._codec.readers import Reader
from pydamodb._codec.remembered_keys import remembered_key
from pydamodb._codec.templated_keys import Kind, templated_keys
from pydamodb._core.table_schema import KeySchema, TableSchema
from tests.support.hypothesis_profiles import one_in

SCHEMA = TableSchema(KeySchema(("pk",), ("sk",)), {}, {})
UTC = timezone.utc


def stripped(text: str) -> str:
    """Validate a text."""
    return text.strip()


class Color(str, Enum):
    """An enum of texts."""

    BLUE, RED = "blue", "red#1"


class Rank(IntEnum):
    """An enum of numbers."""

    FIRST, SECOND = 1, 2


class Changed(BaseModel):
    """A mixin whose validator changes a part."""

    @model_validator(mode="after")
    def change(self) -> Any:
        """Give the part another type and another value."""
        if vars(self)["part"] == "seven":
            vars(self)["part"] = 7
        elif vars(self)["part"] == "eight":
            del vars(self)["part"]
        return self


class ChangedTime(BaseModel):
    """A mixin whose validator changes a part that is a time."""

    @model_validator(mode="after")
    def change(self) -> Any:
        """Drop the fraction of the second."""
        vars(self)["part"] = vars(self)["part"].replace(microsecond=0)
        return self


class Hooked(BaseModel):
    """A mixin whose hook changes a part that is a time."""

    def model_post_init(self, _: object) -> None:
        """Drop the fraction of the second."""
        vars(self)["part"] = vars(self)["part"].replace(microsecond=0)


class Private(BaseModel):
    """A mixin with a private attribute."""

    _seen: int = PrivateAttr(0)


def whole_seconds(time: datetime) -> datetime:
    """Validate a time."""
    return time.replace(microsecond=0)


TIMES = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001
WHOLE_TIMES = TIMES.map(lambda time: time.replace(microsecond=0))
AWARE = (TIMES | WHOLE_TIMES).map(lambda time: time.replace(tzinfo=UTC))
TEXTS = st.text(st.sampled_from("ab9 #$%\n|Z.é\U0001f600"), min_size=1, max_size=4)
OLDER = Field(validation_alias=AliasChoices("part", "older"))
# The type of the part, its format in the template, its values, and mixins of the model.
PARTS: dict[str, tuple[Any, str, st.SearchStrategy[Any], tuple[Any, ...]]] = {
    "text": (str, "", TEXTS, ()),
    "raw text": (str, ":raw", TEXTS.map(lambda text: text.replace("#", "-")), ()),
    "constrained text": (Annotated[str, Field(max_length=3)], "", TEXTS.map(lambda text: text[:3]), ()),
    "lower text": (Annotated[str, StringConstraints(to_lower=True)], "", TEXTS.map(str.lower), ()),
    "validated text": (Annotated[str, AfterValidator(stripped)], "", st.sampled_from(["ann", "é", "9"]), ()),
    "changed text": (str, "", TEXTS | st.sampled_from(["seven", "eight"]), (Changed,)),
    "text with a wrong default": (Annotated[str, Field(default=5, validate_default=False)], "", TEXTS, ()),
    "literal": (Literal["x", "y#"], "", st.sampled_from(["x", "y#"]), ()),
    "enum": (Color, "", st.sampled_from([*Color]), ()),
    "number": (int, ":04", st.integers(0, 9999), ()),
    "signed number": (int, ":-04", st.integers(-9999, 9999), ()),
    "plain number": (int, "", st.integers(-(10**37), 10**37), ()),
    "enum of numbers": (Rank, ":02", st.sampled_from([*Rank]), ()),
    "amount": (Decimal, ":-08.2f", st.integers(-9999, 9999).map(lambda cents: Decimal(cents).scaleb(-2)), ()),
    "plain amount": (Decimal, "", st.integers(-9999, 9999).map(lambda cents: Decimal(cents).scaleb(-2)), ()),
    "time": (datetime, "", AWARE, ()),
    "aware time": (AwareDatetime, "", AWARE, ()),
    "naive time": (NaiveDatetime, "", TIMES | WHOLE_TIMES, ()),
    "changed time": (datetime, "", AWARE, (ChangedTime,)),
    "time changed by a hook": (datetime, "", AWARE, (Hooked,)),
    "time changed by its field": (Annotated[datetime, AfterValidator(whole_seconds)], "", AWARE, ()),
    "time in a model with a private attribute": (datetime, "", AWARE, (Private,)),
    "time with an older name": (Annotated[datetime, OLDER], "", AWARE, ()),
    "month": (datetime, ":%Y-%m", AWARE, ()),
    "time of a day": (datetime, ":%H.%M", AWARE, ()),
    "date": (date, "", st.dates(), ()),
    "year": (date, ":%Y", st.dates(), ()),
    "UUID": (UUID, "", st.uuids(), ()),
    "bool": (bool, "", st.booleans(), ()),
}
PLACES = {"last": "A#{part%s}", "between": "A%%%%#{part%s}#Z%%%%", "only": "{part%s}"}


@cache
def reader_of(model: Any) -> Reader:
    """Return the reader of whole items."""
    kind = Kind(templated_keys(model, model.pydamo_key, has_sort_key=model.__pydamo_has_sort_key__), SCHEMA)
    return Reader(model, keys=kind, kind=kind)


def make_models() -> dict[str, Any]:
    """Make a model for each type of a part, and each place in the key."""
    made: dict[str, Any] = {}
    for name, (annotation, spec, _, mixins) in PARTS.items():
        for place, template in PLACES.items():
            if place == "only" and (":" in spec or spec == ":raw"):
                continue
            fields: dict[str, Any] = {"__annotations__": {"part": annotation, "n": int}, "__module__": __name__}
            fields["pydamo_key"] = KeyTemplate(template % spec, "{n:04}")
            made[f"{name}, {place}"] = type("Item", (*mixins, PrimaryKeyAndSortKeyModel), fields)
    return made


MODELS = make_models()


@cache
def plain_of(model: Any) -> type[BaseModel]:
    """Return a model that has the same fields, and no validators of its own."""
    fields: Any = {name: (each.annotation, ...) for name, each in model.model_fields.items()}
    return create_model("Plain", **fields)


def stored(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return an item under its own key."""
    item = encode_item(plain_of(model).model_construct(**values))
    return {**item, **reader_of(model).kind.made(item)}  # type: ignore[union-attr]


def other_keys(key: dict[str, Any]) -> list[Any]:
    """Return other values of a key, some of which nearly fit."""
    ((data_type, text),) = key.items()
    others = [f"{text} ", f"B{text[1:]}", text.upper(), f"{text}\n", text.replace("$20", " "), f"{text}\nA"]
    near = [{"S": each} for each in others] if data_type == "S" else [{"N": "7"}]
    return [*near, {"B": "AAAA"}, {"N": "1"}, {"S": 1}, {"NULL": True}, {}, None]


def other_forms(text: str) -> list[str]:
    """Return other texts, most of them of the same value, of a time, a date or a UUID."""
    fractions = [re.sub(r"\.\d+", each, text) for each in ("", ".0", ".000", f"{text[19:26]}9")]
    zones = [text.replace("Z", each) for each in ("+00:00", "-00:00", "z", "+05:00", "")]
    dates_and_times = [text.replace("T", "t"), text.replace("T", " "), f"{text}T00:00:00", f"{text}Z", text[:10]]
    return [
        *fractions,
        *zones,
        *dates_and_times,
        text.upper(),
        text.replace("-", ""),
        f"{{{text}}}",
        f" {text}",
        "1714566615",
    ]


@st.composite
def pages(draw: Any, name: str) -> list[Any]:
    """Draw items: most are own ones, the others are foreign, have drifted, or are damaged."""
    model, values = MODELS[name], PARTS[name.rpartition(", ")[0]][2]
    same = draw(st.none() | values)
    is_text = name.startswith(("time", "aware", "naive", "changed time", "date", "UUID", "month"))
    forms = ["form"] * 4 * is_text
    items: list[Any] = []
    for n in draw(st.lists(st.integers(0, 99), min_size=1, max_size=5)):
        item = stored(model, {"part": draw(values) if same is None else same, "n": n})
        change = draw(st.sampled_from([*["none"] * 20, "drift", "sk", "pk", "pk", "shift", "lack", "null", *forms]))
        if change == "drift":
            other = stored(model, {"part": draw(values), "n": draw(st.sampled_from([n, 5]))})
            item |= {name: other[name] for name in ("part", "n")}
        elif change == "shift" and items:  # the texts of both keys together are what they were
            first: Any = items[-1].get("sk") or {}
            second = item["sk"]
            if isinstance(first.get("S"), str):
                items[-1]["sk"], item["sk"] = {"S": f"{first['S']}\n{second['S'][:1]}"}, {"S": second["S"][2:]}
        elif change == "form":
            text = item["part"]["S"]
            other = draw(st.sampled_from(other_forms(text)))
            if draw(st.booleans()):
                item["older"] = item.pop("part")
            item |= {draw(st.sampled_from(["part", "older"])): {"S": other}}
            if draw(st.booleans()):
                item["pk"] = {"S": item["pk"]["S"].replace(text, other)}
        elif change in {"pk", "sk"}:
            item[change] = draw(st.sampled_from(other_keys(item[change])))
        elif change in {"lack", "null"}:
            name = draw(st.sampled_from(["pk", "sk", "part", "n"]))
            item = {**item, name: {"NULL": True}} if change == "null" else {k: v for k, v in item.items() if k != name}
        items.append(item)
    return items


def read(reader: Reader, items: list[Any], on_error: Any, *, quick: bool) -> Any:
    """Return what is read, or the error that stops it."""
    careful = {"Count": len(items), "Items": items}
    read_page: Any = reader.page_reader
    try:
        reply = (read_page(json.dumps(careful).encode()) if quick else None) or careful
        return [(each, remembered_key(each)) for each in reader.items_of(reply, on_error)]
    except Exception as error:  # noqa: BLE001 - both ways are to raise the same
        return type(error), str(error)


@pytest.mark.parametrize("name", MODELS)
@given(st.data())
@one_in(4)
def test_what_is_read_is_what_the_careful_way_reads(name: str, data: st.DataObject) -> None:
    """Items, remembered keys, errors of items, and what stops a page."""
    reader, items = reader_of(MODELS[name]), data.draw(pages(name))
    found: list[list[Any]] = [[], []]
    for errors in found:

        def keep(_: Any, item: Any, error: Exception, errors: list[Any] = errors) -> None:
            errors.append((item, type(error), error.reason if isinstance(error, Unstorable) else ""))

        errors.append(read(reader, items, keep, quick=errors is found[0]))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", [name for name in MODELS if "changed" not in name])
@given(st.data())
@one_in(4)
def test_a_page_of_own_items_is_read_in_the_quick_way(name: str, data: st.DataObject) -> None:
    """Whatever the values are."""
    values = PARTS[name.rpartition(", ")[0]][2]
    drawn = data.draw(st.lists(values, min_size=1, max_size=4))
    items = [stored(MODELS[name], {"part": each, "n": n}) for n, each in enumerate(drawn)]
    read_page: Any = reader_of(MODELS[name]).page_reader
    page = read_page(json.dumps({"Count": len(items), "Items": items}).encode())
    assert [{name: item[name] for name in ("pk", "sk")} for item in items] == [*map(remembered_key, page["Models"])]


@pytest.mark.parametrize(
    ("name", "items"),
    [
        ("number, last", {"A#-001": {"N": "-1"}}),
        ("number, last", {"A#12345": {"N": "12345"}}),
        ("text, last", {"A#": {"S": ""}}),
        ("text, last", {"A#": {"S": ""}, "A#a": {"S": "a"}}),
        ("text, last", {"A#x": {"S": "x\nz"}, "z\nA#y": {"S": "y"}}),
        ("text, between", {"A%%#a#b#Z%%": {"S": "a#b"}}),
        ("text, between", {"A%%#a#b#Z%%": {"S": "a#b"}, "A%%#c#Z%%": {"S": "c"}}),
        ("raw text, between", {"A%%#a#b#Z%%": {"S": "a#b"}, "A%%#c#Z%%": {"S": "c"}}),
        ("time, last", {"A#2024-01-01T00:00:00.000000": {"S": "2024-01-01T00:00:00.000000"}}),
        ("aware time, last", {"A#2024-01-01T00:00:00.000000Z": {"S": "2024-01-01T00:00:00+05:00"}}),
    ],
)
def test_what_no_key_can_be_made_of_is_not_read_in_the_quick_way(name: str, items: dict[str, Any]) -> None:
    """Also if the stored key looks as if it was made of it."""
    stored_ones = [{"pk": {"S": key}, "sk": {"S": "0001"}, "part": items[key], "n": {"N": "1"}} for key in items]
    page = json.dumps({"Count": len(stored_ones), "Items": stored_ones}).encode()
    read_page: Any = reader_of(MODELS[name]).page_reader
    models = read_page(page)["Models"]
    own = [key in {"A#a", "A%%#c#Z%%"} for key in items]
    assert own == [not isinstance(each, Unread) for each in models]


STORED_FORMS = {
    "time": "2024-05-01T12:30:15.250000Z",
    "naive time": "2024-05-01T12:30:15.250000",
    "date": "2024-05-01",
    "UUID": "0123abcd-0000-4000-8000-00000000000f",
}


@pytest.mark.parametrize("name", STORED_FORMS)
def test_stored_texts_are_parts_if_they_have_the_one_form(name: str) -> None:
    """So that no text has to be made again. Others may be of the same value, and make another key."""
    kind: Any = reader_of(MODELS[f"{name}, last"]).kind
    (part,) = kind.templates.partition.parts
    text = STORED_FORMS[name]
    others = {each for each in other_forms(text) if each != text and not (name == "date" and each == text[:10])}
    assert [text, text] == part.format.write_stored([text, text])
    for other in (*others, None, f"{text}\n{text}"):
        assert None is part.format.write_stored([text, other])


class Timed(PrimaryKeyAndSortKeyModel):
    """A model with a key that is a field too."""

    pydamo_key = KeyTemplate("{at}", "{month:%Y-%m}#{n:04}")

    at: Annotated[datetime, Attribute("pk")]
    month: datetime
    n: int


@pytest.mark.parametrize("stored_as", ["2024-05-01T12:30:15.250000Z", "2024-05-01T12:30:15.25Z"])
def test_a_key_that_is_the_attribute_of_a_time_has_its_one_form(stored_as: str) -> None:
    """Another form is found under no value of the field."""
    timed: Any = Timed
    reader: Any = reader_of(timed)
    month = {"S": "2024-05-01T00:00:00.000000Z"}
    items = [
        {"pk": {"S": stored_as}, "sk": {"S": f"2024-05#{n:04}"}, "month": month, "n": {"N": f"{n}"}} for n in range(9)
    ]
    page = reader.page_reader(json.dumps({"Count": 9, "Items": items}).encode())
    read_ones = [each for each in page["Models"] if not isinstance(each, Unread)]
    keys = [{name: item[name] for name in ("pk", "sk")} for item in items]
    assert (keys if stored_as.endswith("250000Z") else []) == [*map(remembered_key, read_ones)]


OTHERS: dict[str, dict[str, Any]] = {
    "drift": {"part": {"N": "5000"}},
    "foreign": {"sk": {"S": "PROFILE"}},
    "key of another type": {"sk": {"N": "1"}},
    "damaged key": {"pk": {"S": 1}},
    "NULL": {"pk": {"NULL": True}},
    "no attribute value": {"pk": None},
    "invalid": {"n": {"S": "x"}},
    "out of range": {"part": {"N": "-1"}},
    "too large": {"part": {"N": "12345"}},
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("places", [{0}, {9}, {3, 7, 8}, {*range(100)}])
def test_only_items_that_are_not_own_are_left_to_the_careful_way(other: str, places: set[int]) -> None:
    """One of them costs little, in a page and in a batch."""
    reader: Any = reader_of(MODELS["number, last"])
    items: list[Any] = [stored(reader.model, {"part": n, "n": n}) for n in range(100)]
    items = [{**item, **OTHERS[other]} if n in places else item for n, item in enumerate(items)]
    page = reader.page_reader(json.dumps({"Count": len(items), "Items": items}).encode())
    found = [page["Models"]]
    if other in {"drift", "foreign", "invalid", "out of range", "too large"}:
        read_batch = reader.batch_reader(TableSchema(SCHEMA.keys, {}, {"pk": "S", "sk": "S"}))
        batch = read_batch(json.dumps({"Responses": {"one": items[:5], "other": items[5:]}}).encode())
        found.append([*batch["Models"]["one"], *batch["Models"]["other"]])
        assert [5, 95] == [*map(len, batch["Models"].values())]
    for models in found:
        assert [item if n in places else None for n, item in enumerate(items)] == [
            each.item if isinstance(each, Unread) else None for each in models
        ]
        read_ones = [each for each in models if not isinstance(each, Unread)]
        assert [each.n for each in read_ones] == [n for n in range(100) if n not in places]
        assert all(remembered_key(each) == reader.kind.made(encode_item(each)) for each in read_ones)


def test_a_page_whose_items_are_not_found_again_is_left_to_the_careful_way() -> None:
    """A reply has its items once."""
    reader: Any = reader_of(MODELS["number, last"])
    items = json.dumps([stored(reader.model, {"part": n, "n": 5}) for n in range(500)])
    drifted = json.dumps([{**stored(reader.model, {"part": 7, "n": 7}), "n": {"N": "8"}}])
    body = f'{{"Count": 501, "Items": {items}, "Items": {drifted}}}'.replace(" ", "").encode()
    assert None is reader.page_reader(body)


class Omitting(PrimaryKeyAndSortKeyModel):
    """A model that leaves out some of its items."""

    pydamo_key = KeyTemplate("A#{part}", "{n:04}")

    part: int
    n: int

    @model_validator(mode="after")
    def omit(self) -> Any:
        """Leave out an item."""
        if self.n == 1:
            raise PydanticOmit
        return self


def test_a_page_with_items_that_a_validator_leaves_out_is_left_to_the_careful_way() -> None:
    """Nobody knows which key is of which model."""
    omitting: Any = Omitting
    items = [{"pk": {"S": "A#7"}, "sk": {"S": f"{n:04}"}, "part": {"N": "7"}, "n": {"N": f"{n}"}} for n in range(3)]
    read_page: Any = reader_of(omitting).page_reader
    assert None is read_page(json.dumps({"Count": 3, "Items": items}).encode())


def test_a_single_item_that_has_drifted_is_left_to_the_careful_way() -> None:
    """It is read again, whole."""
    reader: Any = reader_of(MODELS["number, last"])
    item = stored(reader.model, {"part": 7, "n": 7})
    assert reader.item_reader(json.dumps({"Item": item}).encode())["Model"].n == 7
    for other in ({"n": {"N": "8"}}, {"pk": {"S": 1}}):
        assert None is reader.item_reader(json.dumps({"Item": {**item, **other}}).encode())


@pytest.mark.parametrize("name", MODELS)
def test_values_of_other_types_are_not_written_all_at_once(name: str) -> None:
    """Nobody knows what their serializer makes of them."""
    kind: Any = reader_of(MODELS[name]).kind
    assert None is kind.templates.partition.parts[0].format.write_all([object()])
