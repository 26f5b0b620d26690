"""The command `python -m pydamodb.strict`: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import runpy
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from pydamodb import strict

PLAIN = """\
from pydamodb import PrimaryKeyAndSortKeyModel


class Order(PrimaryKeyAndSortKeyModel):
    customer: str  # partition key
    number: int  # sort key
    status: str = "open"
"""
STRICT = """\
from pydamodb import Attr, Field, PrimaryKeyAndSortKeyModel


class Order(PrimaryKeyAndSortKeyModel[str, int]):
    customer: Attr[str]  # partition key
    number: Attr[int]  # sort key
    status: Attr[str] = Field(default="open")
"""
DIFF = f"""\
--- {{path}}
+++ {{path}}
@@ -1,7 +1,7 @@
-from pydamodb import PrimaryKeyAndSortKeyModel
+from pydamodb import Attr, Field, PrimaryKeyAndSortKeyModel
{" "}
{" "}
-class Order(PrimaryKeyAndSortKeyModel):
-    customer: str  # partition key
-    number: int  # sort key
-    status: str = "open"
+class Order(PrimaryKeyAndSortKeyModel[str, int]):
+    customer: Attr[str]  # partition key
+    number: Attr[int]  # sort key
+    status: Attr[str] = Field(default="open")
"""
KEYS = ("--keys", "Order=customer,number")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with a plain model."""
    path = tmp_path / "shop.py"
    path.write_text(PLAIN)
    return path


def test_a_diff_is_shown_and_nothing_written(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code says that there is something to do."""
    assert (1, PLAIN) == (strict.main([str(path), *KEYS]), path.read_text())
    assert (DIFF.format(path=path), "") == tuple(capsys.readouterr())


def test_files_are_written_if_asked_to(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Then nothing is left to do: a second run finds nothing."""
    assert (0, STRICT) == (strict.main([str(path), "--write", *KEYS]), path.read_text())
    assert (DIFF.format(path=path), "") == tuple(capsys.readouterr())
    assert (0, STRICT) == (strict.main([str(path.parent), "--write"]), path.read_text())
    assert ("", "") == tuple(capsys.readouterr())


def test_notes_name_file_and_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In their order, on standard error: the diff can be piped to `patch`."""
    path.write_text(f"from typing import Final\n{PLAIN}    final: Final = 3\nx = f'{{Order.attr.a.b}}'\n")
    assert 1 == strict.main([str(path), *KEYS])
    notes = capsys.readouterr().err.splitlines()
    assert [f"{path}:{line}:" for line in (9, 10)] == [note.partition(" ")[0] for note in notes]


def test_files_that_are_no_python_are_named_and_others_handled(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is that of an error."""
    wrong, missing, bytes_, deep = (path.with_name(name) for name in ("a.py", "none.py", "z.py", "deep.py"))
    wrong.write_text("def f(:\n")
    deep.write_text(f"x = {'-' * 700}1\n")
    bytes_.write_bytes(b"a = '\xff'\n")
    paths = [str(each) for each in (wrong, missing, bytes_, deep, path)]
    assert (2, STRICT) == (strict.main([*paths, "--write", *KEYS]), path.read_text())
    errors = capsys.readouterr().err.splitlines()
    assert f"{wrong}:1: this is not valid Python: invalid syntax" == errors[0]
    assert f"{missing}: it cannot be read: [Errno 2] No such file or directory: {str(missing)!r}" == errors[1]
    assert (4, True) == (len(errors), errors[2].startswith(f"{bytes_}:"))
    assert f"{deep}: it cannot be read: its expressions are nested too deeply" == errors[3]


def test_a_file_that_cannot_be_written_is_named(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And stays as it was."""

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("shutil.copymode", fail)
    assert (2, PLAIN) == (strict.main([str(path), "--write", *KEYS]), path.read_text())
    assert f"{path}: the disk is full\n" == capsys.readouterr().err


def test_a_text_that_would_be_no_python_is_not_written(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong here, no file is broken."""
    monkeypatch.setattr("pydamodb._strict.sources.Source.changed", lambda _: "def f(:")
    assert (2, PLAIN) == (strict.main([str(path), "--write", *KEYS]), path.read_text())
    assert f"{path}: it stays as it is, its new text would not be valid Python:" in capsys.readouterr().err


@pytest.mark.parametrize("keys", ["Order", "=a", "Order="])
def test_wrong_arguments_are_an_error(path: Path, capsys: pytest.CaptureFixture[str], keys: str) -> None:
    """The message says what is right."""
    with pytest.raises(SystemExit) as error:
        strict.main([str(path), "--keys", keys])
    assert (2, True) == (
        error.value.code,
        f"{keys!r} is not MODEL=FIELD or MODEL=FIELD,FIELD" in capsys.readouterr().err,
    )


def test_the_help_says_what_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    """And shows what is rewritten."""
    with pytest.raises(SystemExit):
        strict.main(["--help"])
    shown = capsys.readouterr().out
    assert [True, True] == [text in shown for text in (strict.EXIT_CODES, "age: Attr[int] = Field(default=0)")]


def test_the_module_is_a_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the arguments of the command line, and ends with its exit code."""
    monkeypatch.setattr(sys, "argv", ["strict", str(path), "--write", *KEYS])
    with pytest.raises(SystemExit) as error:
        runpy.run_path(str(strict.__file__), run_name="__main__")
    assert (0, STRICT) == (error.value.code, path.read_text())


def test_a_diff_is_shown_on_any_terminal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where its characters cannot be shown."""
    path.write_text(PLAIN.replace("# sort key", "# cl\u00e9"), encoding="utf-8")
    shown = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(shown, encoding="ascii"))
    assert 1 == strict.main([str(path)])
    sys.stdout.flush()
    assert b"# cl\\xe9\n" in shown.getvalue()
