"""Tests with DynamoDB's engines: what the fixture `pydamo` of the pytest plugin gives to a test."""

from pydamodb._core.facade import publish as _publish
from pydamodb._testing import engines as _engines
from pydamodb._testing import faults as _faults
from pydamodb._testing import recorded as _recorded
from pydamodb._testing.engines import Pydamo, engine
from pydamodb._testing.faults import Faults
from pydamodb._testing.recorded import Requests, SentRequest

__all__ = ["Faults", "Pydamo", "Requests", "SentRequest", "engine"]

_publish(__name__, _engines)
_publish(__name__, _faults)
_publish(__name__, _recorded)
