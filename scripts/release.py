"""Make all of a release that can be made without sending anything: check, build, compare, and print the rest.

    python scripts/release.py UV [--dry-run]     --dry-run: say what is not ready, and build all the same

The version is that of `pydamodb.__version__`. A release needs a clean work tree, a changelog with the version and its
date, and no tag of that name. The files are built twice, from the sources and from the sdist: both have to be equal.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IN_THE_WHEEL = ("pydamodb/py.typed", "pydamodb/__init__.py", "pydamodb/AGENTS.md", "pydamodb_pytest.py")

STEPS = """
What remains, by hand:

  git tag --sign v{version} --message "pydamodb {version}"
  git push origin v{version}

.github/workflows/release.yml then runs .ci/run on the tag, builds the files anew, attests where they come from, and
publishes them. Compare their hashes with those above.
"""


def output_of(*command: str) -> str:
    """Run a command in the project, and return what it prints."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def version_of(package: str) -> str:
    """Read the version from the text of the package's `__init__`."""
    found = re.search(r'^__version__ = "([^"]+)"$', package, re.MULTILINE)
    if found is None:
        raise SystemExit("src/pydamodb/__init__.py has no __version__")
    return found[1]


def obstacles(version: str, changelog: str, changes: str, tags: str) -> Iterator[str]:
    """Yield what speaks against a release of a version, in words that say what to do."""
    if not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d{{2}}-\d{{2}}\)$", changelog, re.MULTILINE):
        yield f'CHANGELOG.md needs the heading "## {version} (YYYY-MM-DD)"'
    if changes:
        yield f"the work tree is not clean: commit or remove\n{changes}"
    if f"v{version}" in tags.split():
        yield f"the tag v{version} exists: raise __version__ in src/pydamodb/__init__.py"


def build(uv: str, source: Path, folder: Path) -> dict[str, bytes]:
    """Build the sdist and the wheel of a source tree, or the wheel of an sdist; return the files by their names."""
    kinds = ["--wheel"] if source.is_file() else []
    subprocess.run([uv, "build", "--quiet", *kinds, "--out-dir", folder, source], cwd=ROOT, check=True)
    return {path.name: path.read_bytes() for path in sorted(folder.glob("pydamodb-*"))}


def missing_in(wheel: Path) -> list[str]:
    """Name what a wheel lacks of what users rely on."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    return [name for name in IN_THE_WHEEL if name not in packed]


def main(arguments: list[str] | None = None) -> int:
    """Check, build and print; return 1 if a release cannot be made like this."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("uv", help="the program that builds")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args(arguments)

    version = version_of((ROOT / "src/pydamodb/__init__.py").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = list(obstacles(version, changelog, output_of("git", "status", "--short"), output_of("git", "tag")))
    for obstacle in found:
        print(f"not ready: {obstacle}")
    if found and not options.dry_run:
        return 1

    with tempfile.TemporaryDirectory() as folder:
        files = build(options.uv, ROOT, Path(folder, "first"))
        sdist, wheel = (next(name for name in files if name.endswith(end)) for end in (".tar.gz", ".whl"))
        again = build(options.uv, Path(folder, "first", sdist), Path(folder, "again"))
        lacking = missing_in(Path(folder, "first", wheel))
    if lacking or again[wheel] != files[wheel]:
        print(f"the wheel lacks {lacking}" if lacking else "the wheel of the sdist is another one")
        return 1
    for name, content in files.items():
        print(f"{hashlib.sha256(content).hexdigest()}  {name}")
    print(STEPS.format(version=version))
    return 0


if __name__ == "__main__":
    sys.exit(main())
