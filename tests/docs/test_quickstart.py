"""examples/quickstart.py runs as a newcomer would run it, and says what it does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pydamodb import strict

ROOT = Path(__file__).resolve().parents[2]

# In this order; what lies between is not told here.
EXPECTED = [
    "Created the table pydamodb-quickstart-",
    "    | class Order(PrimaryKeyAndSortKeyModel):",
    "    | order.save()",
    "customer='ann' number=1 total=Decimal('19.9') status='open' note=None",
    "    | Order.update_item(",
    "customer='ann' number=1 total=Decimal('19.9') status='shipped' note='left at the door'",
    'refused, because this does not hold: status = "open"',
    "    | with Order.batch_writer() as writer:",
    "40 orders of ann",
    "[3, 4, 5]",
    "[('bob', Decimal('7.5')), ('ann', Decimal('8')), ('ann', Decimal('9'))]",
    "15 orders, continue after {",
    "15 orders, continue after {",
    "10 orders, continue after None",
    "Deleted the table pydamodb-quickstart-",
]


def run_quickstart(
    environment: dict[str, str], example: Path = ROOT / "examples" / "quickstart.py"
) -> subprocess.CompletedProcess[str]:
    """Run the example in a process of its own."""
    return subprocess.run(  # noqa: S603 - our own example
        [sys.executable, "-W", "ignore", str(example)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def matches(expected: list[str], actual: list[str]) -> list[str]:
    """Return those of the expected beginnings of lines that are found, one after the other."""
    lines = iter(actual)
    return [wanted for wanted in expected if any(line.startswith(wanted) for line in lines)]


def test_the_quickstart_shows_its_steps_and_their_results():
    """The quickstart ends well and prints its main lines in order, with no more in the environment than it needs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    if endpoint := os.environ.get("AWS_ENDPOINT_URL_DYNAMODB"):
        environment["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
    done = run_quickstart(environment)
    assert (0, "") == (done.returncode, done.stderr)
    assert matches(EXPECTED, done.stdout.splitlines()) == EXPECTED


def test_the_quickstart_does_the_same_in_the_strict_style(tmp_path):
    """As `pydamodb.strict` rewrites it; the example of FastAPI is strict already."""
    examples = [ROOT / "examples" / name for name in ("quickstart.py", "fastapi_service/fastapi_app.py")]
    for example in examples:
        shutil.copy(example, tmp_path)
    assert 0 == strict.main([str(tmp_path), "--write", "--keys", "Order=customer,number"])
    done = run_quickstart(dict(os.environ), tmp_path / "quickstart.py")
    expected = [line.replace("SortKeyModel)", "SortKeyModel[str, int])") for line in EXPECTED]
    assert (expected, "") == (matches(expected, done.stdout.splitlines()), done.stderr)
    same = [each.name for each in examples if each.read_text() == (tmp_path / each.name).read_text()]
    assert ["fastapi_app.py"] == same


def test_the_quickstart_leaves_nothing_behind():
    """The quickstart runs again where it ran before."""
    assert [0, 0] == [run_quickstart(dict(os.environ)).returncode for _ in range(2)]


def test_the_quickstart_is_installed_in_versions_that_the_tests_run_with():
    """What `make quickstart` installs is a part of what `make test` installs."""
    tour, tests = ((ROOT / f"requirements-{name}.lock").read_text().splitlines() for name in ("quickstart", "dev"))
    assert [] == sorted({*tour} - {*tests})
