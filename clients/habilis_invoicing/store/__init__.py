"""What the invoices companion keeps: pieces, their states, and the lists that people read."""
