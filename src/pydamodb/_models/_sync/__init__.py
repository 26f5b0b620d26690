"""The synchronous models, batches and transactions. Most modules are generated: see the first line of each."""

from pydamodb._core.late_rooms import open_late

open_late(__name__, "segments")
open_late(__name__, "batch", shown_by=["pydamodb.batch"])
open_late(__name__, "indexes", "vectors", shown_by=["pydamodb.indexes"])
