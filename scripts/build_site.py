"""Build the documentation site strictly and check it (`make docs`), or show it while you write (`make docs-serve`).

zensical empties the folder `.cache` beside mkdocs.yml, where make keeps its environments. So it works on a copy, in
`.cache/site`; the site is in `.cache/site/public`. With `--root FOLDER`, it is the site of another project. With
`--version 0.1 --into FOLDER`, it is put beside the other versions that a web server has in this folder.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from check_site import problems_of, site_url
from site_versions import add_version

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("mkdocs.yml", "docs", "docs_src", "examples", "src", "scripts/docs_griffe.py")
# Pages that a repository has at its top.
OF_PROJECT = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "SUPPORT.md")
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)#]+\.md)(?P<anchor>#[^)]*)?\)")
LOOK_SECONDS = 0.5


def files_of(root: Path) -> Iterator[Path]:
    """Yield the files that the site is made of, relative to a project."""
    for name in COPIED:
        path = root / name
        for found in path.rglob("*") if path.is_dir() else [path]:
            if found.is_file() and "__pycache__" not in found.parts:
                yield found.relative_to(root)


def copy_changed(root: Path, work: Path) -> None:
    """Bring the copy up to date. Pages of the project get the links of the site."""
    copies = {name: name for name in files_of(root)}
    copies |= {Path(name): Path("docs", name.lower()) for name in OF_PROJECT if (root / name).is_file()}
    for name, copied in copies.items():
        source, copy = root / name, work / copied
        if not copy.exists() or copy.stat().st_mtime_ns != source.stat().st_mtime_ns:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
            if name != copied:
                copy.write_text(on_the_site(source.read_text(encoding="utf-8")), encoding="utf-8")
                shutil.copystat(source, copy)


def on_the_site(text: str) -> str:
    """Rewrite the links of a page of the project. A link to what the site does not have becomes its text."""

    def rewritten(found: re.Match[str]) -> str:
        target, anchor = found["target"], found["anchor"] or ""
        if target.startswith("docs/"):
            return f"[{found['text']}]({target.removeprefix('docs/')}{anchor})"
        return f"[{found['text']}]({target.lower()}{anchor})" if target in OF_PROJECT else found["text"]

    return LINK.sub(rewritten, text)


def give_version(configuration: Path, version: str) -> None:
    """Give the site of a version its own address, and the list of the others."""
    url = site_url(configuration.read_text(encoding="utf-8"))
    os.environ["SITE_URL"] = f"{url.rstrip('/')}/{version}/"
    with configuration.open("a", encoding="utf-8") as text:
        text.write("\nextra: {version: {provider: mike}}\n")


def build(root: Path, work: Path, *, version: str | None = None) -> int:
    """Build and check; return an exit code. A version has its own address, and a list of the others."""
    shutil.rmtree(work, ignore_errors=True)
    copy_changed(root, work)
    if version is not None:
        give_version(work / "mkdocs.yml", version)
    command = ["zensical", "build", "--clean", "--strict", "--config-file", "mkdocs.yml"]
    done = subprocess.run(command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(done.stdout, end="")
    if done.returncode:
        return done.returncode
    # zensical does not count them: docstrings whose parameters are not those of their functions
    misfits = [line for line in done.stdout.splitlines() if line.startswith("griffe:")]
    problems = problems_of(work / "public", work)
    print(*problems, sep="\n", end="\n" if problems else "")
    pages = len(list((work / "public").rglob("*.html")))
    print(f"{pages} pages in {work / 'public'}, {len(problems) + len(misfits)} problems")
    return 1 if problems or misfits else 0


def serve(root: Path, work: Path, address: str) -> int:
    """Show the site until Ctrl-C, and whatever is changed meanwhile."""
    copy_changed(root, work)
    command = ["zensical", "serve", "--config-file", "mkdocs.yml", "--dev-addr", address]
    with subprocess.Popen(command, cwd=work) as server:
        try:
            while server.poll() is None:
                time.sleep(LOOK_SECONDS)
                copy_changed(root, work)
        except KeyboardInterrupt:
            server.terminate()
    return 0


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder of mkdocs.yml")
    parser.add_argument("--serve", metavar="ADDRESS", help="show the site there, such as 127.0.0.1:8000")
    parser.add_argument("--version", help="build the site of this version, such as 0.1")
    parser.add_argument("--into", type=Path, help="the folder of all versions")
    given = parser.parse_args(arguments)
    if (given.version is None) != (given.into is None):
        parser.error("--version and --into belong together")
    root = given.root.resolve()
    work = root / ".cache/site"
    if given.serve:
        return serve(root, work, given.serve)
    code = build(root, work, version=given.version)
    if not code and given.version is not None:
        add_version(work / "public", given.into, given.version)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
