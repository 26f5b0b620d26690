"""mypy with both plugins: what it says of constructors, beside what it says of Pydantic's models with Pydantic's alone.

In `cases/company.py`, `# E: typed` is a mistake that mypy reports if all settings of Pydantic's plugin are switched on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from checkers import COMPUTED_FIELD, WITHOUT_STUBS, Finding, Run, like_mypy, write
from expectations import FOLDER, disagreements, lines_of

__all__ = ["LINES", "differences"]

COMPANY = FOLDER / "company.py"
SETTINGS = {
    "lax": ("[pydantic-mypy]", "init_typed = false"),
    "typed": (
        "[pydantic-mypy]",
        *(f"{name} = true" for name in ("init_typed", "init_forbid_extra", "warn_required_dynamic_aliases")),
    ),
}
EXPECTED = tuple(lines_of(COMPANY.read_text(encoding="utf-8")))
LINES = sum(line.is_code for line in EXPECTED)
PLUGINS = (("pydantic.mypy",), ("pydamodb.mypy", "pydantic.mypy"), ("pydantic.mypy", "pydamodb.mypy"))
# For Pydantic's plugin alone, the case takes its models, its fields and `Attr` from this module.
ALONE = """
from typing import Annotated, Any, TypeVar
from pydantic import BaseModel, Field as Field

T = TypeVar("T")
Attr = Annotated[T, "Attr"]

class Model(BaseModel):
    def __init__(self, /, **data: Any) -> None: ...
"""


def differences(run: Run) -> Iterator[str]:
    """Yield each line about which mypy says something else than is expected, or than with Pydantic's plugin alone."""
    for setting in SETTINGS:
        alone: list[Finding] = []
        for plugins in PLUGINS:
            found = _findings(run, plugins, setting)
            title = f"{COMPANY.name}, {' and '.join(plugins)}, {setting}"
            for line, says in disagreements(setting, "strict", EXPECTED, found):
                yield f"{title}: {line.number} {says}: {line.text}"
            alone = alone or found
            for one in sorted(set(found) ^ set(alone)):
                yield f"{title}: {one.line} {'' if one in found else 'does not say: '}{one.message}"


def _findings(run: Run, plugins: tuple[str, ...], setting: str) -> list[Finding]:
    text = COMPANY.read_text(encoding="utf-8")
    if len(plugins) == 1:
        text = text.replace("import pydamodb as", "import alone as").replace(
            "from pydamodb import", "from alone import"
        )
        text = text.replace("PrimaryKeyModel as Model", "Model")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / COMPANY.name).write_text(text, encoding="utf-8")
        (Path(folder) / "alone.py").write_text(ALONE, encoding="utf-8")
        lines = ("[mypy]", f"plugins = {', '.join(plugins)}", f"python_version = {run.python}", "strict = true")
        lines = (*lines, f"disable_error_code = {COMPUTED_FIELD}", *WITHOUT_STUBS, *SETTINGS[setting])
        write(Path(folder) / "mypy.ini", *lines)
        return list(like_mypy(run.output(Path(folder), "mypy", "--no-pretty", "--cache-dir", "/dev/null", ".")))
