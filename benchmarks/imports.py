"""What the import of a library adds to a fresh interpreter that has imported boto3 and Pydantic."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from benchmarks.endpoint import ROOT

# `import pydantic` is lazy: a program with any model has loaded what the second line loads.
BASES = {
    "`import boto3, pydantic`": "import boto3, pydantic",
    "`import boto3; from pydantic import BaseModel, TypeAdapter`": (
        "import boto3; from pydantic import BaseModel, TypeAdapter"
    ),
}
LIBRARIES = {
    "with_pydamodb": "from pydamodb import PrimaryKeyAndSortKeyModel, PydamoConfig",
    "with_pynamodb": "from pynamodb.models import Model; from pynamodb.attributes import UnicodeAttribute",
    "with_dyntastic": "from dyntastic import A, Dyntastic",
    "with_dynantic": "from dynantic import DynamoModel, Key, SortKey",
    "with_pydynox": "from pydynox import DynamoDBClient, Model, ModelConfig",
}
# Modules are compiled before they are measured, as an installation does, also where Python is told not to keep that.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bench-pycache")
}
_PROGRAM = """
import time
{base}
start = time.process_time()
{library}
print(1_000 * (time.process_time() - start))
"""


def added(base: str, library: str) -> float:
    """Return the CPU milliseconds that a library's import adds."""
    program = _PROGRAM.format(base=BASES[base], library=LIBRARIES[library])
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True)
    return float(run.stdout)


def measure(contestants: Sequence[str], rounds: int) -> Mapping[str, Mapping[str, list[float]]]:
    """Return the CPU milliseconds by base and library, a value for each round; the first round compiles."""
    libraries = [library for library in LIBRARIES if library in contestants]
    found: dict[str, dict[str, list[float]]] = {base: {library: [] for library in libraries} for base in BASES}
    for number in range(rounds + 1):
        for base, values in found.items():
            for library in libraries:
                milliseconds = added(base, library)
                if number:
                    values[library].append(milliseconds)
    return found
