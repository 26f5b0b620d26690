"""Each line of the tables of rules has a test, and each such test has its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEST = re.compile(r"^def (test_line_\w+)\(", re.MULTILINE)

# The tests of tests/integration/test_presence.py, by the lines of docs/errors.md: the call and the item.
ERRORS = {
    "`get_item(must_exist=True)` | is missing": "get_item_of_a_missing_item_is_404",
    "`save`, `update_item`, `update`, `delete`, `delete_item` with `must_exist=True` | is missing": (
        "a_write_of_a_missing_item_is_404"
    ),
    "the same with a `condition` | is missing": "a_write_of_a_missing_item_with_a_condition_is_404",
    "the same with a `condition` | exists, and the condition is false": "a_false_condition_of_an_existing_item_is_412",
    "`order.update(...)` of a model without a version, with neither `must_exist` nor `condition` | is missing": (
        "an_update_of_an_instance_without_an_item_is_404"
    ),
    "`save(must_be_new=True)` | exists": "a_save_of_an_existing_item_that_must_be_new_is_409",
    "`save(must_be_new=True, condition=...)` | exists": "a_save_of_an_existing_item_with_a_condition_is_409",
    "`save(must_be_new=True, condition=...)` | is missing, and the condition is false": (
        "a_save_of_a_missing_item_with_a_false_condition_is_412"
    ),
    "an instance with a version, with `must_exist=True` | is missing": (
        "a_missing_item_of_a_model_with_a_version_is_404"
    ),
    "an instance with a version, with `must_exist=True` or without | has another version": (
        "an_item_with_another_version_is_412"
    ),
    "`save`, `update`, `delete` of an instance with a version, without `must_exist` | is missing": (
        "a_missing_item_of_an_instance_with_a_version_is_412"
    ),
    "`save` of a new instance with a version, without `must_be_new` | exists": (
        "a_new_instance_over_an_item_with_a_version_is_412_without_the_word"
    ),
    "an instance with a version, `save(must_be_new=True)` | exists": (
        "a_new_instance_over_an_item_with_a_version_is_409"
    ),
    "a new instance with a [`CreatedAt`](managed-times.md), `save` | exists, with a time of creation": (
        "a_new_instance_over_an_item_with_a_time_is_409"
    ),
    "a transaction whose only cause is `must_exist=True` | is missing": (
        "a_transaction_without_an_item_that_must_exist_is_404"
    ),
    "a transaction whose only cause is `must_be_new=True` | exists": (
        "a_transaction_with_an_item_that_must_be_new_is_409"
    ),
    "a transaction with several causes | ": "a_transaction_with_several_causes_is_canceled",
}
# The tests of tests/integration/test_managed_times.py, by the lines of docs/managed-times.md: the write.
TIMES = {
    "`save`, `tx.put`; the instance has a time of creation: read, given, or set by an earlier save": (
        "a_put_of_a_known_time_keeps_it"
    ),
    "`save`, `tx.put`; the instance has none": "a_put_of_an_unknown_time_is_for_new_items",
    "`save(must_be_new=True)`, `tx.put` with it; the instance has none": (
        "a_save_that_must_be_new_needs_no_second_condition"
    ),
    "`save(must_exist=True)`, `tx.put` with it; the instance has none": "a_save_that_must_exist_loses_no_time",
    "`put` of a batch writer; the instance has a time of creation": "a_batch_put_keeps_a_known_time",
    "`put` of a batch writer; the instance has none": "a_batch_put_of_an_unknown_time_is_refused",
    "`update_item`, `tx.update`": "an_update_keeps_the_time_of_creation_or_sets_it",
    "`update_item(must_exist=True)`, `tx.update` with it, `update` of an instance": (
        "an_update_that_must_exist_invents_no_time"
    ),
    "all reads, `from_item`, `to_item`, `load_items`": "reading_makes_nothing_up",
    "an update with an action of yours on the field": "an_own_action_counts",
}


def lines_of(page: str, header: str, cells: int) -> list[str]:
    """Return the first cells of the lines of a table."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = text.partition(header)[2].partition("\n\n")[0].splitlines()[2:]
    return [" | ".join(cell.strip() for cell in row.strip("|").split("|")[:cells]) for row in rows]


@pytest.mark.parametrize(
    ("page", "header", "cells", "module", "tests"),
    [
        ("errors.md", "| Call | The item |", 2, "test_presence.py", ERRORS),
        ("managed-times.md", "| Write | `UpdatedAt` |", 1, "test_managed_times.py", TIMES),
    ],
)
def test_each_line_of_a_table_of_rules_has_a_test(
    *, page: str, header: str, cells: int, module: str, tests: dict[str, str]
) -> None:
    """A line without a test would be a promise that nothing holds."""
    text = (ROOT / "tests" / "integration" / module).read_text(encoding="utf-8")
    assert [*tests] == lines_of(page, header, cells)
    assert sorted(f"test_line_{name}" for name in tests.values()) == sorted(TEST.findall(text))
