"""Templates of keys, as users write them: `KeyTemplate("CUSTOMER#{customer_id}", "ORDER#{number:08}")`. Plain values.

`_codec/key_templates.py` fits a template to the fields of a model.
"""

from __future__ import annotations

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.lazy_dataclass import dataclass


@dataclass(frozen=True)
class Template:
    """The text of one key attribute: constant text, and fields in braces, `Template("STATUS#{status}")`.

    A template without braces is constant. A number needs a width, `{number:08}`, or `{number:-08}` for numbers below
    zero. A Decimal or a float needs a width and places, `{price:012.2f}`. A time can be cut, `{at:%Y-%m}`. A text is
    escaped, unless it is last, or is written as it is with `{city:raw}`.

    Raises:
        ConfigurationError: The template is not a text, or it is empty.
    """

    text: str

    def __post_init__(self) -> None:
        _check_text("Template(text)", self.text)


@dataclass(frozen=True)
class KeyTemplate:
    """How the key of an item is made from its fields, as the `pydamo_key` of a model.

    Args:
        partition_key: The template of the partition key, such as `"CUSTOMER#{customer_id}"`.
        sort_key: The template of the sort key, such as `"ORDER#{number:08}"`; None if the table has no sort key.

    Raises:
        ConfigurationError: A template is not a text, or it is empty.
    """

    partition_key: str
    sort_key: str | None = None

    def __post_init__(self) -> None:
        _check_text("KeyTemplate(partition_key, ...)", self.partition_key)
        if self.sort_key is not None:
            _check_text("KeyTemplate(..., sort_key)", self.sort_key)


def _check_text(what: str, text: object) -> None:
    if not (isinstance(text, str) and text):
        given = "an empty text" if isinstance(text, str) else f"a value of type {type(text).__name__}"
        raise ConfigurationError(f'{what} takes a text such as "CUSTOMER#{{customer_id}}", got {given}')
