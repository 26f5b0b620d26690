"""Which files are slow: `make test-fast` leaves them out."""

# What they have in common: an engine, a web server, type checkers, or a process of Python for each test.
SLOW = (
    "docs",
    "integration",
    "unit/test_benchmarks.py",
    "unit/test_imports.py",
    "unit/test_mypy_plugin.py",
)
