"""The reviewed list of categories, as it is shipped, and its strict reading."""
