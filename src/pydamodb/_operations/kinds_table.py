"""The models of a collection with their tables, in the place of one model with its table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydamodb._core.exceptions import ConfigurationError, InvalidRequestError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._operations.table import ModelTable


@dataclass(frozen=True, eq=False)
class KindsTable(ModelTable[Any]):
    """Several models, each with its table. The fields of the base are those of the first model.

    The models of a collection that can be read share one table. `unreadable` says why another one cannot be read, and
    `apart` why it cannot be queried. `index_name` is the index through which it is read.
    """

    kinds: tuple[ModelTable[Any], ...] = ()
    index_name: str | None = None
    unreadable: str | None = None
    apart: str | None = None

    @property
    def members(self) -> tuple[ModelTable[Any], ...]:
        """The models with their tables."""
        return self.kinds

    @cached_property
    def model_name(self) -> str:
        """The names of the models, for messages."""
        return ", ".join(each.model_name for each in self.kinds)

    @cached_property
    def _by_model(self) -> Mapping[type, ModelTable[Any]]:
        return {each.model: each for each in self.kinds}

    def member(self, model: type[Any], operation: str) -> ModelTable[Any]:
        """Return a model of the collection with its table; raise InvalidRequestError for all others.

        A subclass of a model is another model: it may have other keys.
        """
        if (found := self._by_model.get(model)) is not None:
            return found
        message = f"{operation} of {self.model_name} takes instances and keys of these models, got {model.__name__}"
        raise InvalidRequestError(message, model_name=self.model_name)

    def check_partitions(self) -> None:
        """Raise ConfigurationError if the models have no partitions in common, that a query could read."""
        if self.apart is not None:
            raise ConfigurationError(f"query of {self.model_name}: {self.apart}", model_name=self.model_name)

    def check_one_table(self, operation: str) -> None:
        """Raise ConfigurationError if no query or scan can read all models."""
        reason = self.unreadable
        for other in self.kinds:
            if reason is None and other.table_name != self.kinds[0].table_name:
                one, two = self.kinds[0], other
                reason = (
                    f"the table of {one.model_name} is {one.table_name!r}, and that of {two.model_name} is "
                    f"{two.table_name!r}: give them one pydamo_config"
                )
        if reason is not None:
            raise ConfigurationError(f"{operation} of {self.model_name}: {reason}", model_name=self.model_name)


def kinds_table(
    members: tuple[ModelTable[Any], ...],
    *,
    index_name: str | None = None,
    unreadable: str | None = None,
    apart: str | None = None,
) -> KindsTable:
    """Put the models of a collection together."""
    first = members[0]
    return KindsTable(
        first.model,
        ", ".join(dict.fromkeys(each.table_name for each in members)),
        first.has_sort_key,
        first.schemas,
        first.declared,
        templates=first.templates,
        keeps_unknown=first.keeps_unknown,
        watch=first.watch,
        cursor_keys=first.cursor_keys,
        kinds=members,
        index_name=index_name,
        unreadable=unreadable,
        apart=apart,
    )
