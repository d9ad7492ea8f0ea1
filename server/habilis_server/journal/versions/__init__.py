"""One module for each form."""
