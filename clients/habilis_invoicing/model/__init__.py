"""What an invoice is and where it may go: values and tables, without storage, network or clock."""
