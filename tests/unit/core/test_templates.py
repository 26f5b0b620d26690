"""Templates as values: what users write, before any model is known."""

import copy
from typing import Any

import pytest

from pydamodb import ConfigurationError
from pydamodb._core.templates import KeyTemplate, Template


def test_templates_are_plain_values() -> None:
    """They compare by their texts, and can be copied."""
    key = KeyTemplate("CUSTOMER#{customer_id}", "ORDER#{number:08}")
    assert (key, Template("ALL")) == copy.deepcopy((key, Template("ALL")))
    assert KeyTemplate("CUSTOMER#{customer_id}") == KeyTemplate("CUSTOMER#{customer_id}", None)


@pytest.mark.parametrize("wrong", [5, None, "", b"x"])
def test_a_template_is_a_text(wrong: Any) -> None:
    """Anything else is refused at once, with an example."""
    for make in (lambda: KeyTemplate(wrong), lambda: Template(wrong)):
        with pytest.raises(ConfigurationError, match=r'takes a text such as "CUSTOMER#\{customer_id\}", got'):
            make()
    if wrong is not None:
        with pytest.raises(ConfigurationError, match="sort_key"):
            KeyTemplate("x", wrong)
