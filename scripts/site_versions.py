"""The versions of the site, side by side in the folder that a web server has: `0.1/`, `latest/`, versions.json.

The theme reads versions.json, in the format of mike, and shows a list of versions. mike itself needs a fork for
zensical, which no package index has.
"""

import json
import shutil
from pathlib import Path
from typing import Any

__all__ = ["add_version", "with_version"]

LATEST = "latest"
REDIRECT = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={0}/"><a href="{0}/">{0}</a>\n'
)


def with_version(versions: list[dict[str, Any]], version: str) -> list[dict[str, Any]]:
    """Return the list of versions with one more, or anew. The highest number is the latest version."""
    names = {each["version"] for each in versions} | {version}
    in_order = sorted(names, key=lambda name: [int(part) for part in name.split(".")], reverse=True)
    return [{"version": name, "title": name, "aliases": [LATEST] if name == in_order[0] else []} for name in in_order]


def add_version(site: Path, folder: Path, version: str) -> None:
    """Put a site into the folder of all versions. If it is the latest one, the folder leads to it."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "versions.json"
    versions = with_version(json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else [], version)
    names = [version] if versions[0]["version"] != version else [version, LATEST]
    for name in names:
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(site, folder / name)
    listed.write_text(json.dumps(versions, indent=1) + "\n", encoding="utf-8")
    (folder / "index.html").write_text(REDIRECT.format(LATEST), encoding="utf-8")
