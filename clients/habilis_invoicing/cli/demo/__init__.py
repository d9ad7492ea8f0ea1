"""The demonstration: two billing files replayed through the service, and printed."""
