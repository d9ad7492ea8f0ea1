"""The tools of the house: each is run by one make target."""
