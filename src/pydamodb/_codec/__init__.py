"""Python values to DynamoDB JSON and back, for Pydantic models. Nothing here uses a request or an expression."""
