"""The way to DynamoDB: the only room that talks to botocore or waits."""
