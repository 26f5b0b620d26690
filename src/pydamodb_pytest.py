"""The pytest plugin of pydamodb: the option `--dynamodb` and the fixture `pydamo`.

pytest imports this module whenever pydamodb is installed, so it imports nothing of pydamodb before a test needs it.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pydamodb.testing import Pydamo

_ENGINE = "PYDAMODB_TEST_ENGINE"
_MADE_UP = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
_REAL = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("pydamodb").addoption(
        "--dynamodb",
        metavar="moto|local|URL",
        help="the engine of the fixture pydamo: moto (in this process), local (DynamoDB Local, from the folder that "
        "PYDAMODB_DYNAMODB_LOCAL names), or the address of a server. Without it: PYDAMODB_TEST_ENGINE, "
        "AWS_ENDPOINT_URL_DYNAMODB, or moto",
    )


def pytest_configure(config: pytest.Config) -> None:
    """If an engine is chosen, give the whole run made-up credentials, and start the server that is asked for."""
    chosen: str | None = config.getoption("--dynamodb") or os.environ.get(_ENGINE)
    if chosen is None:
        return
    if chosen not in {"moto", "local"} and not chosen.startswith(("http://", "https://")):
        message = f"--dynamodb (or {_ENGINE}) is moto, local, or the address of a server, http://...: got {chosen!r}"
        raise pytest.UsageError(message)
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for name, value in _MADE_UP.items():
        patch.setenv(name, value)
    for name in _REAL:
        patch.delenv(name, raising=False)
    if chosen == "local":
        if hasattr(config, "workerinput"):  # a process of pytest-xdist, which inherits the address
            return
        server = importlib.import_module("pydamodb._testing.local_server")
        try:
            chosen = server.start(config.add_cleanup)
        except server.NoServerError as error:
            raise pytest.UsageError(str(error)) from None
    patch.setenv(_ENGINE, str(chosen))


@pytest.fixture
def pydamo() -> Iterator[Pydamo]:
    """Give one test an imitation of DynamoDB: `pydamo.tables_for(Customer, Order)`, `.requests`, `.faults`."""
    testing = importlib.import_module("pydamodb.testing")
    with testing.engine() as running:
        yield running
    if unmet := running.faults.unmet():
        pytest.fail(f"planned, and never met: {', '.join(unmet)}", pytrace=False)
