"""The asynchronous models, batches and transactions: `scripts/generate_sync.py` makes the synchronous ones of them."""

from pydamodb._core.late_rooms import open_late

open_late(__name__, "segments")
open_late(__name__, "batch", shown_by=["pydamodb.aio_batch"])
