"""The texts of updates that are kept by their shape: a second update has the same text, and values of its own."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, Field

from pydamodb._expressions import kept_texts
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._expressions.updates import Set, actions_of
from pydamodb.exceptions import InvalidUpdateError, ItemEncodingError
from pydamodb.fields import AttributePath, raw_attribute


class Character(BaseModel):
    name: str
    age: Annotated[int, Field(ge=0)]
    nick: Annotated[str, AfterValidator(str.lower)] = ""
    title: str | None = None
    tags: list[str] = []
    secret: str = Field(default="", exclude=True)


attr: Any = AttributePath(Character)


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    kept_texts.kept_texts(Character).clear()


def rendered(updates: Any, condition: Any = None) -> tuple[str, str | None, dict[str, str], dict[str, Any], Any]:
    """Render an update and a condition as a request does."""
    builder = ExpressionBuilder(Character)
    texts = builder.update(actions_of(updates, Character)), builder.condition(condition)
    return *texts, dict(builder.names), builder.values, builder.assigned


def test_a_kept_text_is_the_text() -> None:
    """What a second update of the same shape sends is what the first one would have sent with its values."""
    first = rendered({attr.name: "Homer", attr.age: 39}, attr.age == 1)
    again = rendered({attr.name: "Bart", attr.age: 10}, attr.title == "x")
    assert ("SET #n0 = :v0, #n1 = :v1", "#n1 = :v2", {"name": "#n0", "age": "#n1"}) == first[:3]
    assert ("SET #n0 = :v0, #n1 = :v1", "#n2 = :v2", {"name": "#n0", "age": "#n1", "title": "#n2"}) == again[:3]
    assert {":v0": {"S": "Bart"}, ":v1": {"N": "10"}, ":v2": {"S": "x"}} == again[3]
    assert {("name",): {"S": "Bart"}, ("age",): {"N": "10"}} == again[4]
    assert {("name", "age"): ("SET #n0 = :v0, #n1 = :v1", {"name": "#n0", "age": "#n1"})} == kept_texts.kept_texts(
        Character
    )


def test_each_order_is_a_shape_of_its_own() -> None:
    """The numbers of the placeholders follow the order of the updates."""
    texts = [rendered(updates)[2] for updates in ({attr.name: "a", attr.age: 1}, {attr.age: 1, attr.name: "a"}) * 2]
    assert [{"name": "#n0", "age": "#n1"}, {"age": "#n0", "name": "#n1"}] * 2 == texts


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        ({attr.age: -1}, InvalidUpdateError, "Character.age does not accept the new int"),
        ({attr.name: "\ud800"}, ItemEncodingError, "Character.name cannot be stored"),
    ],
    ids=["constraint", "surrogate"],
)
def test_values_are_checked_each_time(value: Any, error: type[Exception], text: str) -> None:
    """A kept text says nothing of values."""
    rendered({attr.age: 1})
    rendered({attr.name: "a"})
    with pytest.raises(error, match=text):
        rendered(value)


def test_values_are_validated_each_time() -> None:
    """What a validator makes of the value is what is sent."""
    assert [{":v0": {"S": "el barto"}}] * 2 == [rendered({attr.nick: "El Barto"})[3] for _ in range(2)]


def test_nothing_is_kept_of_what_is_refused() -> None:
    """A field that is never stored is refused the second time too, and so is one that is named twice."""
    for updates in ({attr.secret: "x"}, [attr.name.set("a"), attr.name.set("b")]) * 2:
        with pytest.raises(InvalidUpdateError):
            rendered(updates)
    assert {} == kept_texts.kept_texts(Character)


@pytest.mark.parametrize(
    "updates",
    [
        {attr.age: attr.age + 1},
        {attr.title: None},
        {attr.name: "a", attr.title: None},
        {attr.tags[0]: "a"},
        {raw_attribute("other"): "a"},
        [attr.age.add(1)],
        [attr.tags.append("a")],
        {attr.name: attr.title.if_not_exists("a")},
    ],
    ids=str,
)
def test_other_updates_are_rendered_each_time(updates: Any) -> None:
    """What an update does beside giving values to whole fields may depend on its values."""
    assert rendered(updates) == rendered(updates)
    assert {} == kept_texts.kept_texts(Character)


def test_an_expression_with_placeholders_begins_where_they_end() -> None:
    """An update that is rendered after a condition does not use a text whose placeholders begin with 0."""
    actions = (Set(attr.name.__pydamo_path__, "a"),)
    rendered({attr.name: "b"})
    builder = ExpressionBuilder(Character)
    assert ("#n0 = :v0", "SET #n1 = :v1") == (builder.condition(attr.age == 1), builder.update(actions))


def test_few_shapes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that makes up its updates does not fill the memory."""
    monkeypatch.setattr(kept_texts, "MOST_KEPT", 2)
    for updates in ({attr.name: "a"}, {attr.age: 1}, {attr.nick: "n"}):
        rendered(updates)
    assert [("nick",)] == list(kept_texts.kept_texts(Character))
