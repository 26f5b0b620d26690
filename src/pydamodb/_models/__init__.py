"""The model classes: what users inherit from, and how a method call becomes an operation on a table."""
