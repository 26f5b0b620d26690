"""Which files are slow: `make test-fast` leaves them out."""

# What they have in common: an engine, a web server, type checkers, or a process of Python for each test, or crowds.
SLOW = (
    "docs",
    "integration",
    "unit/client/direct/test_crowds.py",
    "unit/test_benchmarks.py",
    "unit/test_imports.py",
    "unit/test_mypy_plugin.py",
)
