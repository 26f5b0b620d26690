"""The operations without I/O: generators that yield requests, receive replies and return results."""

from pydamodb._core.late_rooms import open_late

open_late(__name__, "batch_get", "computed_keys", "following_keys", "pages", "query", "scan", "vector_search")
