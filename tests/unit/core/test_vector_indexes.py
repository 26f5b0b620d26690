"""Vector indexes as plain values: what they are made of, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from pydamodb import ConfigurationError
from pydamodb._core.vector_indexes import VectorIndex


def test_a_vector_index_is_a_value() -> None:
    """With names of fields."""
    index = VectorIndex("by-look", vector="look", distance="cosine", partition_key="shop", filters=["kind"])
    assert index == VectorIndex(
        name="by-look", vector="look", distance="cosine", partition_key="shop", filters=("kind",), projection="ALL"
    )
    assert (("kind",), ()) == (index.filters, index.includes)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"name": "ab"}, "the name of a vector index has 3 to 255 of"),
        ({"name": "by look"}, "the name of a vector index has 3 to 255 of"),
        ({"name": "x" * 256}, "the name of a vector index has 3 to 255 of"),
        ({"name": None}, "the name of a vector index has 3 to 255 of"),
        ({"distance": "COSINE"}, "the distance is one of cosine, euclidean, dot_product"),
        ({"vector": ""}, "the vector, the partition key and the filters are names of fields"),
        ({"partition_key": 1}, "the vector, the partition key and the filters are names of fields"),
        ({"filters": ["a", None]}, "the vector, the partition key and the filters are names of fields"),
        ({"filters": "kind"}, "filters is a list of names of fields"),
        ({"filters": 3}, "filters is a list of names of fields"),
        ({"filters": ["look"]}, "a field has one meaning"),
        ({"partition_key": "kind", "filters": ["kind"]}, "a field has one meaning"),
        ({"filters": ["kind", "kind"]}, "a field has one meaning"),
        ({"filters": [f"f{number}" for number in range(19)]}, "a vector index has at most 18 filters"),
        ({"projection": "SOME"}, "the projection is one of ALL, KEYS_ONLY, INCLUDE"),
        ({"includes": ["note"]}, 'includes is for an index with projection="INCLUDE"'),
        ({"projection": "INCLUDE", "includes": "note"}, "includes is a list of names of fields"),
    ],
)
def test_what_no_vector_index_can_be_is_refused(options: Any, reason: str) -> None:
    """When it is made."""
    with pytest.raises(ConfigurationError) as caught:
        VectorIndex(**{"name": "by-look", "vector": "look", "distance": "cosine", **options})
    assert reason in str(caught.value)
