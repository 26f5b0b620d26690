"""By which transport a model sends in a test: by that of its configuration, as in the application."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal, TypeAlias

from pydamodb._client.clients import is_direct
from pydamodb._core.config import DirectTable, PydamoConfig, is_table

Way: TypeAlias = Literal["boto3", "direct", "aiobotocore"]


def way_of(config: PydamoConfig, *, is_asynchronous: bool) -> Way:
    """Return the way of a model's requests.

    What the function of a configuration returns is not known: a test must not call it. Of an asynchronous model, it is
    most often a table of aiobotocore. Where that is not installed, it is not.
    """
    table = config.table
    if config.transport == "direct" or isinstance(table, DirectTable):
        return "direct"
    is_open = table is None or isinstance(table, str)  # a placeholder most often gets a name later
    if not is_asynchronous:
        return "direct" if is_open and is_direct(config) else "boto3"
    if config.transport is None and (is_open or not (is_table(table) or find_spec("aiobotocore"))):
        return "direct"
    return "aiobotocore"
