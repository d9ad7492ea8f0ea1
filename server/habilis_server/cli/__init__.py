"""The command line: one module per command; nothing is decided here that the server would not."""
