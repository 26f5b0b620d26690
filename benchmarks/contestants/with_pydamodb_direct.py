"""pydamodb by its direct transport: one more word in the configuration."""

from __future__ import annotations

from benchmarks.contestants import with_pydamodb


class Stored(with_pydamodb.Stored):
    """The record, as an item of a table that is reached without boto3."""


class Entry(with_pydamodb.Entry):
    """What a user writes."""

    stored = Stored
    transport = "direct"
