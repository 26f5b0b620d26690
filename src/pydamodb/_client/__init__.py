"""Sends requests to DynamoDB. Only these modules use botocore or wait."""
