"""The table of the service, new for each test."""

import pytest
from fastapi_app import Note

from pydamodb.testing import Pydamo


@pytest.fixture(autouse=True)
def tables(pydamo: Pydamo) -> None:
    """Make the table, from what the model declares."""
    pydamo.tables_for(Note)
