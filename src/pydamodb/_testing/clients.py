"""The clients of a test: with made-up credentials, for moto or for the address of a server."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from pydamodb._client.direct.clients import DirectClient

KEY = "testing"


class Place(NamedTuple):
    """Where the engine is: the address of a server, None for moto, and a region, by which engines keep tables apart."""

    url: str | None
    region: str


def settings(place: Place, config: Any = Config, **options: Any) -> dict[str, Any]:
    """Return the parameters of a client. moto answers what would go to AWS: no address may be configured."""
    return {
        "endpoint_url": place.url,
        "region_name": place.region,
        "aws_access_key_id": KEY,
        "aws_secret_access_key": KEY,
        "config": config(ignore_configured_endpoint_urls=True, **options),
    }


def open_direct(place: Place) -> DirectClient:
    """Make a client of the direct transport. What moto answers takes no proxy."""
    options: dict[str, Any] = {"proxies": {}} if place.url is None else {}
    given = settings(place, **options)
    return DirectClient(
        session=_session(is_of_moto=place.url is None),
        config=given["config"],
        endpoint_url=given["endpoint_url"],
        region_name=given["region_name"],
    )


def open_resource(place: Place, **options: Any) -> Any:
    """Make a boto3 resource with a client of its own. The options are those of botocore's Config."""
    return _session(is_of_moto=place.url is None).resource("dynamodb", **settings(place, **options))


@cache
def _session(*, is_of_moto: bool) -> Any:  # noqa: ARG001 - clients of one that was made before moto do not see moto
    """Return a session of boto3, which keeps the description of the service: reading it takes longest."""
    make: Any = boto3.Session  # boto3 has no types
    return make(aws_access_key_id=KEY, aws_secret_access_key=KEY)
