"""What the documentation says of type checkers is what `typing_tests` proves."""

import importlib
import re
from pathlib import Path

import pytest

from pydamodb import strict

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def typing_tests(monkeypatch):
    """Return what imports a module of the runner, which is a script."""
    monkeypatch.syspath_prepend(str(ROOT / "typing_tests"))
    return importlib.import_module


def test_the_table_of_the_page_is_made_from_the_cases(typing_tests):
    """It shows which mistakes which checker reports, as `typing_tests/run.py --table` prints it."""
    assert typing_tests("expectations").table() in (ROOT / "docs/type-checkers.md").read_text(encoding="utf-8")


def test_the_table_of_strict_modes_has_the_rows_that_differ(typing_tests):
    """The page shows them below the table of what checkers report without configuration."""
    expectations = typing_tests("expectations")
    strict = expectations.strict_table()
    assert strict in (ROOT / "docs/type-checkers.md").read_text(encoding="utf-8")
    assert not {*strict.splitlines()[2:]} & {*expectations.table().splitlines()}


def test_the_versions_in_the_documentation_are_those_that_are_run():
    """Oldest and newest of each checker."""
    rows = re.findall(
        r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \|$", (ROOT / "docs/type-checkers.md").read_text(), re.MULTILINE
    )
    pinned = {
        versions: dict(
            re.findall(r"^(\w+)==([\d.]+)$", (ROOT / f"typing_tests/{versions}.txt").read_text(), re.MULTILINE)
        )
        for versions in ("oldest", "newest")
    }
    assert 6 == len(rows)
    assert rows == [(name, pinned["oldest"][name], pinned["newest"][name]) for name, _, _ in rows]


@pytest.mark.parametrize(
    ("printed", "spelled"),
    [
        ("builtins.int", "int"),
        ("pydamodb.fields.ExpressionField[Union[builtins.str, None]]", "ExpressionField[None | str]"),
        ("Optional[a.b.C]", "C | None"),
        ("str | int", "int | str"),
        ("ExpressionField[str | None]", "ExpressionField[None | str]"),
        ("pydamodb.fields.PathField[x.Address]", "ExpressionField[Address]"),
        ("tuple[builtins.list[a.M], None, fallback=pydamodb.results.QueryResult[a.M]]", "QueryResult[M]"),
        ("dict[str, a.B | int]", "dict[str, B | int]"),
    ],
)
def test_types_are_compared_in_one_spelling(typing_tests, printed, spelled):
    """Whatever a checker prints: with modules, with `Union`, in another order."""
    assert spelled == typing_tests("checkers").spelled(printed)


@pytest.mark.parametrize(
    ("line", "run", "reported", "problems"),
    [
        ("x", "ty default", [], []),
        ("x", "ty default", ["bad"], ["reports ['bad']"]),
        ("x  # E", "ty default", ["bad"], []),
        ("x  # E", "ty default", [], ["reports nothing"]),
        ("x  # E: mypy, ty", "ty default", [], ["reports nothing"]),
        ("x  # E: mypy, ty", "zuban default", [], []),
        ("x  # E: mypy+plugin", "mypy+pydantic+plugin default", [], ["reports nothing"]),
        ("x  # E: mypy+plugin", "mypy default", ["bad"], ["reports ['bad']"]),
        ("x  # E: mypy", "mypy+deprecated default", [], ["reports nothing"]),
        ("x  # E: mypy+deprecated", "mypy+deprecated default", [], ["reports nothing"]),
        ("x  # E: mypy+deprecated", "mypy default", ["bad"], ["reports ['bad']"]),
        ("x  # E: pyright+strict", "pyright strict", [], ["reports nothing"]),
        ("x  # E: pyright+strict", "pyright default", ["bad"], ["reports ['bad']"]),
        ("x  # E: mypy+plugin+strict", "mypy+pydantic+plugin strict", [], ["reports nothing"]),
        ("x  # X: basedpyright+default", "basedpyright standard", [], []),
        ("x  # E", "pyrefly+basic default", [], []),
        ("x  # E: all, pyrefly+basic", "pyrefly+basic default", [], ["reports nothing"]),
        ("x  # E: all, pyrefly+basic", "zuban strict", [], ["reports nothing"]),
        ("x  # X: ty", "ty default", ["bad"], []),
        ("x  # M: no field", "ty default", ["there is no field"], []),
        ("x  # M: no field", "ty default", ["bad"], ["says ['bad']"]),
        ("x  # R: int", "ty default", [], ["reveals []"]),
    ],
)
def test_the_runner_finds_what_disagrees(typing_tests, line, run, reported, problems):
    """An error where none is expected, none where one is, another message, no revealed type."""
    findings = [typing_tests("checkers").Finding("x.py", 1, message, "") for message in reported]
    expectations = typing_tests("expectations")
    found = expectations.disagreements(*run.split(), expectations.lines_of(line), findings)
    assert problems == [says for _, says in found]


def test_a_case_names_checkers_that_are_run(typing_tests):
    """A name with a slip would never be compared with anything."""
    with pytest.raises(ValueError, match=r"line 2 names pyright\+strct, which are no checkers: y"):
        list(typing_tests("expectations").lines_of("x\ny  # E: mypy, pyright+strct"))


@pytest.mark.parametrize(
    ("symbols", "score", "diagnostics", "problems"),
    [
        ([{"name": "a", "isTypeKnown": True}], 1, [], []),
        ([{"name": "a", "isTypeKnown": False}], 0.5, [], ["a"]),
        ([], 0, [{"message": "No py.typed file found"}], ["No py.typed file found"]),
        ([], 0, [], ["the interface is not complete"]),
    ],
)
def test_an_interface_that_is_not_complete_is_a_problem(typing_tests, symbols, score, diagnostics, problems):
    """Also one that Pyright does not see at all."""
    reply = {"typeCompleteness": {"symbols": symbols, "completenessScore": score}, "generalDiagnostics": diagnostics}
    assert problems == typing_tests("run").completeness(reply).problems


def test_the_blocks_of_a_page_are_modules_that_import_what_they_use(typing_tests, tmp_path):
    """From the block that defined it last, with the lines of the page, and marks turned into expectations."""
    page = tmp_path / "Page.md"
    page.write_text(
        "```python\nimport os\n\na = 1\n```\n\n```python\nclass B: ...\n\n\nb = a  # type error\n```\n\n"
        "```python\nb = B, os, (a for c in b)  # type error with the mypy plugin\n```\n"
    )
    lines = [text.splitlines() for _, text in typing_tests("pages").modules_of(page)]
    assert ["", "import os", "", "a = 1"] == lines[0]
    assert ("from page_002 import a", "class B: ...", "b = a  # E") == (lines[1][0], lines[1][7], lines[1][-1])
    assert "from page_008 import B; from page_002 import a; import os" == lines[2][0]
    assert (15, "b = B, os, (a for c in b)  # E: mypy+plugin") == (len(lines[2]), lines[2][-1])


def test_the_diff_on_the_page_is_what_the_program_shows(tmp_path, monkeypatch, capsys):
    """Applied to the old text that the diff itself has."""
    page = (ROOT / "docs/strict.md").read_text()
    diff = re.search(r"^```text\n(--- shop.py\n.*?)^```$", page, re.DOTALL | re.MULTILINE)[1]
    hunk = re.split(r"^@@ .* @@\n", diff, flags=re.MULTILINE)[1]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text("".join(f"{line[1:]}\n" for line in hunk.splitlines() if line[0] in " -"))
    assert (1, (diff, "")) == (strict.main(["shop.py"]), tuple(capsys.readouterr()))
