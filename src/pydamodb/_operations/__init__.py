"""The operations without I/O: generators that yield requests, receive replies and return results."""

from pydamodb._core.late_rooms import open_late

open_late(__name__, "absent_parents", "batch_get", "computed_keys", "following_keys", "kinds_table")
open_late(__name__, "pages", "query", "scan", "vector_search")
