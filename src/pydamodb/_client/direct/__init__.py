"""The direct transport: it signs, sends and reads requests itself, as botocore is configured to do.

`deliveries`, `verdicts`, `responses` and `signing` do no I/O. `connections` and `async_connections` do it.
"""
