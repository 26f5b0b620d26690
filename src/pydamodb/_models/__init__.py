"""The model classes: users inherit from them, and each method runs an operation on a table."""

from pydamodb._core.late_rooms import open_late

open_late(__name__, "item_forms")
open_late(__name__, "streams", shown_by=["pydamodb.streams"])
open_late(__name__, "awaited_indexes", "awaited_vectors", shown_by=["pydamodb.aio"])
