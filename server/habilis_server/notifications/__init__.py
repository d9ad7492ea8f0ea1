"""The portal's notices by mail: their French texts, and what carries them from the journal."""

from habilis_server.notifications.sending import SOURCE, delivery_of, writer_for

__all__ = ["SOURCE", "delivery_of", "writer_for"]
