"""Fields, conditions and updates as users write them, and the DynamoDB expressions that they become."""
