"""Keys of items as values: `Character.key("Homer")`."""

from pydamodb._core import keys as _private
from pydamodb._core.facade import publish as _publish
from pydamodb._core.keys import Key

__all__ = ["Key"]

_publish(__name__, _private)
