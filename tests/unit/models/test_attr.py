"""Fields declared with `Attr`: at run time, a model of them is what it would be without."""

from __future__ import annotations

import ast
import asyncio
import copy
import inspect
import json
import pickle
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar, get_type_hints
from uuid import UUID

import pydantic
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError, computed_field, field_serializer, field_validator

from pydamodb import Attr, Field, PartitionKey, PrimaryKeyAndSortKeyModel, PrimaryKeyModel, SortKey, computed_attr
from pydamodb._codec.annotations import record_schema_of
from pydamodb._models import attr as _declare

T = TypeVar("T")


class Address(BaseModel):
    city: str


class _Shared(PrimaryKeyModel):
    """What the twins have in common, so that only the declaration of their fields differs."""

    @field_validator("name", check_fields=False)
    @classmethod
    def tidy(cls, value: str) -> str:
        return value.strip()

    @field_serializer("salary", check_fields=False)
    def in_cents(self, value: Decimal) -> int:
        return int(value * 100)

    @computed_field
    @property
    def label(self) -> str:
        return "a label"


class Plain(_Shared):
    model_config = pydantic.ConfigDict(title="Twin")

    id: UUID
    name: str = pydantic.Field(min_length=2, description="what it is called")
    salary: Decimal = pydantic.Field(default=Decimal(0), ge=0)
    tags: list[str] = pydantic.Field(default_factory=list)
    address: Address | None = None
    nick: str | None = pydantic.Field(default=None, alias="nickName")
    code: Annotated[str, pydantic.Field(pattern="^x")] = "x"
    word: Annotated[str, pydantic.Field(max_length=3)] = "x"
    above: Plain | None = None


class Strict(_Shared):
    model_config = pydantic.ConfigDict(title="Twin")

    id: Attr[UUID]
    name: Attr[str] = Field(min_length=2, description="what it is called")
    salary: Attr[Decimal] = Field(default=Decimal(0), ge=0)
    tags: Attr[list[str]] = Field(default_factory=list)
    address: Attr[Address | None] = Field(default=None)
    nick: Attr[str | None] = Field(default=None, alias="nickName")
    code: Attr[Annotated[str, pydantic.Field(pattern="^x")]] = Field(default="x")
    word: Annotated[Attr[str], pydantic.Field(max_length=3)] = Field(default="x")
    above: Attr[Strict | None] = Field(default=None)


ID = UUID(int=1)
DATA: dict[str, Any] = {
    "id": str(ID),
    "name": " ann ",
    "salary": "1.5",
    "tags": ["x"],
    "address": {"city": "Oslo"},
    "nickName": "a",
    "above": {"id": str(ID), "name": "bob"},
}
BAD: list[dict[str, Any]] = [
    {},
    {"id": "x", "name": "ann"},
    {"id": ID, "name": "a"},
    {"id": ID, "name": "ann", "salary": -1},
    {"id": ID, "name": "ann", "code": "y", "word": "long"},
    {"id": ID, "name": "ann", "above": {"id": ID, "name": "b"}},
]


def without_names(schema: Any) -> Any:
    """Replace the name of the strict twin, the only thing in which schemas may differ."""
    return TypeAdapter(Any).validate_json(TypeAdapter(Any).dump_json(schema).replace(b"Strict", b"Plain"))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_is_that_of_a_plain_model(mode: Any) -> None:
    """Titles, constraints, defaults, references."""
    assert Plain.model_json_schema(mode=mode) == without_names(Strict.model_json_schema(mode=mode))


def test_values_are_validated_and_serialised_as_in_a_plain_model() -> None:
    """Validators, serialisers, aliases, defaults, nested models and computed fields."""
    plain, strict = Plain.model_validate(DATA), Strict.model_validate(DATA)
    assert "ann" == strict.name
    assert plain.model_dump(by_alias=True) == strict.model_dump(by_alias=True)
    assert plain.model_dump_json() == strict.model_dump_json()
    assert repr(plain).replace("Plain", "Strict") == repr(strict)
    assert vars(plain)["tags"] == vars(strict)["tags"]


@pytest.mark.parametrize("data", BAD, ids=str)
def test_errors_are_those_of_a_plain_model(data: dict[str, Any]) -> None:
    """Kind, place and message."""
    errors = []
    for model in (Plain, Strict):
        with pytest.raises(ValidationError) as caught:
            model.model_validate(data)
        errors.append(caught.value.errors(include_url=False, include_context=False))
    assert errors[0] == errors[1]


def test_the_fields_are_those_of_a_plain_model() -> None:
    """For whoever inspects a model: annotations without a trace of `Attr`."""
    plain, strict = Plain.model_fields, Strict.model_fields
    shown = [(name, info.is_required(), info.alias, info.description) for name, info in plain.items()]
    assert shown == [(name, info.is_required(), info.alias, info.description) for name, info in strict.items()]
    assert {**{name: info.annotation for name, info in plain.items()}, "above": Strict | None} == {
        name: info.annotation for name, info in strict.items()
    }
    assert inspect.signature(Plain).parameters.keys() == inspect.signature(Strict).parameters.keys()


def test_the_stored_form_is_that_of_a_plain_model() -> None:
    """Attribute names, kinds of shapes, what absence means."""
    plain, strict = record_schema_of(Plain).fields, record_schema_of(Strict).fields
    assert list(plain) == list(strict)
    for name, member in plain.items():
        other = strict[name]
        assert (member.attribute, member.absent, member.required) == (other.attribute, other.absent, other.required)
        assert (member.storage.kind, member.storage.data_types, member.storage.ambiguous) == (
            other.storage.kind,
            other.storage.data_types,
            other.storage.ambiguous,
        )


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model)), lambda model: model.model_copy()],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle", "model_copy"],
)
def test_models_are_copied_and_pickled(copied: Any) -> None:
    """As values, equal and apart."""
    strict = Strict.model_validate(DATA)
    other = copied(strict)
    assert (True, False) == (strict == other, strict is other)


def test_type_hints_are_resolved() -> None:
    """`Attr[T]` is T, and with extras it is annotated."""
    assert (UUID, Strict | None) == (get_type_hints(Strict)["id"], get_type_hints(Strict)["above"])
    assert Annotated[str, "pydamodb.Attr"] == Attr[str]


def test_assignments_are_validated_where_the_model_says_so() -> None:
    """And are plain assignments elsewhere."""

    class Checked(PrimaryKeyModel[str]):
        model_config = pydantic.ConfigDict(validate_assignment=True)
        name: Attr[str]
        age: Attr[int] = Field(default=0)

    checked = Checked(name="x")
    checked.age = "3"  # type: ignore[assignment]
    assert 3 == checked.age
    with pytest.raises(ValidationError):
        checked.age = "x"  # type: ignore[assignment]


def test_generic_models_know_their_argument() -> None:
    """Pydantic makes a class for each argument, with its own fields in `attr`."""

    class Box(PrimaryKeyModel, Generic[T]):
        name: Attr[str]
        content: Attr[T]

    assert [3, ["3"]] == [Box[int](name="x", content="3").content, Box[list[str]](name="x", content=["3"]).content]
    with pytest.raises(ValidationError):
        Box[int](name="x", content="y")
    assert "<field Box[int].content>" == repr(Box[int].attr.content)


def test_inherited_fields_are_overridden_and_kept() -> None:
    """In either style."""

    class Base(PrimaryKeyAndSortKeyModel[str, int]):
        family: Attr[str]
        number: Attr[int]

    class Derived(Base):
        number: Attr[int] = Field(default=7)
        more: str = "x"

    assert ["family", "more", "number"] == dir(Derived.attr)
    assert (7, "a") == (Derived(family="a").number, Derived(family="a").family)


class Later(PrimaryKeyModel[str]):
    name: Attr[str]
    parts: Attr[list[Part]] = Field(default_factory=list)


class Part(BaseModel):
    weight: int


def test_forward_references_are_resolved_when_they_can_be() -> None:
    """By Pydantic, at first use or by `model_rebuild`."""
    Later.model_rebuild()
    assert 3 == Later(name="x", parts=[{"weight": "3"}]).parts[0].weight
    assert "<field Later.parts[0].weight>" == repr(Later.attr.parts[0].weight)


def posted(app: FastAPI, data: Any) -> tuple[int, Any]:
    """Post JSON to the only path of an application, as a server would; return the status and the body."""
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [JSON]}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(data).encode()}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], json.loads(b"".join(message["body"] for message in sent[1:]))


JSON = (b"content-type", b"application/json")


def test_fastapi_takes_and_returns_such_models() -> None:
    """As bodies and as response models, in the schema too."""
    served: list[Any] = []
    for model in (Plain, Strict):
        app = FastAPI()

        def create(twin: Any) -> Any:
            return twin

        create.__annotations__["twin"] = model
        app.post("/", response_model=model)(create)
        schemas = without_names(app.openapi()["components"]["schemas"])
        served.append([posted(app, DATA), posted(app, {"name": "x"}), schemas])
    assert [200, 422] == [status for status, _ in served[0][:2]]
    assert served[0] == served[1]


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda: Attr[str, int], "Attr takes one type, got 2: a union is written Attr[A | B]"),
        (lambda: TypeAdapter(Attr), "Attr needs the type of the field, as in `name: Attr[str]`"),
    ],
    ids=["two types", "none"],
)
def test_a_declaration_that_names_no_type_is_refused(use: Any, message: str) -> None:
    """With the way to write it."""
    with pytest.raises(TypeError) as caught:
        use()
    assert message == str(caught.value)


def test_field_is_pydantics_own() -> None:
    """Nothing of it changes but its type."""
    assert pydantic.Field is Field


def declared_parameters() -> list[str]:
    """Read the parameters of `Field` as type checkers see them."""
    tree = ast.parse(inspect.getsource(_declare))
    (function,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "Field"]
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


def test_type_checkers_see_all_parameters_of_pydantics_field() -> None:
    """An older Pydantic has fewer, and none in another order."""
    theirs = [name for name in inspect.signature(pydantic.Field).parameters if name != "extra"]
    assert theirs == [name for name in declared_parameters() if name in theirs]


def test_computed_attr_makes_a_computed_field() -> None:
    """It is Pydantic's computed field of a property, with its docstring, its marks and its place in subclasses."""

    class Order(PrimaryKeyAndSortKeyModel[str, str]):
        number: Attr[int]

        @computed_attr
        def pk(self) -> Annotated[str, PartitionKey]:
            """Be the partition key."""
            return "ORDERS"

        @computed_attr
        def sk(self) -> Annotated[str, SortKey]:
            """Be the sort key."""
            return f"ORDER#{self.number:03}"

    class Invoice(Order):
        @computed_attr
        def sk(self) -> Annotated[str, SortKey]:
            """Be another sort key."""
            return f"INVOICE#{self.number:03}"

    order = Order(number=1)
    assert {"number": 1, "pk": "ORDERS", "sk": "ORDER#001"} == order.model_dump()
    assert ("ORDER#001", "INVOICE#001") == (order.sk, Invoice(number=1).sk)
    assert "Be the partition key." == Order.model_computed_fields["pk"].description
    assert 'begins_with(sk, "ORDER#")' == repr(Order.attr.sk.begins_with("ORDER#"))
    with pytest.raises(AttributeError):
        order.sk = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
