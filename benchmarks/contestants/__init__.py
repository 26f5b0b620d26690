"""A module for each way to do the workloads, with a class `Entry`. What it cannot do is no method of it."""
