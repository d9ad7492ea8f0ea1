"""The `habilis-soliciting` command: one module for the commands of each kind."""
