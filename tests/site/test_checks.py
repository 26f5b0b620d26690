"""`make docs` fails for each kind of broken page: a small project is built as it is, and with one fault."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAVIGATION = "nav:\n  - Home: index.md\n  - Errors: reference/errors.md\n"
PAGES = {
    "docs/index.md": "# Home\n\n## Start\n\n[errors](reference/errors.md#lost) ![a dot](dot.svg) [start](#start)\n",
    "docs/reference/errors.md": '# Errors\n\n<a id="lost"></a>\n\n::: pydamodb.LostError\n',
    "docs/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "docs_src/words.md": "*[TTL]: time to live\n",
    "src/pydamodb/__init__.py": 'from pydamodb.exceptions import LostError\n\n__all__ = ["LostError"]\n',
    "src/pydamodb/exceptions.py": '__all__ = ["LostError"]\n\n\nclass LostError(Exception):\n    """It is lost."""\n',
}


@pytest.fixture
def project(tmp_path):
    """Write a project with two pages and one public name, in the configuration of the real site."""
    real = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[0]
    one_section = re.sub(
        r"(?<=      sections:\n)(        .*\n)+", "        Start: [index.md, reference/errors.md]\n", real
    )
    files = PAGES | {"mkdocs.yml": f"{one_section}\n{NAVIGATION}"}
    files["scripts/docs_griffe.py"] = (ROOT / "scripts/docs_griffe.py").read_text(encoding="utf-8")
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def build(project: Path) -> tuple[int, str]:
    """Build and check a project; return the exit code and what was printed."""
    command = [sys.executable, str(ROOT / "scripts/build_site.py"), "--root", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    return done.returncode, re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)


def test_a_project_without_faults_passes(project):
    """What follows fails for its fault, and for nothing else."""
    code, printed = build(project)
    assert (0, True) == (code, ", 0 problems" in printed), printed


FAULTS = {
    "page": ("docs/index.md", "[gone](gone.md)", "gone"),
    "anchor of the page": ("docs/index.md", "[gone](#gone)", "gone"),
    "anchor of another page": ("docs/index.md", "[gone](reference/errors.md#gone)", "gone"),
    "anchor in the reference": ("docs/index.md", "[gone](reference/errors.md#pydamodb.Gone)", "pydamodb.Gone"),
    "image": ("docs/index.md", "![gone](gone.png)", "gone.png: no such file"),
    "file": ("docs/index.md", "[gone](gone.pdf)", "gone.pdf: no such file"),
    "file of the project that is not on the site": (
        "docs/index.md",
        "[gone](../mkdocs.yml)",
        "mkdocs.yml: no such file",
    ),
    "link in HTML": ("docs/index.md", '<a href="gone/">gone</a>', "gone/: no such file"),
    "image of another host": ("docs/index.md", "![far](https://example.com/a.png)", "a.png: another host"),
    "snippet": ("docs/index.md", '--8<-- "docs_src/gone.py"', "gone.py"),
    "name in the reference": ("docs/reference/errors.md", "::: pydamodb.GoneError", "pydamodb.GoneError"),
    "entry of the navigation": ("mkdocs.yml", "  - Gone: gone.md", "gone.md: no such page"),
    "page outside of the navigation": ("docs/more.md", "# More", "docs/more.md: not in the navigation"),
    "public name without a section": (
        "src/pydamodb/__init__.py",
        '__all__ += ["Order"]',
        "reference: pydamodb.Order is missing",
    ),
    "error without an anchor": (
        "src/pydamodb/exceptions.py",
        '__all__ += ["VersionConflictError"]',
        "no anchor #version-conflict for VersionConflictError",
    ),
    "class without a docstring": (
        "src/pydamodb/exceptions.py",
        "class LostError(Exception):\n    gone = True",
        "reference/errors: LostError has no docstring",
    ),
    "parameter that does not exist": (
        "src/pydamodb/exceptions.py",
        '    def of(self) -> None:\n        """Find it.\n\n        Args:\n            gone: Not there.\n        """',
        "griffe: ",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_kind_of_fault_fails(project, fault):
    """The build or the checks name the fault."""
    name, added, named = FAULTS[fault]
    path = project / name
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{added}\n", encoding="utf-8")
    code, printed = build(project)
    assert 0 != code, printed
    assert named in printed


def test_each_page_is_there_for_programs(project):
    """A page that llms.txt does not list has no Markdown."""
    path = project / "mkdocs.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("[index.md, reference/errors.md]", "[index.md]"))
    code, printed = build(project)
    assert (1, True) == (code, "reference/errors: not in the sections of llmstxt" in printed), printed


def test_make_keeps_its_environments(project):
    """Zensical empties the folder `.cache` beside its configuration: that is another one."""
    kept = project / ".cache/docs-venv/kept"
    kept.parent.mkdir(parents=True)
    kept.touch()
    build(project)
    assert kept.exists()


def test_versions_stand_beside_each_other(project, tmp_path):
    """The list names them, the highest one is the latest, and the folder leads to it."""
    folder = tmp_path / "all"
    for version in ("0.2", "0.10", "0.9"):
        command = [sys.executable, str(ROOT / "scripts/build_site.py"), "--root", str(project)]
        done = subprocess.run(  # noqa: S603 - our own script
            [*command, "--version", version, "--into", str(folder)], capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stdout + done.stderr
    versions = json.loads((folder / "versions.json").read_text(encoding="utf-8"))
    assert [("0.10", ["latest"]), ("0.9", []), ("0.2", [])] == [(each["version"], each["aliases"]) for each in versions]
    assert "/0.10/" in (folder / "latest/index.html").read_text(encoding="utf-8")
    assert "/0.9/" in (folder / "0.9/index.html").read_text(encoding="utf-8")
    assert "url=latest/" in (folder / "index.html").read_text(encoding="utf-8")


def test_pages_of_the_project_have_links_of_the_site(project):
    """Those to pages of docs/ lead there; those to what the site does not have are text."""
    text = "[a](docs/index.md) [b](docs/reference/errors.md#lost) [c](examples/README.md) [d](SUPPORT.md)"
    (project / "CHANGELOG.md").write_text(f"# Changelog\n\n{text}\n", encoding="utf-8")
    (project / "SUPPORT.md").write_text("# Support\n", encoding="utf-8")
    path = project / "mkdocs.yml"
    configuration = path.read_text(encoding="utf-8")
    listed = configuration.replace(
        "[index.md, reference/errors.md]", "[index.md, reference/errors.md, changelog.md, support.md]"
    )
    path.write_text(f"{listed}  - Changelog: changelog.md\n  - Support: support.md\n", encoding="utf-8")
    code, printed = build(project)
    assert 0 == code, printed
    page = (project / ".cache/site/docs/changelog.md").read_text(encoding="utf-8")
    assert "[a](index.md) [b](reference/errors.md#lost) c [d](support.md)" in page
