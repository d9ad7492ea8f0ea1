"""Measures of Habilis, printed side by side: `make bench`."""
