"""Clients of a botocore that has no vector search."""

from types import SimpleNamespace
from typing import Any

import botocore
import pytest

from pydamodb import InvalidRequestError
from pydamodb._client.vector_support import check_vector_support


def client_with(*operations: str) -> Any:
    """Return a client that knows these operations."""
    return SimpleNamespace(meta=SimpleNamespace(service_model=SimpleNamespace(operation_names=operations)))


def test_an_old_botocore_is_told_how_to_become_new() -> None:
    """It would refuse what it does not know, or leave it out."""
    with pytest.raises(InvalidRequestError) as caught:
        check_vector_support(client_with("GetItem"), "search of Product", "Product")
    expected = (
        f"search of Product needs botocore 1.43.64 or newer, this is {botocore.__version__}: "
        f"pip install --upgrade boto3 botocore"
    )
    assert (expected, "Product") == (str(caught.value), caught.value.model_name)


def test_a_new_botocore_is_fine() -> None:
    """Nothing is raised."""
    check_vector_support(client_with("GetItem", "SearchVectors"), "search of Product", "Product")
