"""The synchronous models, batches and transactions. Most of these modules are generated: see the first line of each."""
