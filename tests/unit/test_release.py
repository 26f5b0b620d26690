"""What a release stands on: one version, checks that say what to do, tools in the versions that are locked."""

import importlib.util
import re
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import pydamodb

ROOT = Path(__file__).resolve().parents[2]
if not (ROOT / "scripts/release.py").is_file():
    pytest.skip("outside of the source tree", allow_module_level=True)

specification = importlib.util.spec_from_file_location("release", ROOT / "scripts/release.py")
release = importlib.util.module_from_spec(specification)
specification.loader.exec_module(release)


def test_the_version_is_that_of_the_distribution():
    """`pydamodb.__version__` is what pip shows."""
    assert version("pydamodb") == pydamodb.__version__


def test_the_version_is_read_from_the_text_of_the_package():
    """As the build does, without importing it."""
    assert pydamodb.__version__ == release.version_of((ROOT / "src/pydamodb/__init__.py").read_text())
    with pytest.raises(SystemExit, match="has no __version__"):
        release.version_of("version = 1")


@pytest.mark.parametrize(
    ("changelog", "changes", "tags", "told"),
    [
        ("# Changelog\n\n## 0.2.0 (2026-11-30)\n", "", "v0.1.0", []),
        ("## Unreleased / 0.2.0\n", "", "", ['CHANGELOG.md needs the heading "## 0.2.0 (YYYY-MM-DD)"']),
        ("## 0.2.0 (2026-11-30)\n", "?? new.py", "", ["the work tree is not clean: commit or remove\n?? new.py"]),
        (
            "## 0.2.0 (2026-11-30)\n",
            "",
            "v0.1.0\nv0.2.0",
            ["the tag v0.2.0 exists: raise __version__ in src/pydamodb/__init__.py"],
        ),
    ],
)
def test_what_speaks_against_a_release_is_told(changelog, changes, tags, told):
    """A changelog without the version, files that are not committed, a version that was released."""
    assert told == list(release.obstacles("0.2.0", changelog, changes, tags))


def test_a_wheel_without_types_is_noticed(tmp_path: Path):
    """It would be of no use to type checkers, and nothing else would tell."""
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        for name in release.IN_THE_WHEEL[1:]:
            wheel.writestr(name, "")
    assert ["pydamodb/py.typed"] == release.missing_in(tmp_path / "x.whl")


def test_pre_commit_runs_the_locked_ruff():
    """Another version would format otherwise than `make lint` wants it."""
    locked = re.search(r"^ruff==([\d.]+)", (ROOT / "requirements-dev.lock").read_text(), re.MULTILINE)
    assert f"rev: v{locked[1]} " in (ROOT / ".pre-commit-config.yaml").read_text()
