"""What all tests share: the tables of the application's models, new for each test."""

import pytest
from shop import Customer, Order, Visit

from pydamodb.testing import Pydamo


@pytest.fixture(autouse=True)
def tables(pydamo: Pydamo) -> None:
    """Make the tables, from what the models declare."""
    pydamo.tables_for(Customer, Order, Visit)


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests with asyncio, by the pytest plugin of anyio."""
    return "asyncio"
