"""The project in examples/testing is tested as a user tests a project: outside of the source tree, with the plugin.

pytest finds the plugin by the entry point of the installed package.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "testing"


@pytest.mark.parametrize("processes", [0, 2])
def test_the_example_passes_in_one_process_and_in_several(tmp_path: Path, on_moto: bool, processes: int):
    """On the engine of this run; each process has tables of its own."""
    project = shutil.copytree(EXAMPLE, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    engine = "moto" if on_moto else os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--dynamodb={engine}", "-n", str(processes)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYDAMODB_"))}
    done = subprocess.run(  # noqa: S603 - our own example
        command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    tests = (EXAMPLE / "test_shop.py").read_text(encoding="utf-8").count("def test_") + 3  # one is there four times
    assert (0, True) == (done.returncode, f"{tests} passed" in done.stdout), done.stdout + done.stderr
