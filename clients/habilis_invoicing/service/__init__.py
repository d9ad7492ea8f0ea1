"""Invoicing over gRPC: each method of the contract, and the server that has them."""
