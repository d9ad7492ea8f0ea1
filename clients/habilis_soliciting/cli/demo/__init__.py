"""The demonstration: solicitations from their writing to their closing, seen from both sides."""
