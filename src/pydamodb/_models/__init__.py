"""The model classes: users inherit from them, and each method runs an operation on a table."""
