"""`must_exist` and `must_be_new`, driven by hand: what is sent, and what a failure means."""

from __future__ import annotations

import pickle
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from pydamodb import Version
from pydamodb._operations import items as single
from pydamodb._operations.errors import ItemExistsInTransaction, ItemNotFoundInTransaction
from pydamodb._operations.items import Update
from pydamodb._operations.keys import MISSING
from pydamodb._operations.requests import RequestFailed
from pydamodb.exceptions import ConditionCheckFailedError, ItemExistsError, ItemNotFoundError, TransactionCanceledError
from pydamodb.fields import AttributePath

FAILED = "ConditionalCheckFailedException"
SHOWN = "ReturnValuesOnConditionCheckFailure"


class Doc(BaseModel):
    id: str
    text: str = ""


class Counted(Doc):
    version: Annotated[int, Version] = 0


attr: Any = AttributePath(Doc)
DOC = Doc(id="a")
CONDITION = attr.text == "x"
SET: Any = {attr.text: "new"}


@pytest.fixture
def sent(table_for: Any, drive: Any, description: Any) -> Any:
    """Return what drives an operation: its last request, and its result."""

    def run(operation: Any, *args: Any, reply: Any = None, model: Any = Doc, **words: Any) -> tuple[Any, Any]:
        requests, _, result = drive(
            operation(table_for(model), *args, **words), description("id"), {} if reply is None else reply
        )
        return requests[-1][1], result

    return run


def changed(table: Any, **words: Any) -> Any:
    """Return the update of an item."""
    return single.update_item(table, "a", MISSING, Update(SET, **words))


def deleted(table: Any, condition: Any = None, **words: Any) -> Any:
    """Return the delete of an item."""
    return single.delete_item(table, "a", MISSING, condition=condition, **words)


@pytest.mark.parametrize(
    ("operation", "args", "words", "names", "condition", "shown"),
    [
        (single.save, (DOC, None), {}, None, None, None),
        (single.save, (DOC, CONDITION), {}, {"#n0": "text"}, "#n0 = :v0", None),
        (single.save, (DOC, None), {"must_exist": True}, {"#n0": "id"}, "attribute_exists(#n0)", None),
        (single.save, (DOC, None), {"must_be_new": True}, {"#n0": "id"}, "attribute_not_exists(#n0)", None),
        (
            single.save,
            (DOC, CONDITION),
            {"must_be_new": True},
            {"#n0": "id", "#n1": "text"},
            "attribute_not_exists(#n0) AND #n1 = :v0",
            "ALL_OLD",
        ),
        (single.delete, (DOC, None), {}, None, None, None),
        (single.delete, (DOC, None), {"must_exist": True}, {"#n0": "id"}, "attribute_exists(#n0)", None),
        (deleted, (), {}, None, None, None),
        (deleted, (), {"must_exist": True}, {"#n0": "id"}, "attribute_exists(#n0)", None),
        (
            deleted,
            (CONDITION,),
            {"must_exist": True},
            {"#n0": "id", "#n1": "text"},
            "attribute_exists(#n0) AND #n1 = :v0",
            "ALL_OLD",
        ),
        (changed, (), {}, {"#n0": "text"}, None, None),
        (changed, (), {"must_exist": True}, {"#n0": "text", "#n1": "id"}, "attribute_exists(#n1)", None),
        (
            changed,
            (),
            {"must_exist": True, "condition": CONDITION},
            {"#n0": "text", "#n1": "id"},
            "attribute_exists(#n1) AND #n0 = :v1",
            "ALL_OLD",
        ),
    ],
)
def test_only_a_word_beside_a_condition_asks_for_the_item(
    *, sent: Any, operation: Any, args: Any, words: Any, names: Any, condition: Any, shown: Any
) -> None:
    """A request without the words is as it was. Where only one thing can be false, nobody pays for an answer."""
    payload, _ = sent(operation, *args, **words)
    expected = (names, condition, shown)
    assert expected == (
        payload.get("ExpressionAttributeNames"),
        payload.get("ConditionExpression"),
        payload.get(SHOWN),
    )


@pytest.mark.parametrize(
    ("condition", "names", "shown"), [(None, "attribute_exists(#n1)", None), (CONDITION, None, None)]
)
def test_an_update_of_an_instance_sends_what_it_sent(*, sent: Any, condition: Any, names: Any, shown: Any) -> None:
    """It requires the item always, and asks for it only with the word."""
    reply = {"Attributes": {"id": {"S": "a"}}}
    payload, _ = sent(single.update, Doc(id="a"), Update(SET, condition), reply=reply)
    assert (names or "attribute_exists(#n1) AND #n0 = :v1", shown) == (
        payload["ConditionExpression"],
        payload.get(SHOWN),
    )
    if condition is not None:
        asked, _ = sent(single.update, Doc(id="a"), Update(SET, condition, must_exist=True), reply=reply)
        assert {**payload, SHOWN: "ALL_OLD"} == asked


def test_a_false_condition_of_a_new_item_is_no_conflict_of_versions(
    table_for: Any, drive: Any, description: Any
) -> None:
    """There is no item that could have another version."""
    flow = single.save(table_for(Counted), Counted(id="a", version=3), CONDITION, must_be_new=True)
    _, _, error = drive(flow, description("id"), (FAILED, "refused", {}))
    assert ConditionCheckFailedError is type(error)


def test_a_new_item_with_a_version_has_one_condition(sent: Any) -> None:
    """Without an item there is no version."""
    counted = Counted(id="a", version=3)
    payload, _ = sent(single.save, counted, None, must_be_new=True, model=Counted)
    assert ("attribute_not_exists(#n0)", {"N": "4"}, 4) == (
        payload["ConditionExpression"],
        payload["Item"]["version"],
        counted.version,
    )


@pytest.mark.parametrize(("word", "kind"), [("must_exist", ItemNotFoundError), ("must_be_new", ItemExistsError)])
def test_a_write_that_met_its_own_first_attempt_says_so(
    *, word: str, kind: Any, table_for: Any, description: Any
) -> None:
    """After a lost answer, the item may be that of the same request."""
    flow: Any = single.save(table_for(Doc), DOC, None, **{word: True})
    next(flow)
    request = flow.send(description("id"))
    with pytest.raises(kind) as caught:
        flow.throw(RequestFailed(request, FAILED, "refused", RuntimeError("x"), unknown=True))
    assert caught.value.outcome_unknown
    assert "A previous attempt of this request may have succeeded" in str(caught.value)


@pytest.mark.parametrize(("words", "repeatable"), [({}, True), ({"return_values": "ALL_OLD"}, False)])
def test_a_delete_that_returns_its_item_is_not_sent_twice(
    *, words: Any, repeatable: bool, table_for: Any, description: Any
) -> None:
    """A second attempt would not find the item, and would return nothing."""
    flow: Any = deleted(table_for(Doc), **words)
    next(flow)
    assert repeatable is flow.send(description("id")).repeatable


def test_without_an_answer_the_cause_stays_open(table_for: Any, drive: Any, description: Any) -> None:
    """An update that always requires its item does not ask for it beside a condition."""
    flow = single.update(table_for(Doc), Doc(id="a"), Update(SET, CONDITION))
    _, _, error = drive(flow, description("id"), (FAILED, "refused", {}))
    assert ConditionCheckFailedError is type(error)


@pytest.mark.parametrize("kind", [ItemNotFoundInTransaction, ItemExistsInTransaction])
def test_an_error_of_a_transaction_crosses_a_process_boundary(kind: Any) -> None:
    """It is caught as what it is made of, also afterwards."""
    error = kind("what happened", model_name="Doc", operation="TransactWriteItems", table_name="table")
    moved = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (kind, "what happened", "table", ()) == (type(moved), str(moved), moved.table_name, moved.reasons)
    assert isinstance(moved, ConditionCheckFailedError)
    assert isinstance(moved, TransactionCanceledError)
