"""How much one caller may send to a server of ours, and how long it may stay silent."""

from typing import Final

__all__ = ["MAX_CONCURRENT_CALLS", "MAX_MESSAGE_BYTES", "MAX_METADATA_BYTES", "SERVER_OPTIONS"]

MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
"""The longest request, encoded."""

MAX_METADATA_BYTES: Final = 16 * 1024
"""The headers of one call."""

MAX_CONCURRENT_CALLS: Final = 1_000
"""Calls under way at once, streams among them; the next one is RESOURCE_EXHAUSTED."""

SERVER_OPTIONS: Final = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_metadata_size", MAX_METADATA_BYTES),
    # A second server on a taken port would silently share its callers.
    ("grpc.so_reuseport", 0),
    # Callers that went away without a word are noticed; callers that ping too often are cut.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.max_connection_idle_ms", 30 * 60_000),
)
"""What gRPC is told of these, and of connections."""
