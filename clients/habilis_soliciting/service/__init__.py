"""SolicitingService: the contract served, and the companion put together."""
