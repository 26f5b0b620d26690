"""The synchronous models, batches and transactions. Most modules are generated: see the first line of each."""
