"""The tables of the consumer, new for each test."""

import pytest
from payments import Order, Outgoing, Receipt

from pydamodb.testing import Pydamo


@pytest.fixture(autouse=True)
def tables(pydamo: Pydamo) -> None:
    """Make the tables, from what the models declare."""
    pydamo.tables_for(Order, Receipt, Outgoing)
