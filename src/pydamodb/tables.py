"""Tables from what models declare. Nothing here is called by the library itself."""

from pydamodb._core import table_declarations as _differences
from pydamodb._core.facade import publish as _publish
from pydamodb._core.table_declarations import DifferenceKind, TableDifference
from pydamodb._models import declared_tables as _definitions
from pydamodb._models._sync import tables as _private
from pydamodb._models._sync.tables import check_tables, create_tables, ensure_tables
from pydamodb._models.declared_tables import Format, table_definition

__all__ = ["DifferenceKind", "Format", "TableDifference", "check_tables", "create_tables", "ensure_tables"]
__all__ += ["table_definition"]

_publish(__name__, _differences)
_publish(__name__, _definitions)
_publish(__name__, _private)
