"""Items in files: every line is an item, nothing is lost, and errors name the line."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
import traceback
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_models import plain, random_models, seeds

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    ConfigurationError,
    ForeignItemError,
    InvalidItemError,
    InvalidRequestError,
    ItemEncodingError,
    KeyTemplate,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    collection,
    dump_items,
    load_items,
)
from pydamodb._codec.origins import set_unknown

shop = PydamoConfig(table="shop", partition_key="pk", sort_key="sk")


class Customer(PrimaryKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "PROFILE")

    id: str
    name: str = ""


class Order(PrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "ORDER#{number:04}")

    id: str
    number: int


class Later(AsyncPrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "LATER#{number:04}")

    id: str
    number: int


class LaterNote(AsyncPrimaryKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "NOTE")

    id: str


class Plain(PrimaryKeyModel):
    id: Annotated[str, PartitionKey]
    total: Decimal = Decimal(0)
    data: bytes = b""


MANY = [Customer(id="ann", name="Ann"), Order(id="ann", number=1), Order(id="ann", number=2)]
ACCOUNT = collection(Customer, Order)
LINE = b'{"Item":{"id":{"S":"a"},"total":{"N":"1"},"data":{"B":""}}}\n'


def dumped(items: Any) -> bytes:
    """Return what is written to an open file."""
    file = io.BytesIO()
    dump_items(items, file)
    return file.getvalue()


def loaded(models: Any, content: bytes, **options: Any) -> list[Any]:
    """Return what is read from an open file."""
    return [*load_items(models, io.BytesIO(content), **options)]


# --- the format ---


def test_a_line_is_that_of_an_export() -> None:
    """Compact JSON, in UTF-8, with base64 text."""
    line = '{"Item":{"id":{"S":"é\\n"},"total":{"N":"0"},"data":{"B":"AP8="}}}\n'
    assert line.encode() == dumped([Plain(id="é\n", data=b"\x00\xff")])


def test_the_items_of_a_client_are_written() -> None:
    """What boto3's client returns has bytes, and no model is needed."""
    item = {"id": {"S": "a"}, "data": {"B": b"\x00\xff"}, "many": {"BS": [b"a"]}, "x": {"NULL": True}}
    line = b'{"Item":{"id":{"S":"a"},"data":{"B":"AP8="},"many":{"BS":["YQ=="]},"x":{"NULL":true}}}\n'
    assert line == dumped(iter([item]))


def test_lines_of_others_are_read() -> None:
    """With spaces, empty lines, Windows' line ends, escapes, and no line end after the last one."""
    content = b'\n{ "Item": {"id": {"S": "\\u00e9"}} }\r\n  \r\n\n' + LINE.rstrip()
    assert ["é", "a"] == [each.id for each in loaded(Plain, content)]


def test_a_file_may_be_empty() -> None:
    """It has no items."""
    assert (b"", [], 0) == (dumped([]), loaded(Plain, b""), dump_items([], io.BytesIO()))


@given(st.lists(st.builds(Plain, id=st.text(min_size=1), total=st.decimals(-9, 9, places=3), data=st.binary())))
def test_what_is_written_is_read(items: list[Plain]) -> None:
    """Any texts and bytes, compressed or not, in the same order."""
    content = dumped(items)
    assert (len(items), items, items) == (
        content.count(b"\n"),
        loaded(Plain, content),
        loaded(Plain, gzip.compress(content)),
    )


def test_random_models_are_read_as_they_were(pytestconfig) -> None:
    """All instances of a model in one file."""
    read = 0
    for seed, random, (model, value, _) in random_models(seeds(pytestconfig), PrimaryKeyModel):
        items, wanted, file = [value(random) for _ in range(4)], [], io.BytesIO()
        for item in items:
            try:
                dump_items([item], file)
            except (ConfigurationError, ItemEncodingError):
                continue
            wanted.append(plain(item))
        assert wanted == [plain(each) for each in loaded(model, file.getvalue())], seed
        read += len(wanted)
    assert read > 0


def test_unknown_attributes_and_keys_go_through_a_file() -> None:
    """A file that is read and written again is the same."""
    item = {"id": {"S": "a"}, "number": {"N": "1"}, "new": {"N": "1E-130"}, "raw": {"B": "AA=="}}
    content = json.dumps(
        {"Item": {**item, "pk": {"S": "CUSTOMER#a"}, "sk": {"S": "ORDER#0001"}}}, separators=(",", ":")
    ).encode()
    again = dumped(loaded(Order, content))
    assert json.loads(content) == json.loads(again)


# --- collections ---


def test_a_collection_reads_each_line_by_its_kind() -> None:
    """Models of several kinds in one file, in their order."""
    read = loaded(ACCOUNT, dumped(MANY))
    assert (MANY, [Customer, Order, Order]) == (read, [*map(type, read)])


def test_asynchronous_models_share_the_functions() -> None:
    """Nothing is sent."""
    items = [LaterNote(id="a"), Later(id="a", number=1)]
    assert (items, items[1:]) == (
        loaded(collection(LaterNote, Later), dumped(items)),
        loaded(Later, dumped(items[1:])),
    )


def test_an_item_of_another_kind_is_an_error_with_its_line() -> None:
    """It is never left out by itself, neither by a model nor by a collection."""
    content = dumped([*MANY, Later(id="a", number=1)])
    texts = []
    for models in (Order, ACCOUNT):
        with pytest.raises(ForeignItemError) as caught:
            loaded(models, content)
        texts.append(str(caught.value).partition(" is of another kind")[0])
    assert [
        "load_items of Order, line 1: the item with the key {'pk': 'CUSTOMER#ann', 'sk': 'PROFILE'}",
        "load_items of Customer, Order, line 4: the item with the key {'pk': 'CUSTOMER#a', 'sk': 'LATER#0001'}",
    ] == texts


@pytest.mark.parametrize("models", [Order, ACCOUNT])
def test_the_caller_decides_about_items_that_do_not_fit(models: Any) -> None:
    """As in a scan: None leaves the item out, a model replaces it."""
    seen: list[InvalidItemError] = []

    def leave_out(error: InvalidItemError) -> None:
        seen.append(error)

    content = dumped([Later(id="a", number=1), *MANY[1:]])
    read = loaded(models, content, on_invalid=leave_out)
    replaced = loaded(models, content, on_invalid=lambda _: MANY[1])
    assert (MANY[1:], [ForeignItemError], [MANY[1], *MANY[1:]]) == (read, [*map(type, seen)], replaced)


def test_a_function_that_returns_something_else_is_refused() -> None:
    """The error names the function that was called."""
    with pytest.raises(InvalidRequestError, match="load_items of Order: on_invalid returned a value of type int"):
        loaded(Order, dumped(MANY), on_invalid=lambda _: 5)
    with pytest.raises(InvalidRequestError, match="load_items of Order: on_invalid is a value of type str"):
        load_items(Order, "x", on_invalid="x")  # type: ignore[call-overload]


# --- damaged lines ---


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b'{"Item":{"id":{"S":"hunter2"}', "line 3: it is not JSON: EOF while parsing"),
        (b"hunter2", "line 3: it is not JSON: expected value"),
        (b"\xff\xfe{}", "line 3: it is not JSON"),
        (b'{"Item":{"id":{"S":"\\ud800"}}}', "line 3: it is not JSON"),
        (LINE.rstrip() * 2, "line 3: it is not JSON: trailing characters"),
        (b'{"Item":' + b'{"a":' * 500, "line 3: it is not JSON: recursion limit exceeded"),
        (b"[]", "line 3: it is not a line of an export"),
        (b"null", "line 3: it is not a line of an export"),
        (b'{"id":{"S":"hunter2"}}', 'line 3: it is not a line of an export, {"Item": {...}}'),
        (b'{"Item":[]}', "line 3: it is not a line of an export"),
        (b'{"Metadata":{},"Keys":{},"NewImage":{}}', "line 3: it is of an incremental export"),
        (
            b'{"Item":{"id":"hunter2"}}',
            "load_items of Plain, line 3: what 'id' has, of type str, is not an attribute value",
        ),
        (b'{"Item":{"id":{"S":"a"},"x":{"S":"hunter2","N":"1"}}}', "line 3: what 'x' has"),
        (b'{"Item":{"id":{"S":"a"},"x":{"M":{"y":"hunter2"}}}}', "what 'x' has, of type dict"),
        (b'{"Item":{"id":{"S":"a"},"total":{"N":"hunter2"}}}', "what 'total' has, of type dict"),
        (b'{"Item":{"id":{"S":"a"},"data":{"B":"hunter2"}}}', "what 'data' has, of type dict"),
    ],
)
def test_a_damaged_line_is_an_error_with_its_number(line: bytes, text: str) -> None:
    """The lines before it are read, and no value is shown."""
    lines = load_items(Plain, io.BytesIO(LINE + b"\n" + line + b"\n" + LINE))
    assert "a" == next(lines).id
    with pytest.raises(InvalidRequestError) as caught:
        next(lines)
    shown = "".join(traceback.format_exception(caught.value))
    assert (True, False, []) == (text in str(caught.value), "hunter2" in shown, [*lines])


def test_an_item_that_does_not_fit_is_an_error_with_its_number() -> None:
    """Its key and the reason are there too."""
    content = LINE + b'{"Item":{"id":{"S":"b"},"total":{"S":"hunter2"}}}'
    with pytest.raises(InvalidItemError) as caught:
        loaded(Plain, content)
    assert (
        "load_items of Plain, line 2: the item with the key {'id': 'b'} does not fit the model: "
        == (str(caught.value)[: str(caught.value).index("model: ") + 7])
    )
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("models", [Customer, ACCOUNT])
def test_a_key_of_another_form_is_an_error_with_its_number(models: Any) -> None:
    """What templates look at is no attribute value."""
    with pytest.raises(InvalidRequestError, match="line 1: what 'sk' has, of type str"):
        loaded(models, b'{"Item":{"pk":{"S":"CUSTOMER#a"},"sk":"PROFILE"}}')


@pytest.mark.parametrize("left", [-1, -5, -12, 30, 11, 1])
def test_a_compressed_file_that_ends_too_early_is_an_error(left: int) -> None:
    """What was read before stays read; the end is never taken for the end of the items."""
    with pytest.raises(InvalidRequestError, match="the compressed file ends too early, or is damaged"):
        loaded(Plain, gzip.compress(LINE * 3)[:left])


def test_a_damaged_compressed_file_is_an_error() -> None:
    """Its sums do not fit, or something follows that is not compressed."""
    content = gzip.compress(LINE * 3)
    for damaged in (content[:-6] + b"\x00\x00" + content[-4:], content + b"x", content[:40] + b"\xff" + content[41:]):
        with pytest.raises(InvalidRequestError, match="the compressed file ends too early, or is damaged"):
            loaded(Plain, damaged)


def test_several_compressed_files_may_be_joined() -> None:
    """As `cat` joins the files of an export."""
    assert 5 == len(loaded(Plain, gzip.compress(LINE * 2) + gzip.compress(LINE * 3)))


# --- files ---


@pytest.mark.parametrize("name", ["items.jsonl", "items.jsonl.gz", "items"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_is_given_by_its_name(tmp_path: Path, kind: Any, name: str) -> None:
    """It is compressed if its name ends with `.gz`, and read by its content."""
    path = tmp_path / name
    count = dump_items(MANY, kind(path))
    content = path.read_bytes()
    other = tmp_path / "other"
    other.write_bytes(content)
    assert (3, name.endswith(".gz"), MANY, MANY, [name, "other"]) == (
        count,
        content[:2] == b"\x1f\x8b",
        [*load_items(ACCOUNT, kind(path))],
        [*load_items(ACCOUNT, other)],
        sorted(each.name for each in tmp_path.iterdir()),
    )


def test_the_same_items_make_the_same_file(tmp_path: Path) -> None:
    """A compressed file has no time in it."""
    for name in ("a.gz", "b.gz"):
        dump_items(MANY, tmp_path / name)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


@pytest.mark.parametrize("name", ["items.jsonl", "items.jsonl.gz"])
def test_an_error_leaves_the_older_file_as_it_was(tmp_path: Path, name: str) -> None:
    """Half of the items look like all of them."""
    path = tmp_path / name

    def half() -> Iterator[Any]:
        yield MANY[0]
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            dump_items(half(), path)
        assert ([] if not path.exists() else MANY) == ([*load_items(ACCOUNT, path)] if path.exists() else [])
        dump_items(MANY, path)
    assert [name] == [each.name for each in tmp_path.iterdir()]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file behind it is replaced."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    dump_items(MANY, tmp_path / "link")
    assert (True, MANY) == ((tmp_path / "link").is_symlink(), [*load_items(ACCOUNT, tmp_path / "real")])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
@pytest.mark.parametrize("fails", [False, True])
def test_a_pipe_is_written_directly(tmp_path: Path, *, fails: bool) -> None:
    """It cannot be replaced, and is not removed."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    if fails:
        with pytest.raises(InvalidRequestError):
            dump_items([MANY[0], 5], path)  # type: ignore[list-item]
    else:
        dump_items(MANY[:1], path)
    reader.join()
    assert (True, dumped(MANY[:1])) == (path.exists(), read[0])


class OnlyReads:
    """The body of an answer of S3: it returns less than it is asked for, and cannot be rewound."""

    def __init__(self, content: bytes, most: int) -> None:
        self.file, self.most, self.largest = io.BytesIO(content), most, 0

    def read(self, size: int, /) -> bytes:
        """Return some bytes."""
        self.largest = max(self.largest, size)
        return self.file.read(min(size, self.most))


@pytest.mark.parametrize("most", [1, 7, 100_000])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_file_needs_a_method_that_reads(compress: Any, most: int) -> None:
    """Nothing else is used of it, and it is read in pieces."""
    file = OnlyReads(compress(dumped(MANY)), most)
    assert (MANY, True) == ([*load_items(ACCOUNT, file)], file.largest < 1_000_000)


def test_an_open_file_stays_open(tmp_path: Path) -> None:
    """What is written or read afterwards follows."""
    path = tmp_path / "items"
    with path.open("wb") as file:
        counts = [dump_items(MANY[:1], file), dump_items(MANY[1:], file)]
    with path.open("rb") as file:
        read = [*load_items(ACCOUNT, file)]
        assert ([1, 2], MANY, False) == (counts, read, file.closed)


def test_an_unbuffered_file_gets_all_bytes(tmp_path: Path) -> None:
    """It may take only a part of what it is given."""

    class Slow(io.FileIO):
        def write(self, data: Any, /) -> int:
            return super().write(bytes(data)[:7])

    path = tmp_path / "items"
    with Slow(path, "wb") as file:
        dump_items(MANY, file)
        with pytest.raises(InvalidRequestError):
            dump_items([MANY[0], 5], file)  # type: ignore[list-item]
        assert not file.closed
    assert [*MANY, MANY[0]] == [*load_items(ACCOUNT, path)]


@pytest.mark.parametrize("file", [5, None, object(), io.StringIO()])
def test_what_is_no_file_to_write_is_refused(file: Any) -> None:
    """A file of texts too."""
    with pytest.raises(InvalidRequestError, match="dump_items takes the name of a file, or a file that is open in bin"):
        dump_items(MANY, file)


@pytest.mark.parametrize("file", [5, None, object()])
def test_what_is_no_file_to_read_is_refused(file: Any) -> None:
    """At once, and not when the first item is wanted."""
    with pytest.raises(InvalidRequestError, match="load_items takes the name of a file, or a file that is open in bin"):
        load_items(Plain, file)


def test_a_file_of_texts_is_refused() -> None:
    """With the remedy."""
    with pytest.raises(InvalidRequestError, match=r'binary mode \("rb"\), got one that returns str, not bytes'):
        next(load_items(Plain, io.StringIO("x")))  # type: ignore[arg-type]


# --- arguments ---


@pytest.mark.parametrize(
    ("items", "text"),
    [
        (MANY[0], "takes a list or an iterator of items, got a value of type Customer"),
        ({"id": {"S": "a"}}, "got a value of type dict"),
        (5, "got a value of type int"),
        ([MANY[0], 5], "dump_items, item 2: it takes instances of models, or items in DynamoDB's JSON, got int"),
        ([{"id": "hunter2"}], "dump_items, item 1: what 'id' has, of type str, is not an attribute value"),
        ([{"id": {"S": "hunter2\ud800"}}], "dump_items, item 1: it has a text with a lone surrogate"),
    ],
)
def test_what_is_no_item_is_not_written(items: Any, text: str) -> None:
    """The error says which one it is, and shows no value."""
    with pytest.raises(InvalidRequestError) as caught:
        dumped(items)
    assert (True, False) == (text in str(caught.value), "hunter2" in str(caught.value))


def test_an_asynchronous_iterator_is_not_written() -> None:
    """Its items are given as they come."""

    async def items() -> Any:
        yield MANY[0]

    with pytest.raises(InvalidRequestError, match="got a value of type async_generator"):
        dumped(items())


def test_an_instance_with_a_part_of_its_item_is_not_written() -> None:
    """The rest of the item would be lost."""
    part = Plain(id="a")
    set_unknown(part, None)
    with pytest.raises(InvalidRequestError, match="has only a part of its item"):
        dumped([part])


@pytest.mark.parametrize("models", [int, 5, "Order", PrimaryKeyModel, [Order]])
def test_what_is_no_model_is_refused(models: Any) -> None:
    """Before the file is looked at."""
    with pytest.raises(InvalidRequestError, match=r"load_items takes a model, or a collection\(Customer, Order\)"):
        load_items(models, "missing")


def test_a_collection_without_templates_is_refused() -> None:
    """Nothing says of which model an item is."""

    class Other(PrimaryKeyModel):
        id: Annotated[str, PartitionKey]

    with pytest.raises(ConfigurationError, match="load_items of Plain, Other: "):
        load_items(collection(Plain, Other), "missing")


# --- any number ---


def test_nothing_is_taken_before_it_is_wanted(tmp_path: Path) -> None:
    """The file is opened for the first item, and closed by its iterator; items are made one by one."""
    missing = load_items(Plain, tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        next(missing)
    seen: list[int] = []

    class Counting(io.BytesIO):
        def write(self, data: Any, /) -> int:
            seen.append(len(made))
            return super().write(data)

    made: list[Plain] = []

    def items() -> Iterator[Plain]:
        for number in range(3):
            made.append(Plain(id=str(number)))
            yield made[-1]

    assert (3, [1, 2, 3]) == (dump_items(items(), Counting()), seen)


@pytest.mark.parametrize("name", ["items.jsonl", "items.jsonl.gz"])
def test_the_memory_does_not_grow_with_the_items(tmp_path: Path, name: str) -> None:
    """4 MB of items go through less than 1 MB."""
    path = tmp_path / name
    dump_items([Plain(id="a")], path)
    assert 1 == len([*load_items(Plain, path)])
    tracemalloc.start()
    try:
        dump_items((Plain(id=str(number), data=b"x" * 2000) for number in range(2000)), path)
        count = sum(1 for _ in load_items(Plain, path))
        assert (2000, True) == (count, tracemalloc.get_traced_memory()[1] < 1_000_000)
    finally:
        tracemalloc.stop()
