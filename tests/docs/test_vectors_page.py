"""The functions of docs/vectors.md search: on ministack, as no other engine has vector search."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import boto3
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "vectors.md"


def is_ministack() -> bool:
    """Return True if the engine is ministack."""
    try:
        return bool(urlopen(f"{os.environ['AWS_ENDPOINT_URL_DYNAMODB']}/_ministack/health", timeout=10))  # noqa: S310
    except (KeyError, URLError):
        return False


def test_the_functions_of_the_page_find_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items, scores, and smaller models."""
    if not is_ministack():
        pytest.skip("only ministack has vector search")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"docs{uuid4().hex}")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    text = PAGE.read_text(encoding="utf-8")
    first = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    namespace: dict[str, Any] = {"__name__": "page"}
    exec("\n".join(block for block in first if "try:" not in block), namespace)  # noqa: S102 - our own page
    product: Any = namespace["Product"]
    exec("from pydamodb import create_tables; create_tables(Product)", namespace)  # noqa: S102
    for sku, shop, kind, look in (
        ("a", "home", "lamp", [1.0, 0.0, 0.0]),
        ("b", "home", "lamp", [0.0, 1.0, 0.0]),
        ("c", "home", "vase", [1.0, 0.0, 0.0]),
        ("d", "away", "lamp", [0.5, 0.5, 0.0]),
    ):
        product(sku=sku, shop=shop, kind=kind, look=look).save()
    assert ["a", "b"] == [match.item.sku for match in namespace["lamps_like"]("home", [1.0, 0.0, 0.0])]
    assert "d" == namespace["nearest"]([0.5, 0.4, 0.0]).sku
    assert {"a", "b", "c"} == {*namespace["skus_like"]("home", [1.0, 0.0, 0.0])}
    boto3.client("dynamodb").delete_table(TableName="products")
