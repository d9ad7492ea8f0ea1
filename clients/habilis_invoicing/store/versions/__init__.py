"""The forms that the database of invoices went through, each reached from the one before."""
