"""Finds the description of DynamoDB at once, in a session of botocore that is ours.

Before it reads the description of a service, botocore lists all services: it looks into a thousand folders, which takes
a third of the time that a new client takes.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader

_DYNAMODB = "dynamodb"


class _DynamoDBLoader(Loader):  # type: ignore[misc]  # botocore has no types
    def list_available_services(self, type_name: str) -> list[str]:
        """Name the one service that is asked for, if it has a description of this type."""
        try:
            self.list_api_versions(_DYNAMODB, type_name)
        except DataNotFoundError:
            return []
        return [_DYNAMODB]


class QuickLoader(Loader):  # type: ignore[misc]  # botocore has no types
    """A loader of botocore with its search paths. It loads other services too, such as those that give credentials."""

    def __init__(self, search_paths: list[str]) -> None:
        super().__init__(search_paths, include_default_search_paths=False)
        self._dynamodb: Any = _DynamoDBLoader(search_paths, include_default_search_paths=False)

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """Return a description of a service."""
        loader: Any = self._dynamodb if service_name == _DYNAMODB else super()
        return loader.load_service_model(service_name, type_name, api_version)
