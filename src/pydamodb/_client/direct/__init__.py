"""The direct transport: it signs, sends and reads requests itself, as botocore is configured to do.

`deliveries`, `verdicts`, `responses` and `signing` do no I/O. `connections` and `async_connections` do it.
"""

from pydamodb._core.late_rooms import open_late

open_late(__name__, "async_sending", "loaders", "sending")
open_late(__name__, "clients", shown_by=["pydamodb.direct"])
