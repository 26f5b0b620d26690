"""Plain values, errors and configuration. Nothing here imports another room of the package."""
