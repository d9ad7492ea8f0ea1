"""The solicitations companion: messages to a public structure's service or to the support."""
