"""The Python blocks of the README and of docs/ run, page by page, and print what the page says that they print.

A page names the tables that its examples use in a table of its own; they are made from there, so that nothing is hidden
from the reader. What `print` writes stands in a comment behind it, or in a `text` block that follows. A block such as
```json title="Query"``` behind a Python block is the body of a request that it sends. Blocks in tabs and notes count.
"""

import contextlib
import importlib
import io
import json
import os
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import botocore.session
import pages
import pytest
from moto import mock_aws
from moto.core.config import default_user_config
from pages import Block

ROOT = Path(__file__).resolve().parents[2]
PAGES = [page.relative_to(ROOT).as_posix() for page in pages.PAGES]

COLUMNS = 84
LANGUAGES = {"python", "text", "toml", "shell", "json", "yaml", "hcl"}
PRINTED = re.compile(r"^ *print\(.*\)  # (?P<output>.*)$", re.MULTILINE)
TABLES = re.compile(
    r"^\| Table \| Partition key \| Sort key \| Indexes \|\n[-| ]+\n(?P<rows>(?:\|.*\|\n)+)", re.MULTILINE
)
KEY = re.compile(r"`(?P<name>\w+)` \((?P<type>[SNB])\)")
INDEX = re.compile(r"`(?P<name>[\w-]+)`, (?P<kind>global|local): (?P<keys>[^;]+)")


def blocks_of(page: str) -> list[Block]:
    """Find the fenced blocks of a page."""
    return pages.blocks_of((ROOT / page).read_text(encoding="utf-8"))


def key_schema(cells: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Read keys such as "`customer` (S), `number` (N)": as a key schema, and as types by name."""
    keys = KEY.findall(cells)
    kinds = ("HASH", "RANGE")
    return [{"AttributeName": name, "KeyType": kind} for (name, _), kind in zip(keys, kinds, strict=False)], dict(keys)


def table_definitions(page: str) -> Iterator[dict[str, Any]]:
    """Read the page's table of tables."""
    found = TABLES.search((ROOT / page).read_text(encoding="utf-8"))
    for row in found["rows"].splitlines() if found else ():
        table, partition_key, sort_key, indexes = (cell.strip() for cell in row.strip("|").split("|"))
        schema, types_of_keys = key_schema(partition_key + sort_key)
        definition: dict[str, Any] = {
            "TableName": table.strip("`"),
            "KeySchema": schema,
            "BillingMode": "PAY_PER_REQUEST",
        }
        for index in INDEX.finditer(indexes):
            keys, more_types = key_schema((partition_key if index["kind"] == "local" else "") + index["keys"])
            types_of_keys |= more_types
            kind = f"{index['kind'].title()}SecondaryIndexes"
            described = {"IndexName": index["name"], "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
            definition.setdefault(kind, []).append(described)
        definition["AttributeDefinitions"] = [
            {"AttributeName": name, "AttributeType": kind} for name, kind in types_of_keys.items()
        ]
        yield definition


@pytest.fixture
def client(page: str, monkeypatch: pytest.MonkeyPatch, server: str | None) -> Iterator[Any]:
    """Yield a client of an empty engine: DynamoDB Local keeps the tables of each access key apart."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"docs{uuid4().hex}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    # A page that starts moto by itself keeps to this access key, whatever the engine.
    monkeypatch.setitem(default_user_config["core"], "mock_credentials", False)
    if "aiobotocore" in (ROOT / page).read_text(encoding="utf-8"):
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server or os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    with contextlib.nullcontext() if os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") else mock_aws():
        client: Any = boto3.client("dynamodb")
        yield client
        for name in client.list_tables()["TableNames"]:
            client.delete_table(TableName=name)


@pytest.fixture
def requests(page: str, client: Any) -> list[tuple[str, Any]]:
    """Make the tables of a page. Return a list that grows by each request: its operation and its body."""
    for definition in table_definitions(page):
        client.create_table(**definition)
        client.get_waiter("table_exists").wait(TableName=definition["TableName"])
    sent: list[tuple[str, Any]] = []

    def note(request: Any, **_: Any) -> None:
        target = request.headers["X-Amz-Target"]
        target = target if isinstance(target, str) else target.decode()
        sent.append((target.partition(".")[2], json.loads(request.body)))

    session = botocore.session.get_session()
    session.get_component("event_emitter").register_first("before-send.dynamodb", note)
    boto3.setup_default_session(botocore_session=session)
    return sent


@pytest.fixture
def namespace(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the namespace of a module that can be imported, where Python 3.14 looks for annotations."""
    monkeypatch.syspath_prepend(str(ROOT / "docs_src/tutorial"))  # what steps of the tutorial import
    module = types.ModuleType("pydamodb_docs_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return vars(module)


def output_of(page: str, text: str, namespace: dict[str, Any]) -> list[str]:
    """Run the text of a block, below as many empty lines as the page has: errors point to its line."""
    code = compile(text, str(ROOT / page), "exec", dont_inherit=True)
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(code, namespace)  # noqa: S102 - our own pages
    return output.getvalue().splitlines()


def expected_output(block: Block, following: Block | None) -> list[str]:
    """Return what the page says that a block prints."""
    if following is not None and following.language == "text" and not PRINTED.search(block.text):
        return following.text.splitlines() if "print(" in block.text else []
    return PRINTED.findall(block.text)


def in_strict_style(page: str) -> list[str]:
    """Rewrite the blocks of a page; what one takes from those before it is in the namespace that they share."""
    rewritten = importlib.import_module("rewritten")
    modules = dict(pages.modules_of(ROOT / page))
    keys = rewritten.keys_of((ROOT / page).read_text(encoding="utf-8"))
    texts = rewritten.rewritten(Path(sys.executable), modules, keys).values()
    return [re.sub(rf"\bfrom {pages.stem_of(ROOT / page)}_\d+ import \w+(?:; )?", "", text) for text in texts]


@pytest.mark.parametrize("style", ["as written", "strict"])
@pytest.mark.parametrize("page", [page for page in PAGES if any(each.language == "python" for each in blocks_of(page))])
def test_blocks_run_in_order_and_print_what_the_page_says(
    page: str,
    style: str,
    requests: list[tuple[str, Any]],
    namespace: dict[str, Any],
):
    """Each block of a page runs after those before it, prints and sends what stands beside it, also if rewritten."""
    if page == "docs/vectors.md" and "SearchVectors" not in boto3.client("dynamodb").meta.service_model.operation_names:
        pytest.skip("this botocore has no vector search")
    blocks = blocks_of(page)
    texts = ["\n" * block.line + block.text for block in blocks if block.language == "python"]
    if style == "strict":
        texts = in_strict_style(page)
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block.language == "python":
            requests.clear()
            printed = output_of(page, texts.pop(0), namespace)
            assert expected_output(block, following) == printed, f"{page}:{block.line}"
        elif block.language == "json" and (block.title or "").isidentifier():
            bodies = [body for operation, body in requests if operation == block.title]
            assert json.loads(block.text) in bodies, f"{page}:{block.line}"


@pytest.mark.parametrize("page", PAGES)
def test_each_fence_is_closed_and_names_a_language(page: str):
    """The blocks of a page are all found, also those in tabs and notes, and a slip in a language hides none."""
    fences = re.findall(r"^ *```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(blocks_of(page))
    assert {block.language for block in blocks_of(page)} <= LANGUAGES


@pytest.mark.parametrize("page", [page for page in PAGES if re.match(r"docs/(decide|tutorial)/", page)])
def test_code_is_as_wide_as_a_page(page: str):
    """The site shows 84 columns; what a program prints may be wider, and older pages are."""
    code = [block.text for block in blocks_of(page) if block.language != "text"]
    assert [] == [line for text in code for line in text.splitlines() if len(line) > COLUMNS]


def test_the_whole_program_of_the_readme_needs_nothing_else(tmp_path: Path):
    """The program that the README calls whole runs by itself, without any configuration of AWS."""
    (program,) = [block for block in blocks_of("README.md") if "with mock_aws()" in block.text]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}
    command = [sys.executable, "-c", program.text]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert PRINTED.findall(program.text) == done.stdout.splitlines(), done.stderr


def test_the_tests_of_the_page_on_testing_pass(tmp_path: Path):
    """The fixtures and tests that docs/testing.md shows work as a test file of a user."""
    shown = [
        block.text for block in blocks_of("docs/testing.md") if "def test_" in block.text or "@pytest" in block.text
    ]
    (tmp_path / "test_orders.py").write_text("\n".join(shown), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_orders.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    tests = sum(block.count("def test_") for block in shown)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert f"{tests} passed" in done.stdout
