"""The forms that the database of solicitations went through, each reached from the one before."""
