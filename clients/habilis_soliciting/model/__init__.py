"""What a solicitation is and where it may go: values and tables, pure."""
