"""The reader of pages finds every block that the site shows, wherever it stands."""

from pathlib import Path

import pytest
from pages import Block, blocks_of, modules_of, stem_of

ROOT = Path(__file__).resolve().parents[2]

TABS = """
=== "Code"

    ```python hl_lines="1"
    if True:
        print("paid")
    ```

=== "Request"

    ```json title="Query"
    {"Limit": 1}
    ```

!!! note

    === "Both"

        ```text
        indented
          twice
        ```
"""


def test_blocks_in_tabs_and_notes_are_found():
    """Each has the text that the reader sees, without the indent of the tab, and the line on which it begins."""
    assert [
        Block("python", 'if True:\n    print("paid")\n', 4, None),
        Block("json", '{"Limit": 1}\n', 11, "Query"),
        Block("text", "indented\n  twice\n", 19, None),
    ] == blocks_of(TABS)


@pytest.mark.parametrize(
    ("fence", "title"),
    [
        ("```python", None),
        ('```python title="shop.py"', "shop.py"),
        ('```python title="a b.py" linenums="1"', "a b.py"),
        ("```python { .annotate }", None),
    ],
)
def test_options_of_a_fence_are_no_part_of_its_code(fence: str, title: str | None):
    """A block with a title, marked lines or numbers is a block like any other."""
    assert [Block("python", "a = 1\n", 1, title)] == blocks_of(f"{fence}\na = 1\n```\n")


def test_the_code_of_an_included_file_is_code_of_the_page():
    """A page shows a file as it is: it is run and checked with the rest of the page."""
    (block,) = blocks_of('```python\n--8<-- "tests/docs/test_reader_of_pages.py"\n```\n')
    assert Path(__file__).read_text(encoding="utf-8") == block.text


def test_a_fence_ends_where_its_own_indent_does():
    """Three backticks inside of a text do not end it."""
    assert [Block("text", "  ```\nmore\n", 1, None)] == blocks_of("```text\n  ```\nmore\n```\n")


def test_tabs_are_modules_for_type_checkers(tmp_path: Path):
    """A block in a tab imports what a block before it defines."""
    page = tmp_path / "page.md"
    page.write_text("```python\na = 1\n```\n\n    ```python\n    b = a\n    ```\n")
    assert ["\na = 1\n", "from page_002 import a\n\n\n\n\nb = a\n"] == [text for _, text in modules_of(page)]


def test_pages_of_one_name_have_modules_of_their_own():
    """`docs/updates.md` and `docs/reference/updates.md` are two pages."""
    names = [stem_of(ROOT / page) for page in ("README.md", "docs/updates.md", "docs/reference/key-updates.md")]
    assert ["readme", "updates", "reference_key_updates"] == names
