"""Templates of keys on models: what is refused when the class is made, and keys that sort, differ and parse back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, Field, NaiveDatetime, computed_field

from pydamodb import ConfigurationError, InvalidKeyValueError, TimeToLive, Version
from pydamodb._codec import part_texts
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import decode_value, encode_item
from pydamodb._codec.key_templates import KeyFormat, key_format


class Order(BaseModel):
    """A model with a field of each kind."""

    kind: Literal["order"] = "order"
    status: Literal["open", "paid"] = "open"
    a: str = "a"
    b: str = "b"
    n: int = 1
    m: int = 1
    price: Decimal = Decimal(1)
    at: AwareDatetime | None = None
    naive: datetime | None = None
    note: str | None = None
    data: bytes = b"x"
    tags: list[str] = Field(default_factory=list)
    secret: str = Field(default="", exclude=True)
    version: Annotated[int, Version] = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def label(self) -> str:
        """A computed field."""
        return self.a


class Valued(BaseModel):
    """The fields whose texts may have no value."""

    expires: Annotated[datetime, TimeToLive]
    at: datetime
    naive: NaiveDatetime
    day: date
    n: int
    price: Decimal
    token: UUID


def fitted(source: str, *, is_sort_key: bool = False, is_sparse: bool = True) -> KeyFormat:
    """Fit a template to the model."""
    return key_format(record_schema_of(Order), source, is_sort_key=is_sort_key, is_sparse=is_sparse)


def made(source: str, **values: Any) -> AttributeValue | None:
    """Return the key attribute of an order."""
    return fitted(source).make(encode_item(Order(**values)))


KEYS: list[tuple[str, dict[str, Any], AttributeValue | None]] = [
    ("PROFILE", {}, {"S": "PROFILE"}),
    ("{{a}}#{a}", {}, {"S": "{a}#a"}),
    ("T#{a}#CUSTOMER#{b}", {"a": "x#y", "b": "u#v"}, {"S": "T#x$23y#CUSTOMER#u#v"}),
    ("ORDER#{n:08}", {"n": 7}, {"S": "ORDER#00000007"}),
    ("{n:-04}{m:-04}", {"n": -1, "m": 2}, {"S": "-99980002"}),
    ("{kind}#{a}", {}, {"S": "order#a"}),
    ("{a}{kind}", {"a": "x"}, {"S": "xorder"}),
    ("{status}#{n}", {"n": -5}, {"S": "open#-5"}),
    ("{n}", {"n": 5}, {"N": "5"}),
    ("{price}", {"price": "1.50"}, {"N": "1.5"}),
    ("{price}#x", {"price": "1.50"}, {"S": "1.5#x"}),
    ("{data}", {}, {"B": "eA=="}),
    ("{a:raw}#{b}", {"a": "x$y"}, {"S": "x$y#b"}),
    ("{note}#{a}", {}, None),
    ("{at:%Y-%m}", {"at": "2026-05-01T00:30:00+01:00"}, {"S": "2026-04"}),
]


@pytest.mark.parametrize(("source", "values", "key"), KEYS)
def test_a_key_is_made_from_an_item(source: str, values: dict[str, Any], key: AttributeValue | None) -> None:
    """Text in braces is a field, doubled braces are text; a number or bytes alone stay what they are."""
    assert key == made(source, **values)


def test_null_is_no_part() -> None:
    """A field without the default None stores NULL, which leaves out the key of an index too."""
    assert fitted("{note}").make({"note": {"NULL": True}}) is None


def test_a_key_parses_back_to_its_parts() -> None:
    """Only parts that are cut do not come back; a key of another template is none of this one."""
    found = fitted("T#{a}#{at:%Y}#{n:04}")
    key = found.make(encode_item(Order(a="x#y", n=7, at="2026-05-01T00:00:00Z")))  # type: ignore[arg-type]
    assert key == {"S": "T#x$23y#2026#0007"}
    assert {"a": {"S": "x#y"}, "n": {"N": "7"}} == found.parse(key)
    for other in ({"S": "T#x#y#2026#0007"}, {"S": "T#x#2026#7"}, {"S": ""}, {"N": "5"}):
        assert found.parse(other) is None
    assert {"n": {"N": "5"}} == fitted("{n}").parse({"N": "5"})
    assert ("a", "at", "n") == found.names


@pytest.mark.parametrize(
    ("source", "others"),
    [
        (
            "{expires}#",
            ["2026-02-30T00:00:00.000000Z#", "2026-01-01T24:00:00.000000Z#", "0000-01-01T00:00:00.000000Z#"],
        ),
        ("{expires:%Y-%m}", ["2026-13", "2026-00", "0000-01"]),
        ("{at}#", ["2026-02-29T00:00:00.000000Z#", "2026-01-01T00:60:00.000000Z#", "2026-01-01T00:00:60.000000Z#"]),
        ("{at:%m-%d}", ["02-30", "13-01", "04-31"]),
        ("{at:%H.%M}", ["24.00", "00.60"]),
        ("{naive}#", ["2026-06-31T00:00:00.000000Z#", "2026-00-01T00:00:00.000000Z#"]),
        ("{day}", ["2026-02-30", "0000-01-01"]),
        ("A{n}", ["A" + "9" * 39, "A-" + "9" * 39, "A1" + "0" * 126, "A" + "9" * 2000]),
        ("A{price}", ["A" + "9" * 39, "A0." + "0" * 130 + "1", "A1." + "1" * 38]),
        ("{token}", ["0123abcd-0000-4000-8000-00000000000g", "0123ABCD-0000-4000-8000-00000000000F"]),
    ],
)
def test_a_text_that_no_value_has_does_not_fit(source: str, others: list[str]) -> None:
    """A day that no month has, or a number that DynamoDB does not have, is no part of a key."""
    found = key_format(record_schema_of(Valued), source, is_sort_key=False, is_sparse=False)
    for other in others:
        assert (False, None) == (found.fits({"S": other}), found.parse({"S": other}))


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("{expires}#", "2028-02-29T23:59:59.000000Z#"),
        ("{at}#", "9999-12-31T23:59:59.999999Z#"),
        ("{at:%m-%d}", "02-29"),
        ("{at:%d}", "31"),
        ("{day}", "0001-01-01"),
        ("A{n}", "A" + "9" * 38),
        ("A{n}", "A1" + "0" * 125),
        ("A{price}", "A0." + "0" * 129 + "1"),
        ("{token}", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    ],
)
def test_the_farthest_texts_that_values_have_fit(source: str, key: str) -> None:
    """Also a day of leap years, where no year is said."""
    found = key_format(record_schema_of(Valued), source, is_sort_key=False, is_sparse=False)
    assert found.fits({"S": key})
    assert found.parse({"S": key}) is not None


texts = st.text(min_size=1, max_size=8) | st.text("a#$! \x00\x7f~é\U0010ffff", min_size=1, max_size=5)
tuples = st.tuples(texts, st.integers(-999, 999), texts)


def check_tuples(one: tuple[str, int, str], two: tuple[str, int, str]) -> None:
    """Check order, identity and reading back of keys of three parts."""
    three = fitted("X#{a}#{n:-03}#{b}", is_sort_key=True)
    keys = []
    for values in (one, two):
        stored = {"a": {"S": values[0]}, "n": {"N": str(values[1])}, "b": {"S": values[2]}}
        key = three.make(stored)
        assert key is not None
        assert stored == three.parse(key)
        fields = record_schema_of(Order).fields
        assert values == tuple(decode_value(fields[name].storage, stored[name]) for name in "anb")
        keys.append(key["S"].encode())
    ranks = [(a.encode(), n, b.encode()) for a, n, b in (one, two)]
    assert (ranks[0] < ranks[1], ranks[0] == ranks[1]) == (keys[0] < keys[1], keys[0] == keys[1])


@example(("a", 1, "b"), ("a!", 1, "b"))
@given(tuples, tuples)
def test_keys_sort_and_differ_like_tuples(one: tuple[str, int, str], two: tuple[str, int, str]) -> None:
    """Keys of any texts, also with separators, have the order of their tuples, and are equal only for equal ones."""
    check_tuples(one, two)


def test_the_proof_fails_with_a_naive_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant escapes only `$` and `#`: then the key of ("a!", ...) sorts before that of ("a", ...)."""
    monkeypatch.setattr(part_texts, "quote", lambda text, _: text.replace("$", "$24").replace("#", "$23"))
    with pytest.raises(AssertionError):
        check_tuples(("a", 1, "b"), ("a!", 1, "b"))


REFUSED: list[tuple[str, str]] = [
    ("CUSTOMER#{customr}", "'customr' is no field of the model; its fields are kind, status, a, b, n"),
    ("{a.b}", "'a.b' is no field"),
    ("{}", "'' is no field"),
    ("CUSTOMER#{a", "expected '}' before end of string"),
    ("a}", "single '}' encountered"),
    ("{a!r}", "!r is not for keys"),
    ("a", "it is the name of a field: write '{a}'; a text without braces is constant"),
    ("{a}#{a}", "'a' is in it twice"),
    ("{a}{b}", "no text is between 'a' and the next part"),
    ("{a}A{b}", "'a': 'A' cannot end a text"),
    ("{a}${b}", r"'a': '\$' cannot end a text"),
    ("{a:08}", "'a': a text takes no format"),
    ("{n:4}", "'n': '4' is no width"),
    ("{tags}", "'tags': list.* is not a type"),
    ("x#{data}", "'data': bytes is not a type"),
    ("{label}", "'label' is a computed field"),
    ("{version:04}", "'version' is the Version"),
    ("{secret}", "'secret' is excluded from serialization"),
    ("{n}.{m}", "'.' cannot end the number 'n'"),
    ("{n}5", "'5' cannot end the number 'n'"),
    ("{n}{m}", "no text is between 'n'"),
]


@pytest.mark.parametrize(("source", "reason"), REFUSED)
def test_a_template_that_makes_no_key_is_refused(source: str, reason: str) -> None:
    """The error names the model, the template, the field and the remedy."""
    with pytest.raises(ConfigurationError, match=f"^Order: the key template .*: {reason}") as caught:
        fitted(source)
    assert "Order" == caught.value.model_name


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{n}#x", r"'n' does not sort like its numbers: give it a width, \{n:08\}"),
        ("{at:%d.%m.%Y}", "'at' does not sort like its times: begin with the year"),
        ("{at:%Y-%d}", "'at' does not sort like its times"),
    ],
)
def test_a_sort_key_sorts(source: str, reason: str) -> None:
    """What has no order may be in a partition key only."""
    assert fitted(source).source == source
    with pytest.raises(ConfigurationError, match=reason):
        fitted(source, is_sort_key=True)


def test_a_union_alone_is_refused_too() -> None:
    """A number alone is looked at before its format: so are the types that have none."""

    class Other(BaseModel):
        mixed: int | str

    with pytest.raises(ConfigurationError, match="'mixed': its type is a union"):
        key_format(record_schema_of(Other), "{mixed}", is_sort_key=False, is_sparse=False)


def test_a_key_of_the_table_is_never_none() -> None:
    """A part may be None in an index only, which then leaves out the item."""
    with pytest.raises(ConfigurationError, match="'note' may be None, and every item has a key"):
        fitted("{note}", is_sparse=False)


def test_a_constant_needs_its_default() -> None:
    """A Literal of one text without a default is a field like others."""

    class Other(BaseModel):
        kind: Literal["other"]
        one: Literal[1] = 1

    with pytest.raises(ConfigurationError, match="no text is between 'kind'"):
        key_format(record_schema_of(Other), "{kind}{one}", is_sort_key=False, is_sparse=False)


@pytest.mark.parametrize(
    ("source", "values", "reason"),
    [
        ("X#{n:02}", {"n": 100}, "it has more than 2 digits: give its part a greater width"),
        ("X#{a}", {"a": ""}, "it is an empty text"),
        ("{a:raw}#{b}", {"a": "secret#text"}, "its text contains '#'"),
        ("X#{naive}", {"naive": datetime(2026, 1, 1)}, "it has no time zone"),  # noqa: DTZ001
    ],
)
def test_a_value_that_makes_no_key_is_refused(source: str, values: dict[str, Any], reason: str) -> None:
    """The error names the model, the field, the template and the remedy, and never the value."""
    (name,) = values
    with pytest.raises(InvalidKeyValueError, match=f"^Order.{name} is a part of the key .*: {reason}") as caught:
        made(source, **values)
    assert ("Order", False) == (caught.value.model_name, "secret" in str(caught.value))
