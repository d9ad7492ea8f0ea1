"""The `habilis-invoicing` command: one module for the commands of each kind."""
