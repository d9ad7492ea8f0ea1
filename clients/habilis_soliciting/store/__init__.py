"""What is kept of solicitations, and the lists that people read."""
