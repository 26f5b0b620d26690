"""Plain values, errors and configuration. Nothing here imports another package of the library."""
