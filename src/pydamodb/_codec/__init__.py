"""Python values to DynamoDB JSON and back, for Pydantic models. Nothing here knows a request, a table or an expression."""
