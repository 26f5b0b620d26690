"""The built site in a browser: what a reader clicks works, on a phone too, and no other host is asked for anything."""

import os
from pathlib import Path

import pytest
from chromium import PROGRAM, browsing, served, tab

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / ".cache/site/public"
FOUND = """[...document.querySelectorAll('*')].flatMap(each => each.shadowRoot
  ? [...each.shadowRoot.querySelectorAll('[role=option]')].map(found => found.getAttribute('href')) : [])"""
PHONE = 390


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Run a browser for all tests. Only outside of CI may there be none."""
    assert SITE.joinpath("index.html").exists(), "there is no site: run `make docs` first"
    if PROGRAM is None and not os.environ.get("CI"):
        pytest.skip("there is no Chromium (Debian: apt-get install chromium)")
    assert PROGRAM is not None, "CI must have Chromium"
    with browsing(tmp_path_factory.mktemp("chromium")) as port, served(SITE) as origin:
        yield port, origin


@pytest.fixture
def page(browser):
    """Open a tab, on a screen of a computer. Whatever the test does: no complaint, and no other host."""
    with tab(*browser) as page:
        page.width(1400, 900, mobile=False)
        yield page
        assert ([], set()) == (page.complaints, page.other_hosts())


def test_tabs_lead_to_pages_without_loading_the_site_again(page):
    """A click on a tab, and then on a page, shows that page with its title."""
    page.open("/pydamodb/")
    page.run("window.loadedOnce = true")
    page.click(".md-tabs__link[href$='operations/']")
    page.wait("document.querySelector('h1').textContent.startsWith('Operations')")
    page.click(".md-nav--primary .md-nav__link[href$='updates/']")
    page.wait("document.querySelector('h1').textContent.startsWith('Updates')")
    assert ("/pydamodb/updates/", True) == (page.run("location.pathname"), page.run("window.loadedOnce"))


def search(page, words: str) -> list[str]:
    """Search for words, and return the addresses that are found."""
    page.open("/pydamodb/")
    page.wait("document.querySelector('.md-search__button')")
    page.click(".md-search__button")
    page.wait("[...document.querySelectorAll('*')].some(each => each.shadowRoot?.querySelector('dialog[open] input'))")
    page.write(words)
    return page.wait(f"(found => found.length && found)({FOUND})")


WORDS = ["optimistic locking", "upsert", "VersionConflictError", "cursor", "GSI", "LSI", "single-table", "Terraform"]
WORDS += ["OpenTelemetry", "Lambda", "PATCH"]


@pytest.mark.parametrize("words", WORDS)
def test_search_leads_to_a_page_with_the_words(page, words):
    """The index is a file of the site: no server is asked."""
    first = search(page, words)[0]
    page.open(first.removeprefix(page.origin))
    shown = page.run("document.querySelector('article').textContent").lower()
    assert [] == [word for word in words.lower().split() if word not in shown]


def test_a_tab_of_code_shows_the_request(page):
    """The JSON is hidden until its tab is chosen."""
    page.open("/pydamodb/")
    seen = "[...document.querySelectorAll('pre')].filter(each => each.offsetParent)"
    shown = f"{seen}.some(each => each.innerText.includes('UpdateExpression'))"
    assert not page.run(shown)
    page.click(".tabbed-labels label:nth-of-type(2)")
    page.wait(shown)


def test_a_button_copies_the_code(page):
    """It copies the block as text, without anything else of the page."""
    page.send("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    page.open("/pydamodb/")
    page.wait("document.querySelector('.md-code__button')")
    page.click(".md-code__button")
    page.wait("/[Cc]opied/.test(document.querySelector('.md-dialog').textContent)")
    copied = page.run("navigator.clipboard.readText()")
    assert page.run("document.querySelector('pre > code').innerText").strip() == copied.strip()


def test_the_colors_can_be_dark(page):
    """Two clicks lead from the colors of the system to dark ones."""
    page.open("/pydamodb/")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    for _ in range(2):
        page.click("[data-md-component=palette] label:not([hidden])")
    assert "slate" == page.wait(f"{scheme} === 'slate' && {scheme}")


@pytest.mark.parametrize(
    "path",
    ["", "updates/", "tutorial/service/", "glossary/", "reference/models/", "reference/errors/", "type-checkers/"],
)
def test_a_page_fits_on_a_phone(page, path):
    """Code and tables scroll inside of the page, which does not."""
    page.width(PHONE)
    page.open(f"/pydamodb/{path}")
    assert PHONE >= page.run("document.documentElement.scrollWidth")


def test_the_menu_of_a_phone_leads_to_pages(page):
    """The navigation is behind a button."""
    page.width(PHONE)
    page.open("/pydamodb/updates/")
    page.click("label.md-header__button[for=__drawer]")
    page.wait("document.querySelector('#__drawer').checked")
    assert page.run("document.querySelector('.md-nav--primary .md-nav__link[href]').offsetParent !== null")


@pytest.mark.parametrize("name", ["llms.txt", "llms-full.txt", "updates/index.md", "reference/models/index.md"])
def test_programs_read_markdown(name):
    """Each page is there as Markdown, and a list of the pages for programs that read them."""
    assert "update" in (SITE / name).read_text(encoding="utf-8")
