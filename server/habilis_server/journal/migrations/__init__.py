"""The forms that the journal's database went through, each reached from the one before."""
