"""Tables of asynchronous models, from what they declare. Nothing here is called by the library itself."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models._async import tables as _private
from pydamodb._models._async.tables import check_tables_async, create_tables_async, ensure_tables_async

__all__ = ["check_tables_async", "create_tables_async", "ensure_tables_async"]

_publish(__name__, _private)
