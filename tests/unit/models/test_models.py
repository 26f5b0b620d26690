"""The model classes: valid Pydantic models through and through, with a namespace and a configuration."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
from typing import Any, ClassVar, Generic, TypeVar
from unittest.mock import Mock

import boto3
import pydantic
import pytest
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    computed_field,
    create_model,
    field_validator,
    model_validator,
)

import pydamodb
from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    BatchWriter,
    ConfigurationError,
    InvalidRequestError,
    PKModel,
    PKSKModel,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    UnprocessedItemsError,
)
from pydamodb._client import run as client_run
from pydamodb._models.connection import _CachedConnection
from pydamodb._operations.requests import Request, RequestFailed

T = TypeVar("T")


class Character(PrimaryKeyModel):
    name: str
    age: int = Field(default=0, ge=0)
    nick: str | None = None

    _cache: dict[str, int] = PrivateAttr(default_factory=dict)

    @computed_field
    @property
    def shout(self) -> str:
        """Compute from the name."""
        return self.name.upper()


class Member(PrimaryKeyAndSortKeyModel[str, int]):
    family: str
    number: int


class Tree(PrimaryKeyModel):
    name: str
    children: list[Tree] = []  # noqa: RUF012 - Pydantic copies defaults


SESSION = boto3.session.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")


def table(name: str = "characters") -> Any:
    """Return a boto3 Table. No test sends anything to it."""
    return SESSION.resource("dynamodb").Table(name)


DESCRIPTION = {
    "Table": {
        "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
    }
}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Answer all calls, and collect them."""
    calls: list[Request] = []

    def send(_: Any, call: Request) -> Any:
        calls.append(call)
        return DESCRIPTION if call.operation == "DescribeTable" else {}

    monkeypatch.setattr(client_run, "send", send)
    return calls


# --- the namespace ---


def test_the_namespace_is_one_object_on_the_class() -> None:
    """Found again by every access, also on an instance."""
    assert (True, True) == (Character.attr is Character.attr, Character(name="x").attr is Character.attr)


def test_each_class_has_a_namespace_of_its_own() -> None:
    """A subclass has more fields than its base."""

    class Hero(Character):
        power: str

    assert (True, "<field Hero.name>", [*dir(Character.attr), "power"]) == (
        Hero.attr is not Character.attr,
        repr(Hero.attr.name),
        sorted(dir(Hero.attr), key=lambda name: (name == "power", name)),
    )


def test_a_field_is_one_object_and_a_key_of_a_dict() -> None:
    """So that updates can be a mapping."""
    assert {Character.attr.age: 1}[Character.attr.age] == 1


def test_the_namespace_is_no_field() -> None:
    """Neither it nor the configuration is part of the data."""
    assert (["name", "age", "nick"], {"name", "age", "nick", "shout"}) == (
        list(Character.model_fields),
        set(Character(name="x").model_dump()),
    )


def test_a_computed_field_is_in_the_namespace() -> None:
    """It is stored, so that conditions can be about it."""
    assert 'shout = "X"' == repr(Character.attr.shout == "X")


def test_a_field_that_does_not_exist_is_an_attribute_error() -> None:
    """In the contract's words."""
    with pytest.raises(AttributeError) as caught:
        Character.attr.nonexistent  # noqa: B018 - the access is the test
    assert "'Character' has no field 'nonexistent'" == str(caught.value)


@pytest.mark.parametrize("name", ["attr", "save", "delete", "query", "get_item", "batch_writer"])
def test_a_field_never_silently_takes_the_name_of_a_part_of_the_model(name: str) -> None:
    """Pydantic refuses, warns, or the field works all the same; the class is not half broken."""
    try:
        with pytest.warns(UserWarning, match=name):
            model = pydantic.create_model("Shadow", __base__=PKSKModel, **{name: (str, "x")})
    except (NameError, TypeError, ConfigurationError, pydantic.PydanticUserError):
        return
    assert name in model.model_fields


# --- the configuration ---


def test_a_model_without_a_configuration_says_how_to_give_one() -> None:
    """Only when it is used against DynamoDB."""
    with pytest.raises(ConfigurationError) as caught:
        Character(name="x").save()
    assert (
        "Character has no pydamo_config: give the class `pydamo_config = PydamoConfig(table=...)` to use DynamoDB",
        "Character",
    ) == (str(caught.value), caught.value.model_name)


@pytest.mark.parametrize(
    "use",
    [
        lambda: Character(name="x").save(),
        lambda: Character(name="x").delete(),
        lambda: Character.get_item("x"),
        lambda: Character.update_item("x", updates={Character.attr.age: 1}),
        lambda: Character.delete_item("x"),
        lambda: Member.query("x"),
        lambda: Member.query_all("x"),
        lambda: Character.batch_writer().__enter__().put(Character(name="x")),
    ],
)
def test_every_operation_needs_a_configuration(use: Any) -> None:
    """And says so in the same words."""
    with pytest.raises(ConfigurationError, match="has no pydamo_config"):
        use()


def test_something_else_as_configuration_is_an_error() -> None:
    """A Table alone is a likely slip."""

    class Slip(Character):
        pydamo_config: ClassVar[Any] = table()

    with pytest.raises(ConfigurationError, match=r"Slip has a pydamo_config of type dynamodb\.Table: give the class"):
        Slip.get_item("x")


def test_a_configuration_given_anew_counts_at_once(sent: list[Request]) -> None:
    """Tests of users do that."""

    class Movable(Character):
        pydamo_config = PydamoConfig(table=table("one"))

    Movable(name="x").save()
    Movable.pydamo_config = PydamoConfig(table=table("two"))
    Movable(name="x").save()
    assert ["one", "one", "two", "two"] == [call.table_name for call in sent]


def test_a_configuration_is_inherited(sent: list[Request]) -> None:
    """A base of one's own may hold it."""

    class Base(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table("shared"))

    class Derived(Base):
        name: str

    Derived(name="x").save()
    assert {"shared"} == {call.table_name for call in sent}


@pytest.mark.parametrize("base", [PrimaryKeyModel, PrimaryKeyAndSortKeyModel])
def test_the_bases_have_no_configuration(base: Any) -> None:
    """One model's table is not another's."""
    assert False is hasattr(base, "pydamo_config")


# --- still Pydantic ---


@pytest.mark.parametrize(
    "base", [PrimaryKeyModel, PrimaryKeyAndSortKeyModel, AsyncPrimaryKeyModel, AsyncPrimaryKeyAndSortKeyModel]
)
def test_a_model_is_built_when_it_is_made(base: Any) -> None:
    """Although its base is not; with a `defer_build` of the user's own, it waits."""
    made = create_model("Made", __base__=base, name=(str, "Homer"))
    deferred = create_model("Deferred", __base__=base, __cls_kwargs__={"defer_build": True}, name=(str, "Homer"))
    later = create_model("Later", __base__=deferred)
    models: list[Any] = [made, deferred, later]
    assert ([True, False, False], [{}, {"defer_build": True}, {"defer_build": True}]) == (
        [model.__pydantic_complete__ for model in models],
        [model.model_config for model in models],
    )
    assert ["Homer"] * 3 == [model.model_validate({}).name for model in models]


def test_the_json_schema_shows_the_fields_and_nothing_else() -> None:
    """For APIs that document the model."""
    assert ({"name", "age", "nick"}, {"shout"}) == (
        set(Character.model_json_schema()["properties"]),
        set(Character.model_json_schema(mode="serialization")["properties"]) - {"name", "age", "nick"},
    )


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        lambda model: pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own bytes
        lambda model: model.model_copy(),
        lambda model: Character.model_validate(model.model_dump()),
        lambda model: Character.model_validate_json(model.model_dump_json()),
        lambda model: Character.model_construct(**dict(model)),
    ],
    ids=["copy", "deepcopy", "pickle", "model_copy", "dump", "json", "construct"],
)
def test_a_model_is_copied_as_any_model(copied: Any) -> None:
    """All ways that Pydantic knows."""
    character = Character(name="Homer", age=39)
    assert character == copied(character)


U = TypeVar("U")


class Payload(BaseModel):
    """What a generic model holds."""

    size: int = 1


class Box(PrimaryKeyModel, Generic[T]):
    id: str
    content: T


class Pair(PrimaryKeyAndSortKeyModel[str, int], Generic[T, U]):
    id: str
    number: int
    one: T
    two: U


class AsyncBox(AsyncPrimaryKeyModel[str], Generic[T]):
    id: str
    content: T


class Labelled(Box[T], Generic[T]):
    label: str = ""


class Keeps(PrimaryKeyModel, extra="allow"):
    id: str
    prices: dict[str, int]


BoxOfPayload = Box[Payload]
BoxOfBox = Box[Box[int]]
PairOfBoth = Pair[Payload, list[int]]
PairOfInt = Pair[T, int]
PairOfPayloadAndInt = PairOfInt[Payload]
AsyncBoxOfPayload = AsyncBox[Payload]
LabelledPayload = Labelled[Payload]


@pytest.mark.parametrize(
    "model",
    [
        BoxOfPayload(id="a", content=Payload()),
        BoxOfBox(id="a", content=Box[int](id="b", content=1)),
        PairOfBoth(id="a", number=1, one=Payload(), two=[2]),
        PairOfPayloadAndInt(id="a", number=1, one=Payload(), two=2),
        AsyncBoxOfPayload(id="a", content=Payload()),
        LabelledPayload(id="a", content=Payload(), label="b"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_generic_model_that_is_parametrized_in_a_module_can_be_pickled(model: Any) -> None:
    """As Pydantic's own generic models."""
    moved = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own bytes
    assert (model, type(model)) == (moved, type(moved))


@pytest.mark.parametrize(
    "field",
    [
        Character.attr.name,
        Character.attr,
        Member.attr.family,
        PairOfBoth.attr.one,
        PairOfBoth.attr("one.size"),
        PairOfBoth.attr.two[3],
        BoxOfBox.attr.content.content,
        Keeps.attr.prices['a"b.c[0]'],
        Keeps.attr("extra"),
    ],
    ids=repr,
)
def test_a_field_that_is_pickled_is_the_same_object_again(field: Any) -> None:
    """So that a dict in which it is a key can be sent to another process; the keys of maps may have any text."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert field is pickle.loads(pickle.dumps({field: 1}, protocol)).popitem()[0]  # noqa: S301 - our own bytes


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("field", [Character.attr, Character.attr.name, Keeps.attr.prices["a"]], ids=repr)
def test_a_copied_field_is_the_same_object(field: Any, copied: Any) -> None:
    """A copy that is not the one object of its path would not be found in a dict; each model has one namespace."""
    assert field is copied(field)
    assert field is copied({field: 1}).popitem()[0]


def test_constraints_and_validators_work() -> None:
    """Of fields and of the model."""

    class Checked(Character):
        @field_validator("name")
        @classmethod
        def _strip(cls, value: str) -> str:
            return value.strip()

        @model_validator(mode="after")
        def _grown(self) -> Checked:
            if self.age < 1:
                reason = "too young"
                raise ValueError(reason)
            return self

    with pytest.raises(pydantic.ValidationError, match="too young"):
        Checked(name="x")
    assert "x" == Checked(name=" x ", age=1).name


def test_private_attributes_and_post_init_work() -> None:
    """As in any model."""

    class Counts(PrimaryKeyModel):
        name: str
        _length: int = 0

        def model_post_init(self, _: Any, /) -> None:
            self._length = len(self.name)

    assert (3, {}) == (Counts(name="abc")._length, Character(name="x")._cache)


def test_a_model_may_name_itself_and_be_rebuilt() -> None:
    """Forward references are resolved late."""
    Tree.model_rebuild(force=True)
    tree = Tree(name="a", children=[Tree(name="b")])
    assert ("b", "<field Tree.children[0].name>") == (tree.children[0].name, repr(Tree.attr.children[0].name))


def test_a_model_of_a_later_model_is_a_model() -> None:
    """Its namespace works as soon as the later one is there."""

    class Early(PrimaryKeyModel):
        name: str
        late: Late

    class Late(BaseModel):
        x: int

    Early.model_rebuild(_types_namespace={"Late": Late})
    assert "late.x = 1" == repr(Early.attr.late.x == 1)


def test_a_generic_model_of_the_users_is_a_model() -> None:
    """With type variables of its own."""

    class Box(PrimaryKeyModel, Generic[T]):
        name: str
        content: T

    assert (1, "content = 1") == (Box[int](name="x", content="1").content, repr(Box[int].attr.content == 1))


def test_the_types_of_keys_are_optional() -> None:
    """Plain and parametrised bases are the same at run time."""

    class Strict(PrimaryKeyModel[str]):
        name: str

    assert (True, ["name"]) == (issubclass(Strict, PrimaryKeyModel), dir(Strict.attr))


@pytest.mark.parametrize(
    "config",
    [ConfigDict(frozen=True), ConfigDict(extra="forbid"), ConfigDict(strict=True)],
    ids=str,
)
def test_a_configured_model_is_a_model(config: ConfigDict) -> None:
    """Pydantic's own settings are the user's."""
    model: Any = type("Configured", (PrimaryKeyModel,), {"model_config": config, "__annotations__": {"name": str}})
    assert ("x", 'name = "x"') == (model(name="x").name, repr(model.attr.name == "x"))


def test_other_bases_may_stand_beside_ours() -> None:
    """A plain model, or a mixin."""

    class Named(BaseModel):
        name: str

    class Mixin:
        def greet(self) -> str:
            return "hi"

    class Both(Mixin, Named, PrimaryKeyModel): ...

    assert ("hi", ["name"]) == (Both(name="x").greet(), dir(Both.attr))


def test_the_short_names_are_the_same_classes() -> None:
    """Aliases, not copies."""
    assert (PrimaryKeyModel, PrimaryKeyAndSortKeyModel) == (PKModel, PKSKModel)


def test_a_model_that_would_not_read_itself_again_is_refused_when_it_is_made() -> None:
    """Before anybody has stored anything."""
    with pytest.raises(ConfigurationError, match=r"Lossy\.x and Lossy\.y are both read from 'a'"):

        class Lossy(PrimaryKeyModel):
            x: int = Field(validation_alias="a")
            y: int = Field(validation_alias="a")


def test_a_generated_alias_is_checked_too() -> None:
    """Wherever the alias comes from."""
    with pytest.raises(ConfigurationError, match="both stored as 'A'"):

        class Lossy(PrimaryKeyModel):
            model_config = ConfigDict(alias_generator=str.upper, populate_by_name=True, serialize_by_alias=True)

            a: int
            b: int = Field(alias="A")


# --- the operations, as methods ---


@pytest.mark.parametrize(
    ("use", "operations"),
    [
        (lambda model: model(name="x").save(), ["PutItem"]),
        (lambda model: model(name="x").save(condition=model.attr.name.not_exists()), ["PutItem"]),
        (lambda model: model(name="x").delete(), ["DeleteItem"]),
        (lambda model: model.get_item("x"), ["GetItem"]),
        (lambda model: model.get_item("x", consistent_read=True), ["GetItem"]),
        (lambda model: model.get_item(partition_key_value="x"), ["GetItem"]),
        (lambda model: model.update_item("x", updates={model.attr.age: 1}), ["UpdateItem"]),
        (lambda model: model.delete_item("x", condition=model.attr.age > 50), ["DeleteItem"]),
    ],
)
def test_a_method_is_one_request_after_the_description(use: Any, operations: list[str], sent: list[Request]) -> None:
    """No request that the caller did not ask for."""

    class Stored(Character):
        pydamo_config = PydamoConfig(table=table())

    use(Stored)
    use(Stored)
    assert ["DescribeTable", *operations, *operations] == [call.operation for call in sent]


@pytest.fixture
def stored() -> Any:
    """Return a model with a table."""

    class Stored(Character):
        pydamo_config = PydamoConfig(table=table())

    return Stored


def test_a_batch_is_sent_when_the_block_ends(stored: Any, sent: list[Request]) -> None:
    """All of it together."""
    with stored.batch_writer() as writer:
        for number in range(30):
            writer.put(stored(name=str(number)))
        writer.delete(stored(name="0"))
        writer.delete_item("1")
    batches = [call.payload["RequestItems"]["characters"] for call in sent if call.operation == "BatchWriteItem"]
    assert [25, 7] == [len(writes) for writes in batches]


def test_a_batch_is_sent_also_when_the_block_fails(stored: Any, sent: list[Request]) -> None:
    """What was put is written, as with boto3's writer; the block's own error is the one that is seen."""
    with pytest.raises(KeyError, match="mine"), stored.batch_writer() as writer:  # noqa: PT012 - a block that fails
        writer.put(stored(name="x"))
        raise KeyError("mine")
    assert ["DescribeTable", "BatchWriteItem"] == [call.operation for call in sent]


def test_nothing_is_lost_when_the_block_and_the_batch_both_fail(stored: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error tells what was not written, and the block's own error is its context."""

    def send(_: Any, call: Request) -> Any:
        if call.operation == "DescribeTable":
            return DESCRIPTION
        raise RequestFailed(call, "InternalServerError", "down", RuntimeError())

    monkeypatch.setattr(client_run, "send", send)
    own = KeyError("mine")
    with pytest.raises(UnprocessedItemsError) as caught, stored.batch_writer() as writer:  # noqa: PT012 - likewise
        writer.put(stored(name="x"))
        raise own
    chain = [caught.value.__context__, getattr(caught.value.__cause__, "__context__", None), caught.value.__cause__]
    seen: list[Any] = []
    while chain:
        error = chain.pop()
        if error is not None and error not in seen:
            seen.append(error)
            chain += [error.__context__, error.__cause__]
    assert ([stored(name="x")], True) == (caught.value.puts, own in seen)


@pytest.mark.parametrize("use", ["put", "delete", "delete_item"])
def test_a_writer_outside_of_its_block_is_refused(use: str, stored: Any) -> None:
    """Nothing would ever send the rest."""
    with pytest.raises(InvalidRequestError, match=r"with Stored\.batch_writer\(\) as writer"):
        getattr(stored.batch_writer(), use)(stored(name="x"))


def test_a_writer_after_its_block_is_refused(stored: Any, sent: list[Request]) -> None:
    """It has sent its last."""
    with stored.batch_writer() as writer:
        writer.put(stored(name="x"))
    with pytest.raises(InvalidRequestError):
        writer.put(stored(name="y"))


def test_a_writer_takes_models_of_its_own_class_only(stored: Any, sent: list[Request]) -> None:
    """Another model's item has no place in this table."""

    class Other(PrimaryKeyModel):
        name: str

    with pytest.raises(pydamodb.PydamoError), stored.batch_writer() as writer:
        writer.put(Other(name="x"))


def _public(kind: type) -> list[tuple[str, Any]]:
    return [
        (f"{kind.__name__}.{name}", member)
        for name, member in inspect.getmembers(kind)
        if not name.startswith("_")
        and (inspect.isfunction(member) or inspect.ismethod(member))
        and member.__module__.startswith("pydamodb")
    ]


METHODS = [pair for kind in (PrimaryKeyModel, PrimaryKeyAndSortKeyModel, BatchWriter) for pair in _public(kind)]


@pytest.mark.parametrize(("name", "method"), METHODS, ids=[name for name, _ in METHODS])
def test_every_method_is_documented(name: str, method: Any) -> None:
    """With what it takes and what it raises."""
    text = inspect.getdoc(method) or ""
    options = [each for each in inspect.signature(method).parameters if each not in {"self", "cls", "item"}]
    missing = [each for each in options if f"{each}:" not in text] if "Args:" in text else []
    assert ([], True) == (missing, text.splitlines()[0].endswith(".") or "(DynamoDB" in text), name


@pytest.mark.parametrize("name", pydamodb.__all__)
def test_every_public_class_is_documented(name: str) -> None:
    """In words of its own; `Field` is Pydantic's function, with Pydantic's."""
    thing = getattr(pydamodb, name)
    own = vars(thing) if isinstance(thing, type) else {"__doc__": thing.__doc__}
    assert True is bool(inspect.cleandoc(own.get("__doc__") or ""))


CONTRACT: list[tuple[Any, str, str]] = [
    (PrimaryKeyModel, "save", "(self, *, condition)"),
    (PrimaryKeyModel, "delete", "(self, *, condition)"),
    (PrimaryKeyModel, "get_item", "(partition_key_value, *, consistent_read)"),
    (PrimaryKeyModel, "update_item", "(partition_key_value, *, updates, condition)"),
    (PrimaryKeyModel, "delete_item", "(partition_key_value, *, condition)"),
    (PrimaryKeyAndSortKeyModel, "get_item", "(partition_key_value, sort_key_value, *, consistent_read)"),
    (PrimaryKeyAndSortKeyModel, "update_item", "(partition_key_value, sort_key_value, *, updates, condition)"),
    (PrimaryKeyAndSortKeyModel, "delete_item", "(partition_key_value, sort_key_value, *, condition)"),
    (
        PrimaryKeyAndSortKeyModel,
        "query",
        (
            "(partition_key_value, *, sort_key_condition, filter_condition, limit, index_name, consistent_read, "
            "exclusive_start_key)"
        ),
    ),
    (
        PrimaryKeyAndSortKeyModel,
        "query_all",
        "(partition_key_value, *, sort_key_condition, filter_condition, index_name, consistent_read)",
    ),
]


@pytest.mark.parametrize(("model", "name", "signature"), CONTRACT)
def test_the_parameters_are_the_contracts(model: Any, name: str, signature: str) -> None:
    """Names, and the order of those that may be given by position; more keywords may join them."""
    parameters = inspect.signature(getattr(model, name)).parameters.values()
    by_position = [each.name for each in parameters if each.kind is not each.KEYWORD_ONLY]
    by_keyword = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    before, _, after = signature.strip("()").partition(", *, ")
    wanted = after.split(", ")
    assert (before.split(", "), wanted) == (by_position, [each for each in by_keyword if each in wanted])


def test_a_model_with_a_partition_key_only_queries_its_indexes() -> None:
    """There is one item to a key of the table, so that an index has to be named."""
    with pytest.raises(TypeError, match="index_name"):
        PrimaryKeyModel.query("Homer")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_a_model_whose_fields_would_read_each_others_attributes_is_refused_when_it_is_made() -> None:
    """Before any item is written that would come back swapped."""
    with pytest.raises(ConfigurationError, match=r"Swaps\.two and Swaps\.one are both read from 'two'"):

        class Swaps(PrimaryKeyModel):
            pk: str
            one: int | None = Field(default=None, validation_alias=AliasChoices("one", "two"))
            two: int = 0


# --- fields with the names of methods ---


def test_a_field_may_be_called_key() -> None:
    """It is required where it has no default, without a warning, also in a subclass; the method stays."""

    class Setting(PKModel):
        key: str

    class Special(Setting):
        more: int = 0

    assert (True, "x", "Special.key('y')") == (
        Special.model_fields["key"].is_required(),
        Special(key="x").key,
        repr(Special.key("y")),
    )


def test_a_field_may_be_called_refresh() -> None:
    """It is required where it has no default, without a warning, also in a subclass; the method stays on the base."""

    class Token(PKModel):
        id: str
        refresh: int = 5

    class Required(PKModel):
        refresh: str

    class Special(Required):
        more: int = 0

    class Plain(PKModel):
        id: str

    token = Token(id="a")
    token.refresh = 6
    assert (True, "x", 6, 5) == (
        Special.model_fields["refresh"].is_required(),
        Special(refresh="x").refresh,
        token.refresh,
        Token(id="b").refresh,
    )
    method = inspect.getattr_static(PKModel, "refresh")
    assert ("refresh", Plain.refresh.__doc__) == (method.__name__, inspect.getdoc(method) and method.__doc__)
    assert Plain(id="a").refresh.__func__ is PKModel.refresh


def test_a_field_that_would_take_the_method_for_its_default_is_refused() -> None:
    """Where a hook of the user has not called ours, Pydantic finds the method."""

    class Hooked(PKModel):
        def __init_subclass__(cls, **_: Any) -> None:
            """Do nothing, not even what the base does."""

    with pytest.warns(UserWarning, match="shadows"), pytest.raises(ConfigurationError, match=r"Token\.refresh has the"):

        class Token(Hooked):
            refresh: Any


def test_a_class_whose_hook_does_not_call_ours_leaves_no_method_hidden() -> None:
    """A method is hidden while a class is made, and not after that."""

    class Hooked(PKModel):
        @classmethod
        def __pydantic_init_subclass__(cls, **_: Any) -> None:
            """Do nothing, not even what the base does."""

    class Setting(Hooked):
        name: str

    assert "Setting.key('x')" == repr(Setting.key("x"))


def test_a_computed_field_with_the_name_of_a_method_is_refused() -> None:
    """With a remedy of its own: the mark is in the type that it returns."""
    with pytest.raises(ConfigurationError, match=r'property `save_` that returns `Annotated\[..., Attribute\("save"'):

        class Shadow(PKModel):
            @computed_field
            @property
            def save(self) -> str:  # type: ignore[override]
                """Hide a method."""
                return ""


@pytest.mark.parametrize("read", [pydamodb.transact_get, pydamodb.transact_get_async])
def test_a_transaction_reads_keys_and_nothing_else(read: Any) -> None:
    """A key is made by its model, which is the type of what is read."""

    async def wait() -> None:
        await read("Homer")

    with pytest.raises(InvalidRequestError, match=r"^transact_get takes keys, `Model\.key\(\.\.\.\)`, got str"):
        asyncio.run(wait())


def test_a_field_with_the_name_of_another_method_is_refused() -> None:
    """With the remedy."""
    with pytest.warns(UserWarning, match="save"), pytest.raises(ConfigurationError, match=r'Attribute\("save"\)'):
        pydantic.create_model("Shadow", __base__=PKModel, save=(str, ...))


def test_a_client_is_not_pickled_with_a_class() -> None:
    """A class that is pickled by value has all that is in it, and opens its own client elsewhere."""
    cached = _CachedConnection(Mock(), PydamoConfig(table="x"), Mock(), None)
    assert None is pickle.loads(pickle.dumps(cached))  # noqa: S301 - our own


def test_type_checkers_show_public_names_of_classes_in_messages() -> None:
    """They name the class that defines a method: it is called like the model, `Model`, or what it knows of keys."""
    shown = {PrimaryKeyModel.__name__, PrimaryKeyAndSortKeyModel.__name__, "Model", "KeyedModel", "DynamoModel"}
    defining = {
        each.__name__
        for model in (PrimaryKeyModel, PrimaryKeyAndSortKeyModel)
        for each in model.__mro__
        if each.__module__.startswith("pydamodb")
        and any(isinstance(value, classmethod) or callable(value) for value in vars(each).values())
    }
    assert set() == {name for name in defining - shown if not name.startswith("_")}
