"""Why an item is not one of the items of a model with templates, though it may fit the fields."""

from __future__ import annotations

from pydamodb._codec.attribute_values import Unstorable


class Foreign(Unstorable):
    """The item is of another kind than the model."""


class OfNoKind(Foreign):
    """An item that is of none of the models of a collection."""


class Drift(Unstorable):
    """The fields of an item make another key than the one that is stored."""
