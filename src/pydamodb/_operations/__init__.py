"""The operations, each a flow: a generator that yields calls, receives replies and returns a result. No I/O."""
