"""The tables of the function, new for each test."""

import pytest
from totals import Receipt, Spent

from pydamodb.testing import Pydamo


@pytest.fixture(autouse=True)
def tables(pydamo: Pydamo) -> None:
    """Make the tables, from what the models declare."""
    pydamo.tables_for(Spent, Receipt)
