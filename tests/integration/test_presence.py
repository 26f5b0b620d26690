"""404, 409 and 412: a missing item, an item that is not new, and a false condition are three errors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from pydamodb import (
    ConditionCheckFailedError,
    CreatedAt,
    InvalidRequestError,
    ItemExistsError,
    ItemNotFoundError,
    KeyTemplate,
    OperationError,
    PydamoConfig,
    TransactionCanceledError,
    Version,
    VersionConflictError,
)


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table with a partition key."""
    return make_table("id")


@pytest.fixture(scope="module")
def Doc(PrimaryKeyModel, table) -> Any:
    """Define a model, whose fields have the names of the words."""

    class Doc(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str
        text: str = ""
        must_exist: bool = False
        must_be_new: bool = True

    return Doc


@pytest.fixture(scope="module")
def Counted(PrimaryKeyModel, table) -> Any:
    """Define a model with a version."""

    class Counted(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str
        text: str = ""
        version: Annotated[int, Version] = 0

    return Counted


@pytest.fixture
def name(request) -> str:
    """Return a key that no other test has."""
    return request.node.name[:200]


@pytest.fixture
def stored(Doc, name) -> Any:
    """Store an item."""
    doc = Doc(id=name, text="stored")
    doc.save()
    return doc


def failed(call: Any) -> Any:
    """Return the error of a call."""
    with pytest.raises(OperationError) as caught:
        call()
    return caught.value


def canceled(transact_write: Any, *actions: Any) -> Any:
    """Return the error of a transaction."""

    def run() -> None:
        with transact_write() as tx:
            for act in actions:
                act(tx)

    with pytest.raises(TransactionCanceledError) as caught:
        run()
    return caught.value


def text_of(Doc: Any, name: str) -> str | None:
    """Return what is stored."""
    found = Doc.get_item(name, consistent_read=True)
    return None if found is None else found.text


class Small(BaseModel):
    text: str


# The lines of the table in docs/errors.md, "404, 409 and 412".
WRITES: dict[str, Any] = {
    "save": lambda Doc, name, **words: Doc(id=name, text="new").save(must_exist=True, **words),
    "update_item": lambda Doc, name, **words: Doc.update_item(
        name, updates={Doc.attr.text: "new"}, must_exist=True, **words
    ),
    "update": lambda Doc, name, **words: Doc(id=name).update(updates={Doc.attr.text: "new"}, must_exist=True, **words),
    "delete": lambda Doc, name, **words: Doc(id=name).delete(must_exist=True, **words),
    "delete_item": lambda Doc, name, **words: Doc.delete_item(name, must_exist=True, **words),
}


@pytest.mark.parametrize("projection", [None, Small])
def test_line_get_item_of_a_missing_item_is_404(Doc, name, projection):
    """`get_item(must_exist=True)` raises what users catch for all missing items."""
    error = failed(lambda: Doc.get_item(name, must_exist=True, projection=projection))
    assert (ItemNotFoundError, "GetItem", "Doc", Doc.pydamo_config.table.name, None, None) == (
        type(error),
        error.operation,
        error.model_name,
        error.table_name,
        error.condition,
        error.item,
    )
    assert f"GetItem of Doc on table '{error.table_name}': there is no item with this key" == str(error)


def test_get_item_of_an_existing_item_returns_it(Doc, stored):
    """As without the word, and as a smaller model too."""
    got = Doc.get_item(stored.id, must_exist=True), Doc.get_item(stored.id, must_exist=True, projection=Small)
    assert (stored, Small(text="stored")) == got


@pytest.mark.parametrize("write", WRITES)
def test_line_a_write_of_a_missing_item_is_404(Doc, name, write):
    """Nothing is written, and the request asks for no item: the condition has one cause."""
    error = failed(lambda: WRITES[write](Doc, name))
    assert (ItemNotFoundError, "attribute_exists(id)", None) == (type(error), repr(error.condition), error.item)
    assert str(error).endswith("was not done: there is no item with this key")
    assert text_of(Doc, name) is None


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("write", WRITES)
def test_line_a_write_of_a_missing_item_with_a_condition_is_404(*, Doc, name, write, asked):
    """The condition is false for a missing item, but that the item is missing is what counts."""
    condition = Doc.attr.text == "other"
    error = failed(lambda: WRITES[write](Doc, name, condition=condition, return_item_on_failure=asked))
    assert (ItemNotFoundError, None) == (type(error), error.item)
    assert text_of(Doc, name) is None


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("write", WRITES)
def test_line_a_false_condition_of_an_existing_item_is_412(*, Doc, stored, write, asked):
    """The error has the item only if it was asked for."""
    condition = Doc.attr.text == "other"
    error = failed(lambda: WRITES[write](Doc, stored.id, condition=condition, return_item_on_failure=asked))
    assert (ConditionCheckFailedError, stored if asked else None) == (type(error), error.item)
    assert 'attribute_exists(id) AND text = "other"' == repr(error.condition)
    assert "stored" == text_of(Doc, stored.id)


@pytest.mark.parametrize("write", WRITES)
def test_an_existing_item_is_written_as_without_the_word(Doc, stored, write):
    """Also with a condition that is true."""
    WRITES[write](Doc, stored.id, condition=Doc.attr.text == "stored")
    assert (None if write.startswith("delete") else "new") == text_of(Doc, stored.id)


def test_line_an_update_of_an_instance_without_an_item_is_404(Doc, name):
    """`update` of an instance requires an existing item without a word."""
    error = failed(lambda: Doc(id=name).update(updates={Doc.attr.text: "new"}))
    assert (ItemNotFoundError, None) == (type(error), text_of(Doc, name))


def test_an_update_of_an_instance_with_a_condition_needs_the_word_for_404(Doc, name):
    """Without the word, the request is as it was, so that the cause is not known."""
    error = failed(lambda: Doc(id=name).update(updates={Doc.attr.text: "new"}, condition=Doc.attr.text == "x"))
    assert ConditionCheckFailedError is type(error)


def test_line_a_save_of_an_existing_item_that_must_be_new_is_409(Doc, stored):
    """The item stays as it is."""
    error = failed(lambda: Doc(id=stored.id, text="new").save(must_be_new=True))
    assert (ItemExistsError, "attribute_not_exists(id)", None) == (type(error), repr(error.condition), error.item)
    assert str(error).endswith("was not done: the item exists")
    asked = failed(lambda: Doc(id=stored.id, text="new").save(must_be_new=True, return_item_on_failure=True))
    assert (ItemExistsError, stored, "stored") == (type(asked), asked.item, text_of(Doc, stored.id))


def test_line_a_save_of_an_existing_item_with_a_condition_is_409(Doc, stored):
    """Whatever the condition says of it."""
    attr = Doc.attr
    for condition in (attr.text == "other", attr.text == "stored", attr.text.not_exists()):
        error = failed(lambda: Doc(id=stored.id).save(must_be_new=True, condition=condition))  # noqa: B023
        assert (ItemExistsError, None) == (type(error), error.item)


def test_line_a_save_of_a_missing_item_with_a_false_condition_is_412(Doc, name):
    """Without an item, only the condition can be false."""
    attr = Doc.attr
    error = failed(lambda: Doc(id=f"{name}-2").save(must_be_new=True, condition=attr.text == "other"))
    assert (ConditionCheckFailedError, None) == (type(error), text_of(Doc, f"{name}-2"))
    Doc(id=f"{name}-2", text="new").save(must_be_new=True, condition=attr.text.not_exists())
    assert "new" == text_of(Doc, f"{name}-2")


def test_both_words_exclude_each_other(Doc, name, requests_of):
    """An item cannot be new and exist: the error comes before a request."""
    with requests_of(Doc.pydamo_config.table) as requests, pytest.raises(InvalidRequestError) as caught:
        Doc(id=name).save(must_exist=True, must_be_new=True)
    message = "save of Doc: must_exist and must_be_new exclude each other: give one of them"
    assert (message, [], "Doc") == (str(caught.value), requests, caught.value.model_name)


# --- with a version ---


@pytest.mark.parametrize("write", WRITES)
def test_line_a_missing_item_of_a_model_with_a_version_is_404(Counted, name, write):
    """The word decides: without it, a deleted item is a VersionConflictError, as before."""
    counted = Counted(id=name)
    counted.save()
    Counted.delete_item(name)
    by_instance = {
        "save": counted.save,
        "update": lambda **words: counted.update(updates={Counted.attr.text: "new"}, **words),
        "delete": counted.delete,
    }
    call = by_instance.get(write)
    if call is None:
        assert ItemNotFoundError is type(failed(lambda: WRITES[write](Counted, name)))
        return
    assert [ItemNotFoundError, VersionConflictError] == [
        type(failed(lambda: call(must_exist=True))),
        type(failed(call)),
    ]
    assert (1, None) == (counted.version, Counted.get_item(name))


@pytest.mark.parametrize("write", ["save", "update", "delete"])
def test_line_an_item_with_another_version_is_412(Counted, name, write):
    """A VersionConflictError, also where the item must exist."""
    counted = Counted(id=name)
    counted.save()
    Counted.get_item(name, must_exist=True).save()
    calls = {"update": lambda: counted.update(updates={Counted.attr.text: "new"}, must_exist=True)}
    error = failed(calls.get(write, lambda: getattr(counted, write)(must_exist=True)))
    assert (VersionConflictError, 1, 2) == (type(error), error.expected_version, error.actual_version)


@pytest.mark.parametrize("write", ["save", "update", "delete"])
def test_line_a_missing_item_of_an_instance_with_a_version_is_412(Counted, name, write):
    """The version is what is missing; the message says that the item may be."""
    counted = Counted(id=name)
    counted.save()
    Counted.delete_item(name)
    calls = {"update": lambda: counted.update(updates={Counted.attr.text: "new"})}
    error = failed(calls.get(write, getattr(counted, write)))
    assert (VersionConflictError, 1, None) == (type(error), error.expected_version, error.actual_version)
    assert "it expected version 1 and found no item, or an item without a version." in str(error)


def test_line_a_new_instance_over_an_item_with_a_version_is_412_without_the_word(Counted, name):
    """A new instance has version 0, and the item another one."""
    Counted(id=name).save()
    error = failed(lambda: Counted(id=name).save())
    assert (VersionConflictError, 0, 1) == (type(error), error.expected_version, error.actual_version)


def test_line_a_new_instance_over_an_item_with_a_version_is_409(Counted, name):
    """The word replaces the condition on the version, whatever the version is; a written item counts on."""
    Counted(id=name).save()
    error = failed(lambda: Counted(id=name).save(must_be_new=True))
    assert (ItemExistsError, "attribute_not_exists(id)") == (type(error), repr(error.condition))
    removed = Counted.get_item(name, must_exist=True)
    Counted.delete_item(name)
    removed.save(must_be_new=True)
    assert (2, 2) == (removed.version, Counted.get_item(name, must_exist=True).version)


def test_line_a_new_instance_over_an_item_with_a_time_is_409(PrimaryKeyModel, table, name):
    """It would lose the time; docs/managed-times.md has all rules."""

    class Timed(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str
        created_at: Annotated[datetime | None, CreatedAt] = None

    Timed(id=name).save()
    assert ItemExistsError is type(failed(Timed(id=name).save))


# --- models whose keys are made by templates ---


@pytest.fixture(scope="module")
def Made(PrimaryKeyModel, make_table) -> Any:
    """Define a model with a `pydamo_key`."""

    class Made(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "sk"))
        pydamo_key = KeyTemplate("DOC#{id}", "META")

        id: str
        text: str = ""

    return Made


def test_made_keys_are_found_missing_and_existing(Made, name):
    """The condition is on the attribute of the table, which is no field."""
    errors = [failed(lambda write=write: WRITES[write](Made, name)) for write in WRITES]
    errors += [failed(lambda: Made.update_item(name, updates={Made.attr.text: "x"}))]
    errors += [failed(lambda: Made.get_item(name, must_exist=True))]
    assert {ItemNotFoundError} == {type(error) for error in errors}
    Made(id=name).save(must_be_new=True)
    error = failed(lambda: Made(id=name).save(must_be_new=True))
    assert (ItemExistsError, 'attribute_not_exists(raw_attribute("pk"))') == (type(error), repr(error.condition))


# --- transactions ---


def test_line_a_transaction_without_an_item_that_must_exist_is_404(Doc, name, transact_write):
    """For put, update and delete, by model and by key; the error is a TransactionCanceledError too."""
    actions: list[Any] = [
        lambda tx, **words: tx.put(Doc(id=name), must_exist=True, **words),
        lambda tx, **words: tx.update(Doc.key(name), updates={Doc.attr.text: "x"}, must_exist=True, **words),
        lambda tx, **words: tx.delete(Doc(id=name), must_exist=True, **words),
        lambda tx, **words: tx.delete(Doc.key(name), must_exist=True, **words),
    ]
    for action in actions:
        for words in ({}, {"condition": Doc.attr.text == "other"}):
            first = Doc(id=f"{name}-2")
            error = canceled(transact_write, lambda tx: tx.put(first), lambda tx: action(tx, **words))  # noqa: B023
            assert isinstance(error, ItemNotFoundError)
            assert [False, True] == [reason.is_not_found for reason in error.reasons]
            assert repr(error.condition).startswith("attribute_exists(id)")
            assert "ConditionalCheckFailed, there is no item with this key" in str(error)
    assert text_of(Doc, f"{name}-2") is None


def test_line_a_transaction_with_an_item_that_must_be_new_is_409(Doc, stored, transact_write):
    """The error and the reason have the item if it was asked for."""
    for words in ({}, {"condition": Doc.attr.text == "other"}, {"return_item_on_failure": True}):
        doc = Doc(id=stored.id, text="new")
        error = canceled(transact_write, lambda tx: tx.put(doc, must_be_new=True, **words))  # noqa: B023
        assert isinstance(error, ItemExistsError)
        expected = stored if "return_item_on_failure" in words else None
        assert [(True, expected)] == [(reason.is_existing, reason.item) for reason in error.reasons]
        assert (expected, "stored") == (error.item, text_of(Doc, stored.id))


def test_line_a_transaction_with_several_causes_is_canceled(Doc, stored, name, transact_write):
    """Only the reasons say what each action met."""
    error = canceled(
        transact_write,
        lambda tx: tx.put(Doc(id=stored.id), must_be_new=True),
        lambda tx: tx.delete(Doc.key(f"{name}-2"), must_exist=True),
        lambda tx: tx.check(Doc.key(f"{name}-3"), Doc.attr.text == "x"),
    )
    assert not isinstance(error, ConditionCheckFailedError)
    assert [(True, False), (False, True), (False, False)] == [
        (reason.is_existing, reason.is_not_found) for reason in error.reasons
    ]


def test_a_transaction_writes_what_is_as_it_must_be(Doc, stored, name, transact_write):
    """All words at once."""
    with transact_write() as tx:
        tx.put(Doc(id=stored.id, text="put"), must_exist=True, condition=Doc.attr.text == "stored")
        tx.put(Doc(id=f"{name}-2", text="new"), must_be_new=True)
    assert ("put", "new") == (text_of(Doc, stored.id), text_of(Doc, f"{name}-2"))


def test_both_words_exclude_each_other_in_a_transaction(Doc, name, transact_write):
    """At the action, so that nothing is sent."""
    with (
        pytest.raises(InvalidRequestError, match="put of Doc: must_exist and must_be_new exclude"),
        transact_write() as tx,
    ):
        tx.put(Doc(id=name), must_exist=True, must_be_new=True)
    assert text_of(Doc, name) is None
