"""The table of the function, new for each test."""

import pytest
from orders_api import Order

from pydamodb.testing import Pydamo


@pytest.fixture(autouse=True)
def tables(pydamo: Pydamo) -> None:
    """Make the table, from what the model declares."""
    pydamo.tables_for(Order)
