"""Python values to DynamoDB JSON and back, for Pydantic models. Nothing here uses a request or an expression."""

from pydamodb._core.late_rooms import open_late

open_late(__name__, "key_templates", "templated_keys")
