"""The asynchronous models, batches and transactions: `scripts/generate_sync.py` makes the synchronous ones of them."""
