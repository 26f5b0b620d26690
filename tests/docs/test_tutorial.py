"""Each step of the tutorial prints and sends what its page says, in a folder with the other steps."""

import contextlib
import io
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pages import blocks_of

from pydamodb import testing

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "docs_src/tutorial"
PAGES = ROOT / "docs/tutorial"
INCLUDED = re.compile(r'^--8<-- "docs_src/tutorial/(?P<name>\w+\.py)"$', re.MULTILINE)
BY_PROGRAM = {
    found["name"]: page for page in sorted(PAGES.glob("*.md")) for found in INCLUDED.finditer(page.read_text("utf-8"))
}
STEPS = sorted(path.name for path in PROGRAMS.glob("step_*.py"))


def without_tables(body: Any) -> Any:
    """Leave out the names of tables: those of a test are unique."""
    if isinstance(body, dict):
        return {name: without_tables(value) for name, value in body.items() if name != "TableName"}
    return [without_tables(each) for each in body] if isinstance(body, list) else body


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Return what runs a step as a program: its output, and the requests that its models send."""
    monkeypatch.syspath_prepend(str(PROGRAMS))
    sent: list[tuple[str, Any]] = []
    engine = testing.engine

    @contextlib.contextmanager
    def watched():
        with engine("moto") as pydamo:
            yield pydamo
            names = set(pydamo.requests.operations)
            sent.extend((name, without_tables(body)) for name in names for body in pydamo.requests.bodies(name))

    def run_step(name: str) -> tuple[list[str], list[tuple[str, Any]]]:
        monkeypatch.setattr(testing, "engine", watched)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            runpy.run_path(str(PROGRAMS / name), run_name="__main__")
        return output.getvalue().splitlines(), sent

    yield run_step
    for path in PROGRAMS.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_prints_and_sends_what_its_page_says(step: str, run):
    """The first `text` block is the output. Each JSON block with an operation is the body of a request."""
    blocks = blocks_of(BY_PROGRAM[step].read_text(encoding="utf-8"))
    printed, sent = run(step)
    (expected,) = [block.text.splitlines() for block in blocks if block.language == "text"]
    assert expected == printed
    for block in blocks:
        if block.language == "json":
            operation = (block.title or "").removesuffix(" request")
            assert (operation, without_tables(json.loads(block.text))) in sent, block.title


def test_the_tests_of_the_tutorial_pass(tmp_path: Path):
    """They are run as a reader runs them: in a folder with the steps and nothing else."""
    for path in PROGRAMS.glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_step_8.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert (0, True) == (done.returncode, "4 passed" in done.stdout), done.stdout + done.stderr


def test_each_program_has_a_page():
    """A step without a page would be read by nobody."""
    assert {path.name for path in PROGRAMS.glob("*.py")} == set(BY_PROGRAM)
