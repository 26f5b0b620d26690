"""The pages are complete: their links lead somewhere, and they name all that is public."""

import os
import re
from pathlib import Path

import pytest

import pydamodb
from pydamodb import exceptions

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "CHANGELOG.md",
    "examples/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md")),
]
# What a copy outside of the source tree, where the installed package is tested, does not have.
ONLY_IN_THE_SOURCE_TREE = {"CONTRIBUTING.md", "LICENSE", "SECURITY.md", "SUPPORT.md"}

LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<title>.*)$", re.MULTILINE)
ANCHOR = re.compile(r'^<a id="(?P<id>[\w-]+)"></a>$', re.MULTILINE)
DESCRIBED = re.compile(r"^::: (?P<name>[\w.]+)$", re.MULTILINE)
FENCE = re.compile(r"^(?P<indent> *)```.*?^(?P=indent)```$", re.MULTILINE | re.DOTALL)
FIRST_CELL = re.compile(r"^\| \[`(?P<name>\w+Error)`\]\(reference/errors\.md#(?P<anchor>[\w-]+)\) \|", re.MULTILINE)


def text_of(page: str) -> str:
    """Read a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def prose_of(page: str) -> str:
    """Read a page without its blocks of code, whose comments look like headings."""
    return FENCE.sub("", text_of(page))


def anchors_of(page: str) -> set[str]:
    """Return the anchors that a page's headings have when it is shown on the web, and those that it names."""
    prose = prose_of(page)
    titles = (found["title"].lower() for found in HEADING.finditer(prose))
    named = {found[1] for pattern in (ANCHOR, DESCRIBED) for found in pattern.finditer(prose)}
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles} | named


def section_of(page: str, title: str) -> str:
    """Return what stands below a heading, up to the next one."""
    return text_of(page).partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_to_files_and_headings(page: str):
    """Every link to a file of the project leads to one that exists, and to a heading that it has."""
    folder = Path(page).parent
    broken = []
    for found in LINK.finditer(prose_of(page)):
        target, _, anchor = found["target"].partition("#")
        if "://" in target or target in ONLY_IN_THE_SOURCE_TREE:
            continue
        linked = os.path.normpath(folder / target) if target else page
        if not (ROOT / linked).is_file() or (anchor and anchor not in anchors_of(linked)):
            broken.append(found["target"])
    assert [] == broken


def test_the_navigation_of_the_site_has_every_page():
    """Each page of docs/ is found on the site."""
    navigation = text_of("mkdocs.yml").partition("\nnav:")[2]
    listed = set(re.findall(r"[\w./-]+\.md", navigation))
    of_project = {"changelog.md", "contributing.md", "security.md", "support.md"}  # scripts/build_site.py makes them
    assert {page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")} == listed - of_project


def test_every_public_name_is_mentioned():
    """Each name that the package exports stands somewhere in the README or in docs/."""
    words = set(re.findall(r"\w+", " ".join(text_of(page) for page in PAGES if page != "CHANGELOG.md")))
    assert [] == [name for name in pydamodb.__all__ if name not in words]


def test_the_map_names_every_module():
    """The tree of docs/architecture.md has all modules and packages of the package."""
    package = Path(str(pydamodb.__file__)).parent
    tree = text_of("docs/architecture.md").partition("```text\n")[2].partition("```")[0]
    private = {path.stem for path in package.glob("_*/**/*.py")} | {
        path.name for path in package.rglob("_*") if path.is_dir()
    }
    assert set() == private - {"__init__", "__pycache__"} - set(re.findall(r"\w+", tree))


def test_the_readme_begins_with_what_the_library_is():
    """The first screen has the two commands, and a model that is saved, read, updated and queried."""
    screen = "\n".join(text_of("README.md").splitlines()[:40])
    wanted = ["make quickstart", "make test", ".save()", ".get_item(", ".update_item(", "condition=", ".query("]
    assert [] == [words for words in wanted if words not in screen]


def test_the_readme_is_short():
    """It convinces on a few screens, and leaves the rest to the pages."""
    assert len(text_of("README.md").splitlines()) <= 160


def test_the_reference_describes_every_public_name():
    """Each name that the package exports, but for the short names of models, has a section made from its docstring."""
    described = {name for page in PAGES if "reference/" in page for name in DESCRIBED.findall(text_of(page))}
    short = {name for name in pydamodb.__all__ if name.endswith(("PKModel", "PKSKModel"))}
    assert [] == [name for name in pydamodb.__all__ if f"pydamodb.{name}" not in described and name not in short]


def test_each_error_has_an_anchor_that_stays():
    """`InvalidUpdateError` is found at reference/errors/#invalid-update, whatever its heading is."""
    page = text_of("docs/reference/errors.md")
    sections = re.findall(r'^<a id="([\w-]+)"></a>\n\n::: pydamodb\.(\w+)$', page, re.MULTILINE)
    assert [(anchor_of(name), name) for _, name in sections] == sections
    assert sorted(exceptions.__all__) == sorted(name for _, name in sections)


def test_each_error_in_the_tables_leads_to_what_to_do():
    """It stands in the reference only, in the section of that error."""
    assert "What to do |" not in text_of("docs/errors.md")
    found = FIRST_CELL.findall(text_of("docs/errors.md"))
    assert [(name, anchor_of(name)) for name, _ in found] == found
    sections = text_of("docs/reference/errors.md").split('<a id="')[1:]
    assert [] == [section.partition('"')[0] for section in sections if "\n\n**What to do:** " not in section]


def errors_in_tables(text: str) -> list[str]:
    """Return the names in the first cells of tables."""
    return [name for name, _ in FIRST_CELL.findall(text)]


def anchor_of(error: str) -> str:
    """Return the words of an error's name but the last, joined by hyphens."""
    return "-".join(re.findall(r"DynamoDB|[A-Z][a-z]+", error)[:-1]).lower()


def test_the_tree_of_errors_is_that_of_the_module():
    """docs/errors.md draws the exceptions as the docstring of their module does."""
    tree = re.compile(r"^ *((?:[│├└─ ]*)\w+Error)\b", re.MULTILINE)
    assert exceptions.__doc__ is not None
    drawn = text_of("docs/errors.md").partition("```text\n")[2].partition("```")[0]
    assert tree.findall(exceptions.__doc__) == tree.findall(drawn)


def below(base: type[Exception]) -> list[type[Exception]]:
    """Return the public classes below one, each before its own."""
    public = [each for each in base.__subclasses__() if each.__module__ == exceptions.__name__]
    return [each for direct in public for each in (direct, *below(direct))]


@pytest.mark.parametrize(
    ("title", "base"),
    [("Operation errors", exceptions.OperationError), ("Validation errors", exceptions.ValidationError)],
)
def test_the_tables_of_errors_are_complete(title: str, base: type[Exception]):
    """The tables of docs/errors.md list all errors of each kind, in the order of the tree."""
    listed = errors_in_tables(section_of("docs/errors.md", title))
    tree = re.findall(r"\w+Error", exceptions.__doc__ or "")
    assert sorted((each.__name__ for each in below(base)), key=tree.index) == listed


def test_the_table_of_base_classes_is_complete():
    """The first table of docs/errors.md lists the base of all, and those of the other tables."""
    bases = {each.__name__ for each in (exceptions.PydamoError, *exceptions.PydamoError.__subclasses__())}
    assert bases == set(errors_in_tables(section_of("docs/errors.md", "Base classes")))


def test_each_error_is_in_the_tables_once():
    """The tables of docs/errors.md together list each exception class, and nothing else."""
    assert sorted(exceptions.__all__) == sorted(errors_in_tables(text_of("docs/errors.md")))
