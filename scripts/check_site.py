"""Check the built site for what a strict build does not see, and that the reference is complete: see build_site.py.

Links, images, scripts and anchors of each page must exist, as must each page of the navigation. No page may load
anything from another host. Each public name must be in the reference, and each error must have its own anchor.
"""

import os
import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["anchor_of", "problems_of", "site_url"]

NAV_PAGE = re.compile(r"^ +- (?:[^:#]+: )?(?P<page>[\w./-]+\.md) *$", re.MULTILINE)
SITE_URL = re.compile(r'^site_url: .*"(?P<url>https?://[^"]+)"', re.MULTILINE)
EXPORTED = re.compile(r"^__all__ \+?= \[(?P<names>[^\]]*)\]", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SHORT_NAMES = {"PKModel", "PKSKModel", "AsyncPKModel", "AsyncPKSKModel"}
LOADED = {"script", "img", "link", "iframe", "source", "video", "audio"}
NOT_LOADED = {"canonical", "prev", "next", "alternate"}


class Page(HTMLParser):
    """The links and the ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, int]] = []
        self.loads: list[tuple[str, int]] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag links to, and the ids that it has."""
        given = dict(attrs)
        self.ids |= {given[name] or "" for name in ("id", "name") if name in given and (name == "id" or tag == "a")}
        target = given.get("href") or given.get("src")
        if target is None or given.get("rel") in NOT_LOADED:
            return
        self.links.append((target, self.getpos()[0]))
        if tag in LOADED:
            self.loads.append((target, self.getpos()[0]))


def broken_links(site: Path, base: str) -> Iterator[str]:
    """Yield each link of a page that leads nowhere, and each thing that another host would have to send."""
    site = site.resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        shown = path.relative_to(site).as_posix()
        yield from (f"{shown}:{line}: {target}: another host" for target, line in page.loads if urlsplit(target).netloc)
        for target, line in page.links:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            where = unquote(parts.path)
            found = site / where.removeprefix(base) if where.startswith("/") else (path.parent / where).resolve()
            found = path if not where else found / "index.html" if found.is_dir() else found
            if not found.exists() or not found.is_relative_to(site):
                yield f"{shown}:{line}: {target}: no such file"
            elif parts.fragment and found in pages and unquote(parts.fragment) not in pages[found].ids:
                yield f"{shown}:{line}: {target}: no such anchor"


def missing_pages(configuration: str, docs: Path) -> Iterator[str]:
    """Yield each entry of the navigation without a page, and each page that is not in the navigation."""
    listed = {found["page"] for found in NAV_PAGE.finditer(configuration.partition("\nnav:")[2])}
    there = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    yield from (f"mkdocs.yml: {page}: no such page" for page in sorted(listed - there))
    yield from (f"docs/{page}: not in the navigation of mkdocs.yml" for page in sorted(there - listed))


def anchor_of(error: str) -> str:
    """Return the anchor of an error: `InvalidUpdateError` has `invalid-update`."""
    words = error.removesuffix("Error").replace("DynamoDB", "Dynamodb")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", words).lower()


def exported(module: Path) -> set[str]:
    """Return the names in the `__all__` of a module, without importing it."""
    listed = EXPORTED.finditer(module.read_text(encoding="utf-8"))
    return {name for found in listed for name in re.findall(r'"(\w+)"', found["names"])}


def missing_names(site: Path, package: Path) -> Iterator[str]:
    """Yield each public name that is not in the reference, and each error without its anchor."""
    inventory = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    described = {line.split()[0] for line in zlib.decompress(inventory).decode().splitlines()}
    for name in sorted(exported(package / "__init__.py") - SHORT_NAMES):
        if f"pydamodb.{name}" not in described:
            yield f"reference: pydamodb.{name} is missing"
    page = site / "reference/errors/index.html"
    anchors = Page(page.read_text(encoding="utf-8")).ids if page.exists() else set()
    for name in sorted(exported(package / "exceptions.py")):
        if anchor_of(name) not in anchors:
            yield f"reference/errors: no anchor #{anchor_of(name)} for {name}"


def empty_sections(site: Path) -> Iterator[str]:
    """Yield each name of the reference of which it has a signature, and not a word."""
    for page in sorted(site.glob("reference/*/index.md")):
        for section in page.read_text(encoding="utf-8").split("\n## ")[1:]:
            name, _, text = section.partition("\n")
            if not FENCED.sub("", text).strip():
                yield f"{page.parent.relative_to(site).as_posix()}: {name} has no docstring"


def pages_without_markdown(site: Path) -> Iterator[str]:
    """Yield each page that programs cannot read as Markdown: those that no section of `llmstxt` lists."""
    for page in sorted(site.rglob("index.html")):
        if not page.with_suffix(".md").exists():
            yield f"{page.parent.relative_to(site).as_posix()}: not in the sections of llmstxt in mkdocs.yml"


def site_url(configuration: str) -> str:
    """Return the address of the site: that of the environment, else that of the configuration."""
    found = SITE_URL.search(configuration)
    return os.environ.get("SITE_URL") or (found["url"] if found else "/")


def problems_of(site: Path, root: Path) -> list[str]:
    """Return what is wrong with a site that was built from a folder."""
    configuration = (root / "mkdocs.yml").read_text(encoding="utf-8")
    base = urlsplit(site_url(configuration)).path
    return [
        *broken_links(site, base),
        *missing_pages(configuration, root / "docs"),
        *missing_names(site, root / "src/pydamodb"),
        *empty_sections(site),
        *pages_without_markdown(site),
    ]
