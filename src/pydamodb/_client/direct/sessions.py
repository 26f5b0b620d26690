"""The session of programs that name none: boto3's default session, or one of botocore alone.

A program that has not imported boto3 has not configured its default session. botocore alone is loaded sooner.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any
from weakref import ref

import botocore.session

from pydamodb._client.direct import loaders


class BotocoreSession:
    """A session of botocore with what the direct transport needs of boto3's."""

    def __init__(self) -> None:
        self._session: Any = botocore.session.Session()  # pyright: ignore[reportUnknownVariableType]

    @property
    def profile_name(self) -> str:
        """The profile, as boto3 calls it."""
        return self._session.profile or "default"

    def client(self, service_name: str, **options: Any) -> Any:
        """Return a client."""
        known = self._session.get_component("data_loader")
        if not isinstance(known, loaders.QuickLoader):  # it keeps what it has read for further clients
            self._session.register_component("data_loader", loaders.QuickLoader(known.search_paths))
        return self._session.create_client(service_name, **options)

    def get_credentials(self) -> Any:
        """Return the credentials, None if there are none."""
        return self._session.get_credentials()


_alone: dict[str, BotocoreSession] = {}  # one at most


def loaded_boto3() -> Any:
    """Import boto3, now only: models of the direct transport work without it, and start sooner."""
    return import_module("boto3")


def is_boto3_loaded() -> bool:
    """Return True if the program has imported boto3."""
    return "boto3" in sys.modules


def default_session() -> Any:
    """Return the session that counts now. If it is boto3's default one, it is made if there is none."""
    if not is_boto3_loaded():
        return _alone.get("") or _alone.setdefault("", BotocoreSession())
    boto3 = loaded_boto3()
    while True:
        session: Any = boto3.DEFAULT_SESSION
        if session is not None:
            return session
        boto3.setup_default_session()


def counts(session: Any) -> Callable[[], bool]:
    """Return a function that returns True as long as this session is the one that counts."""
    if isinstance(session, BotocoreSession):
        return lambda: not is_boto3_loaded()
    boto3, current = loaded_boto3(), ref(session)
    return lambda: current() is boto3.DEFAULT_SESSION
