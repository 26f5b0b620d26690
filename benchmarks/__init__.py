"""What pydamodb costs beside other ways of using DynamoDB: `make bench` measures it, see docs/performance.md."""
