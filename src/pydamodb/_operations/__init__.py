"""The operations without I/O: generators that yield requests, receive replies and return results."""
