"""Items in files, in the line format of DynamoDB's exports and imports."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models import item_files as _private
from pydamodb._models import item_lines as _lines
from pydamodb._models.item_files import dump_items, load_items
from pydamodb._models.item_lines import Readable, Source, Target, Writable

__all__ = ["Readable", "Source", "Target", "Writable", "dump_items", "load_items"]

_publish(__name__, _private)
_publish(__name__, _lines)
