"""The table of the shop, new for each test."""

import pytest
from shop import Customer, Email, Line, Order

from pydamodb.testing import Pydamo


@pytest.fixture(autouse=True)
def tables(pydamo: Pydamo) -> None:
    """Make one table for all models, from what they declare."""
    pydamo.tables_for(Customer, Email, Order, Line)
