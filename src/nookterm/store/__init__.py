"""What is kept on this disk: one encrypted database for each account."""
