"""The projects in examples/ are tested as a user tests a project: outside of the source tree, with the plugin.

pytest finds the plugin by the entry point of the installed package.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PROJECTS = sorted(path.parent.name for path in EXAMPLES.glob("*/pytest.ini"))


def outcome_of(project: str, folder: Path, on_moto: bool, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a copy of a project, on the engine of this run."""
    copy = shutil.copytree(EXAMPLES / project, folder / "project", ignore=shutil.ignore_patterns("__pycache__"))
    engine = "moto" if on_moto else os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--dynamodb={engine}", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYDAMODB_"))}
    return subprocess.run(  # noqa: S603 - our own examples
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("project", PROJECTS)
def test_the_tests_of_each_example_pass(tmp_path: Path, on_moto: bool, project: str):
    """None of them is skipped."""
    done = outcome_of(project, tmp_path, on_moto)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert re.search(r"= \d+ passed(, \d+ warnings?)? in ", done.stdout), done.stdout


def test_the_example_of_the_plugin_passes_in_several_processes(tmp_path: Path, on_moto: bool):
    """Each process has tables of its own."""
    done = outcome_of("testing", tmp_path, on_moto, "-n", "2")
    tests = (EXAMPLES / "testing/test_shop.py").read_text(encoding="utf-8").count("def test_") + 3  # one is 4 times
    assert (0, True) == (done.returncode, f"{tests} passed" in done.stdout), done.stdout + done.stderr


@pytest.mark.parametrize("project", PROJECTS)
def test_each_example_says_what_it_is(project: str):
    """In a README of some lines, which names the file to read."""
    text = (EXAMPLES / project / "README.md").read_text(encoding="utf-8")
    modules = [path.name for path in (EXAMPLES / project).glob("*.py") if not path.name.startswith(("test_", "conf"))]
    assert len(text.splitlines()) <= 16
    assert [] == [module for module in modules if f"`{module}`" not in text]
