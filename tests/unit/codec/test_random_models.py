"""Random models with whatever Pydantic has that touches validation or serialization: read as stored, or refused.

tests/support/random_models.py says how many there are, and how to repeat a failure. The engine is asked by
tests/integration/test_random_models.py.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from random_items import edited
from random_models import plain, random_models, seeds

from pydamodb import ConfigurationError, ItemEncodingError
from pydamodb._codec.items import decode_item, encode_item
from pydamodb._codec.unknown_attributes import compatible, unknown_attributes
from pydamodb._codec.validators import item_reader, page_reader


def check(seed: int, model: type[BaseModel], instance: Any) -> str:
    """Return whether an instance was stored; it must read back equal, by both ways of reading, or be refused."""
    before = plain(instance)
    try:
        item = encode_item(instance)
    except ItemEncodingError:
        return "refused"
    except ConfigurationError:
        return "refused model"
    assert before == plain(instance), (seed, "changed")
    assert before == plain(decode_item(model, item)), (seed, instance, item)
    read = item_reader(model)
    reply = None if read is None else read(json.dumps({"Item": item}).encode())
    if reply is not None and isinstance(reply["Model"], BaseModel):
        assert before == plain(reply["Model"]), (seed, instance, item)
    return "stored"


def test_a_random_model_is_read_as_it_was_or_refused(pytestconfig) -> None:
    """No exception but ours leaves the encoder, and both ways of reading make an equal model of what it encodes."""
    results: set[str] = set()
    for seed, random, (model, value, _) in random_models(seeds(pytestconfig, times=3)):
        for _ in range(6):
            results.add(check(seed, model, value(random)))
    assert results - {"refused model"} == {"refused", "stored"}


def read(model: type[BaseModel], item: dict[str, Any]) -> Any:
    """Return what the long way makes of an item, None if it is an error."""
    try:
        return plain(decode_item(model, item))
    except Exception:  # noqa: BLE001 - validators raise anything
        return None


def check_reading(model: type[BaseModel], items: list[dict[str, Any]], note: Any) -> None:
    """Compare both ways of reading a page: the short one makes the same model, or leaves the item to the long one."""
    read_page = page_reader(model)
    if read_page is not None:
        try:
            page = read_page(json.dumps({"Items": items, "Count": len(items)}).encode())
        except Exception:  # noqa: BLE001 - validators raise anything
            assert None in [read(model, item) for item in items], note
            return
        for item, made in zip(items, page["Models"] if page else [], strict=page is not None):
            if isinstance(made, model):
                assert read(model, item) == plain(made), (note, item)


def test_an_edited_item_is_read_in_the_same_way_from_bytes(pytestconfig) -> None:
    """What another program may have written is the same model by both ways of reading, or no model by both."""
    for seed, random, (model, value, _) in random_models(seeds(pytestconfig, times=3)):
        for _ in range(3):
            try:
                item = encode_item(value(random))
            except (ItemEncodingError, ConfigurationError):
                continue
            for _ in range(4):
                check_reading(model, [edited(random, item), item, edited(random, item)], seed)


def is_within(kept: Any, stored: Any) -> bool:
    """Return whether a value is as it was stored, but for entries of maps that fields are read from."""
    if not isinstance(kept, dict) or not isinstance(stored, dict):
        return bool(kept == stored)
    return all(name in stored and is_within(value, stored[name]) for name, value in kept.items())


def check_saving(model: type[BaseModel], item: dict[str, Any], note: Any) -> str:
    """Save what was read of an item: it is read as the same model, beside attributes that the model does not know."""
    try:
        instance = decode_item(model, item)
        saved = encode_item(instance)
    except Exception:  # noqa: BLE001 - validators raise anything
        return "refused"
    unknown = unknown_attributes(model, item)
    kept = compatible(model, saved, unknown)
    written = {**kept, **saved}
    assert plain(decode_item(model, saved)) == read(model, written), (note, item, written)
    assert is_within(kept, item), (note, item)
    return "all" if kept == unknown else "some"


def test_unknown_attributes_do_not_change_what_is_read(pytestconfig) -> None:
    """Whatever another program has added to an item: after read and save, the model is read as it was saved."""
    results: set[str] = set()
    for seed, random, (model, value, _) in random_models(seeds(pytestconfig, times=3)):
        for _ in range(3):
            try:
                item = encode_item(value(random))
            except (ItemEncodingError, ConfigurationError):
                continue
            for _ in range(4):
                results.add(check_saving(model, {**edited(random, edited(random, item)), "beside": {"S": ""}}, seed))
    assert {"refused", "all"} <= results
