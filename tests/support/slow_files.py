"""Which files are slow: `make test-fast` leaves them out."""

# What they have in common: an engine, a web server, type checkers, or a process of Python for each test, or crowds.
SLOW = (
    "docs",
    "integration",
    "unit/client/direct/test_crowds.py",
    "unit/test_benchmarks.py",
    "unit/test_imports.py",
    "unit/test_mypy_plugin.py",
    "unit/testing/test_engines.py",
    "unit/testing/test_local_server.py",
    "unit/testing/test_plugin.py",
)
